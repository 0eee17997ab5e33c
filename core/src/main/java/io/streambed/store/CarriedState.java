package io.streambed.store;

import io.streambed.entry.StateSchema;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A state that a checkpoint brought and nobody has opened, as far as it was written under one
 * declaration. What it holds is counted only if somebody asks: a start walks over nothing.
 *
 * <p>Threading: the store's thread, and only as long as the state is carried.
 */
public final class CarriedState {
  private final StateSchema schema;
  private final Supplier<Held> held;

  /**
   * What is held.
   *
   * @param entries number of entries; a run of list elements counts as one
   * @param bytes size of their serialized form
   */
  public record Held(long entries, long bytes) {}

  /**
   * For stores.
   *
   * @param schema its declaration as written
   * @param held counts what is held
   */
  public CarriedState(StateSchema schema, Supplier<Held> held) {
    this.schema = Objects.requireNonNull(schema, "schema");
    this.held = Objects.requireNonNull(held, "held");
  }

  /**
   * Its declaration as written.
   *
   * @return the declaration
   */
  public StateSchema schema() {
    return schema;
  }

  /**
   * Counts what is held. Cost: a store that does not know it walks over the state.
   *
   * @return numbers that are exact
   */
  public Held count() {
    return held.get();
  }

  @Override
  public String toString() {
    return "CarriedState[" + schema + "]";
  }
}
