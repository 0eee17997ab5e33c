package io.streambed.migration;

import io.streambed.migration.StateCompatibility.Verdict;
import io.streambed.state.StateKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What becomes of one operator in a restore.
 *
 * @param id its id
 * @param presence whether checkpoint and job both have it
 * @param states what becomes of its states: those that the job declares in the order of the
 *     declaration, then those that it does not; none of an operator that was removed
 * @param problems what does not fit of the operator as a whole, such as its keys
 */
public record OperatorCompatibility(
    String id, Presence presence, List<StateCompatibility> states, List<Incompatibility> problems) {

  /** Where an operator is. */
  public enum Presence {
    /** The checkpoint and the job have it. */
    KEPT,
    /** The job alone has it: it begins empty. */
    NEW,
    /** The checkpoint alone has it. */
    REMOVED
  }

  /** Checks and freezes the parts. */
  public OperatorCompatibility {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(presence, "presence");
    states = List.copyOf(states);
    problems = List.copyOf(problems);
  }

  /** One that the checkpoint does not hold: all its states are new. */
  static OperatorCompatibility ofNew(DeclaredOperator declared) {
    return new OperatorCompatibility(
        declared.id(),
        Presence.NEW,
        Stream.concat(declared.keyed().stream(), declared.operator().stream())
            .filter(state -> !isOwn(state.name()))
            .map(StateCompatibility::ofNew)
            .toList(),
        List.of());
  }

  static OperatorCompatibility of(DeclaredOperator declared, WrittenOperator written) {
    List<Incompatibility> problems = new ArrayList<>();
    if (!written.keys().isEmpty()) {
      judgeKeys(declared, written, problems);
    }
    List<StateCompatibility> states = new ArrayList<>();
    // Timers hold keys: that those do not fit is told once.
    Predicate<StateKind> told = kind -> problems.isEmpty() || kind != StateKind.QUEUE;
    states.addAll(
        judge(
            declared,
            declared.keyed().stream().filter(state -> told.test(state.kind())).toList(),
            written.keyed().stream().filter(state -> told.test(state.kind())).toList()));
    // Names of keyed and of operator state are apart: one name may be that of two states.
    states.addAll(judge(declared, declared.operator(), written.operator()));
    return new OperatorCompatibility(declared.id(), Presence.KEPT, states, problems);
  }

  private static void judgeKeys(
      DeclaredOperator declared, WrittenOperator written, List<Incompatibility> problems) {
    if (declared.keys() == null) {
      problems.add(
          new Incompatibility(
              "keyed state",
              "states of keys",
              "an operator without keys",
              "Nobody would take that state over. Give the new operator another id: then the old one"
                  + " counts as removed, and its state can be left behind."));
      return;
    }
    Takeover.maxParallelism(written.maxParallelism(), declared.maxParallelism())
        .ifPresent(problems::add);
    written.keys().forEach(key -> Takeover.keys(key, declared.keys()).ifPresent(problems::add));
  }

  private static List<StateCompatibility> judge(
      DeclaredOperator operator, List<DeclaredState> declared, List<WrittenState> written) {
    Map<String, List<WrittenState>> unclaimed = new LinkedHashMap<>();
    written.forEach(
        state -> unclaimed.computeIfAbsent(state.name(), n -> new ArrayList<>()).add(state));
    Map<DeclaredState, StateCompatibility> answers = new LinkedHashMap<>();
    for (DeclaredState state : declared) {
      answers.put(state, judge(state, unclaimed));
    }
    answers.replaceAll(
        (state, answer) ->
            answer.verdict() == Verdict.NEW ? settled(operator, state, unclaimed) : answer);
    List<StateCompatibility> all = new ArrayList<>(answers.values());
    all.removeIf(answer -> answer.verdict() == Verdict.NEW && isOwn(answer.name()));
    unclaimed.values().forEach(state -> all.add(StateCompatibility.ofUnclaimed(state)));
    return all;
  }

  /** Judges a declared state; what was written of it is unclaimed no more. */
  private static StateCompatibility judge(
      DeclaredState declared, Map<String, List<WrittenState>> unclaimed) {
    List<String> names = new ArrayList<>(List.of(declared.name()));
    names.addAll(declared.formerNames());
    List<WrittenState> own = new ArrayList<>();
    Set<String> found = new HashSet<>();
    for (String name : names) {
      List<WrittenState> under = unclaimed.remove(name);
      if (under != null) {
        own.addAll(under);
        found.add(name);
      }
    }
    if (found.size() > 1) {
      return StateCompatibility.ofSeveralNames(declared, own);
    }
    return own.isEmpty()
        ? StateCompatibility.ofNew(declared)
        : StateCompatibility.of(declared, own);
  }

  /** A state that is not in the checkpoint: new, unless one that nobody claims may be it. */
  private static StateCompatibility settled(
      DeclaredOperator operator,
      DeclaredState declared,
      Map<String, List<WrittenState>> unclaimed) {
    List<String> candidates =
        operator.newStates().contains(declared.name()) || isOwn(declared.name())
            ? List.of()
            : unclaimed.values().stream()
                .filter(state -> !isOwn(state.get(0).name()))
                .filter(state -> StateCompatibility.of(declared, state).problem() == null)
                .map(state -> state.get(0).name())
                .toList();
    return candidates.isEmpty()
        ? StateCompatibility.ofNew(declared)
        : StateCompatibility.ofAmbiguous(declared, operator.id(), candidates);
  }

  /** Whether a state is the runtime's own, such as timers: users cannot rename it. */
  private static boolean isOwn(String state) {
    return state.startsWith("_");
  }
}
