package io.streambed.entry;

import io.streambed.error.IncompatibleStateException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The present names of states that were renamed since a checkpoint was written. A restore reads
 * declarations through this, so that a store meets present names only.
 *
 * <p>Threading: immutable.
 *
 * @param presentNames by former name
 */
public record StateRenames(Map<String, String> presentNames) {
  /** What the user can do if a checkpoint holds a state under two of its names. */
  public static final String SEVERAL_NAMES_REMEDY =
      "Remove the former names of a state that is another one from the descriptor: that state is"
          + " carried along then.";

  /** No state was renamed. */
  public static final StateRenames NONE = new StateRenames(Map.of());

  /** Freezes the map. */
  public StateRenames {
    presentNames = Map.copyOf(presentNames);
  }

  /**
   * Declarations under their present names.
   *
   * @param written as a checkpoint holds them
   * @return the same, with other names; the same object if there is nothing to rename
   * @throws IncompatibleStateException if two names of one state occur: their entries would be
   *     mixed
   */
  public Schema apply(Schema written) {
    Set<String> names = new HashSet<>();
    written.states().forEach(state -> names.add(state.name()));
    if (presentNames.keySet().stream().noneMatch(names::contains)) {
      return written;
    }
    Set<String> taken = new HashSet<>(names);
    for (String name : names) {
      String present = presentNames.get(name);
      if (present != null && !taken.add(present)) {
        throw severalNames(present);
      }
    }
    List<StateSchema> renamed = written.states().stream().map(this::renamed).toList();
    return new Schema(written.maxParallelism(), written.key(), renamed);
  }

  private StateSchema renamed(StateSchema state) {
    return new StateSchema(
        presentNames.getOrDefault(state.name(), state.name()),
        state.kind(),
        state.namespace(),
        state.userKey(),
        state.value(),
        state.expiry());
  }

  /**
   * Entries whose states have their present names.
   *
   * @param written the entries as a checkpoint holds them
   * @return gives the same entries; closed by whoever closes the other
   * @throws IncompatibleStateException as {@link #apply(Schema)}
   */
  public EntrySource apply(EntrySource written) {
    Schema before = written.schema();
    Schema present = apply(before);
    if (present == before) {
      return written;
    }
    return new EntrySource() {
      @Override
      public Schema schema() {
        return present;
      }

      @Override
      public EntryCursor entries(int keyGroup) {
        return written.entries(keyGroup);
      }
    };
  }

  /**
   * What to throw if a checkpoint holds a state under two of its names.
   *
   * @param state its present name
   * @return names the state and the way out
   */
  public static IncompatibleStateException severalNames(String state) {
    return new IncompatibleStateException(
        "state \"" + state + "\"",
        "several states that have its present name or one of its former names",
        "one state",
        SEVERAL_NAMES_REMEDY);
  }
}
