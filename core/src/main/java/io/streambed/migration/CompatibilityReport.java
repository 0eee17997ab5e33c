package io.streambed.migration;

import io.streambed.migration.OperatorCompatibility.Presence;
import io.streambed.migration.StateCompatibility.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Whether a job can be restored from a checkpoint, for all its states at once. A pure function of
 * declarations: no entry is read, and no store is asked.
 *
 * @param operators what becomes of each operator: the job's in its order, then those that were
 *     removed
 */
public record CompatibilityReport(List<OperatorCompatibility> operators) {
  /** Freezes the list. */
  public CompatibilityReport {
    operators = List.copyOf(operators);
  }

  /**
   * Judges all states of a job. Cost: resolves the serializers of each part of each state. Nothing
   * is thrown for what does not fit: the answer tells it.
   *
   * @param written what the checkpoint holds of its operators that have state
   * @param declared the operators of the job; their serializers are used on the calling thread
   * @return what becomes of each
   */
  public static CompatibilityReport of(
      List<WrittenOperator> written, List<DeclaredOperator> declared) {
    Map<String, WrittenOperator> left = new LinkedHashMap<>();
    written.forEach(operator -> left.put(operator.id(), operator));
    List<OperatorCompatibility> operators = new ArrayList<>();
    for (DeclaredOperator operator : declared) {
      WrittenOperator own = left.remove(operator.id());
      operators.add(
          own == null
              ? OperatorCompatibility.ofNew(operator)
              : told(operator.title(), OperatorCompatibility.of(operator, own)));
    }
    left.keySet()
        .forEach(
            id ->
                operators.add(
                    new OperatorCompatibility(id, Presence.REMOVED, List.of(), List.of())));
    return new CompatibilityReport(operators);
  }

  /** The same, its problems told with what messages call the operator. */
  private static OperatorCompatibility told(String title, OperatorCompatibility operator) {
    return new OperatorCompatibility(
        operator.id(),
        operator.presence(),
        operator.states().stream().map(state -> state.of(title)).toList(),
        operator.problems().stream().map(problem -> problem.of(title)).toList());
  }

  /**
   * Those of some states that the job does not declare.
   *
   * @param names each as {@code operator/state}
   * @return in their natural order
   */
  public List<String> unknown(Collection<String> names) {
    Set<String> unknown = new TreeSet<>(names);
    unknown.removeAll(names(verdict -> verdict != Verdict.UNCLAIMED));
    return List.copyOf(unknown);
  }

  /**
   * Those of some states that the job declares and the checkpoint holds.
   *
   * @param names each as {@code operator/state}
   * @return in their natural order
   */
  public List<String> present(Collection<String> names) {
    Set<String> present = new TreeSet<>(names);
    present.retainAll(
        names(
            verdict ->
                verdict.compareTo(Verdict.MIGRATED) <= 0 || verdict == Verdict.INCOMPATIBLE));
    return List.copyOf(present);
  }

  private Set<String> names(Predicate<Verdict> wanted) {
    Set<String> names = new HashSet<>();
    for (OperatorCompatibility operator : operators) {
      operator.states().stream()
          .filter(state -> wanted.test(state.verdict()))
          .forEach(state -> names.add(operator.id() + "/" + state.name()));
    }
    return names;
  }

  /**
   * All that keeps the operators which both have from being restored.
   *
   * @return in the order of the operators; empty if they can be restored
   */
  public List<Incompatibility> problems() {
    List<Incompatibility> all = new ArrayList<>();
    for (OperatorCompatibility operator : operators) {
      all.addAll(operator.problems());
      operator.states().stream()
          .map(StateCompatibility::problem)
          .filter(problem -> problem != null)
          .forEach(all::add);
    }
    return all;
  }
}
