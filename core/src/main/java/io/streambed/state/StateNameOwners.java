package io.streambed.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which state of an operator each name belongs to, as its present name or a former one. A name
 * belongs to one state: what a checkpoint holds under it could be of either otherwise.
 *
 * <p>Threading: one thread. Keyed state and operator state have names of their own.
 */
public final class StateNameOwners {
  private final Map<String, String> owners = new HashMap<>();

  /**
   * Gives the names of a state to it. A state may come again, also with other former names.
   *
   * @param state the state's declaration
   * @return a sentence for each of its names that belongs to another state; empty if there is none
   */
  public List<String> conflicts(StateDescriptor state) {
    List<String> conflicts = new ArrayList<>();
    claim(state.name(), state.name(), conflicts);
    state.formerNames().forEach(former -> claim(former, state.name(), conflicts));
    return conflicts;
  }

  /**
   * As {@link #conflicts}, for who goes on only if there are none.
   *
   * @param state the state's declaration
   * @throws IllegalArgumentException if one of its names belongs to another state
   */
  public void claim(StateDescriptor state) {
    List<String> conflicts = conflicts(state);
    if (!conflicts.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", conflicts));
    }
  }

  private void claim(String name, String state, List<String> conflicts) {
    String owner = owners.putIfAbsent(name, state);
    if (owner != null && !owner.equals(state)) {
      // The name is the present one of at most one of the two.
      boolean present = name.equals(state);
      conflicts.add(
          String.format(
              "state \"%s\" has the former name \"%s\", which is a name of state \"%s\" too: a"
                  + " checkpoint could not tell the two apart",
              present ? owner : state, name, present ? state : owner));
    }
  }

  /**
   * Takes all names away from a state that is there no more.
   *
   * @param state its present name
   */
  public void release(String state) {
    owners.values().removeIf(state::equals);
  }
}
