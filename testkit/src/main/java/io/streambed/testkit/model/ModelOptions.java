package io.streambed.testkit.model;

import io.streambed.store.KeyedStoreFactory;
import java.util.List;

/**
 * How much a {@link ModelRunner} does, and with what.
 *
 * @param factories the stores; with several, a restore may move from one to another
 * @param firstSeed the first run's seed; each further run has the next one
 * @param seeds number of runs, at least 1
 * @param operations number of operations of each run, at least 1
 */
public record ModelOptions(
    List<KeyedStoreFactory> factories, long firstSeed, int seeds, int operations) {
  /** Checks and freezes the parts. */
  public ModelOptions {
    factories = List.copyOf(factories);
    if (factories.isEmpty() || seeds < 1 || operations < 1) {
      throw new IllegalArgumentException(
          factories.size() + " stores, " + seeds + " seeds, " + operations + " operations");
    }
  }

  /**
   * Twenty runs of 5,100 steps, more than 5,000 operations each on average, or what the system
   * properties {@code streambed.seed} (the first seed), {@code streambed.model.seeds} and {@code
   * streambed.model.operations} say.
   *
   * @param factories the stores
   * @return the options
   */
  public static ModelOptions ofProperties(KeyedStoreFactory... factories) {
    return new ModelOptions(
        List.of(factories),
        Long.getLong("streambed.seed", 1),
        Integer.getInteger("streambed.model.seeds", 20),
        Integer.getInteger("streambed.model.operations", 5_100));
  }
}
