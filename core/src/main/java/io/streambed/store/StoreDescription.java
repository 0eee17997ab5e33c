package io.streambed.store;

import java.util.Locale;
import java.util.Set;

/**
 * What stores of one kind are: by this a backend, a command line or an adapter chooses one and
 * tells others what they may do with its state.
 *
 * @param name in options, messages and the handles of incremental checkpoints; lower case, for
 *     instance {@code heap}
 * @param traits what is true of them
 */
public record StoreDescription(String name, Set<Trait> traits) {
  /** What is true of the stores of one kind, and not of those of others. */
  public enum Trait {
    /** Their checkpoints may consist of files that several of them share. */
    INCREMENTAL,
    /**
     * They keep state outside of the heap, within a bound that the caller gives: {@link
     * StoreContext#memory}, unless their factory has an option for it.
     */
    WANTS_MANAGED_MEMORY,
    /**
     * They give out the objects that were put in, and tell keys apart by {@code equals}. Stores
     * without this keep bytes, and each read makes a new object.
     */
    KEEPS_OBJECTS
  }

  /** Checks the name and freezes the traits. */
  public StoreDescription {
    if (name.isBlank() || !name.equals(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "the name of a store, \"" + name + "\", is not a word in lower case");
    }
    traits = Set.copyOf(traits);
  }

  /**
   * A description.
   *
   * @param name of the stores, in lower case
   * @param traits what is true of them
   */
  public StoreDescription(String name, Trait... traits) {
    this(name, Set.of(traits));
  }

  /**
   * Whether something is true of the stores.
   *
   * @param trait what is asked
   * @return true if so
   */
  public boolean is(Trait trait) {
    return traits.contains(trait);
  }
}
