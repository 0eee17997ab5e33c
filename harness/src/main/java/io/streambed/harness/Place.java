package io.streambed.harness;

import io.streambed.backend.StateBackend;

/**
 * Where a function runs.
 *
 * @param store keeps its state
 * @param parallelism number of subtasks
 */
record Place(StateBackend store, int parallelism) {
  @Override
  public String toString() {
    return "store \"" + store.stores().description().name() + "\" with parallelism " + parallelism;
  }
}
