package io.streambed.rocksdb;

/**
 * How much of a state is moved at once while it is being migrated.
 *
 * @param entriesAtOpening when the state is opened: a small state is migrated with that
 * @param accessesBetweenSteps how many reads and writes of the state there are from one step to the
 *     next
 * @param entriesOfStep in each further step
 * @param bytesOfStep where values are large a step ends with the first entry beyond so many bytes
 */
record MigrationPace(
    int entriesAtOpening, int accessesBetweenSteps, int entriesOfStep, int bytesOfStep) {
  /**
   * Two entries for each read or write, so that a state of ten million is migrated after five
   * million of them. A step takes about a millisecond.
   */
  static final MigrationPace USUAL = new MigrationPace(1024, 128, 256, 256 << 10);

  MigrationPace {
    if (entriesAtOpening < 0 || accessesBetweenSteps < 1 || entriesOfStep < 1 || bytesOfStep < 1) {
      throw new IllegalArgumentException("a migration that does not go on: " + entriesOfStep);
    }
  }
}
