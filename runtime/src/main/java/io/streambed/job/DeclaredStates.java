package io.streambed.job;

import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.StateNameOwners;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks what a keyed function declares. */
final class DeclaredStates {
  private DeclaredStates() {}

  static List<String> problems(JobOperator.KeyedOperator operator) {
    List<String> problems = new ArrayList<>();
    String who = "operator \"" + operator.id() + "\"";
    Set<String> names = new HashSet<>();
    for (StateDescriptor state : operator.states().keyed()) {
      if (state.name().startsWith("_")) {
        problems.add(who + ": state \"" + state.name() + "\": names with _ first are reserved");
      }
      if (!names.add(state.name())) {
        problems.add(who + " declares keyed state \"" + state.name() + "\" twice");
      }
    }
    Set<String> broadcast = new HashSet<>();
    for (MapStateDescriptor<?, ?> state : operator.states().broadcast()) {
      if (state.name().startsWith("_")) {
        problems.add(who + ": state \"" + state.name() + "\": names with _ first are reserved");
      }
      if (state.timeToLive() != null) {
        problems.add(
            who
                + ": broadcast state \""
                + state.name()
                + "\" has a time to live: only keyed state"
                + " expires");
      }
      if (!broadcast.add(state.name())) {
        problems.add(who + " declares broadcast state \"" + state.name() + "\" twice");
      }
    }
    problems.addAll(formerNames(who, "keyed", operator.states().keyed()));
    problems.addAll(formerNames(who, "broadcast", operator.states().broadcast()));
    if (operator.keySerializer().keyHasher() == null) {
      problems.add(
          who
              + ": values of serializer "
              + operator.keySerializer().snapshot()
              + " cannot be keys, since their hash or equality is not specified: make the key a number, a text, an enum or a record of these");
    }
    if (!broadcast.isEmpty()
        && operator.inputs().stream().noneMatch(JobOperator.Input::isBroadcast)) {
      problems.add(who + " declares broadcast state and has no broadcast input");
    }
    return problems;
  }

  /** A name belongs to one state, be it its present name or a former one. */
  private static List<String> formerNames(
      String who, String kind, List<? extends StateDescriptor> states) {
    List<String> problems = new ArrayList<>();
    StateNameOwners names = new StateNameOwners();
    for (StateDescriptor state : states) {
      for (String former : state.formerNames()) {
        if (former.startsWith("_")) {
          problems.add(who + ": former name \"" + former + "\": names with _ first are reserved");
        }
      }
      names.conflicts(state).forEach(each -> problems.add(who + ": " + kind + " " + each));
    }
    return problems;
  }
}
