package io.streambed.rocksdb;

/**
 * How much of a state is moved at once while it is being migrated.
 *
 * @param entriesAtOpening how many entries the opening of the state moves at most: a state that has
 *     no more is migrated then
 * @param accessesBetweenSteps how many keys are read or written from one step to the next
 * @param entriesOfStep how many entries each later step moves at most
 * @param bytesOfStep a step, that of the opening too, moves no further entry after so many bytes
 */
record MigrationPace(
    int entriesAtOpening, int accessesBetweenSteps, int entriesOfStep, int bytesOfStep) {
  /**
   * Two entries for each read or write, so that a state of ten million is migrated after five
   * million of them. A step takes about a millisecond.
   */
  static final MigrationPace USUAL = new MigrationPace(1024, 128, 256, 256 << 10);

  MigrationPace {
    requireAtLeast(0, entriesAtOpening, "entries at the opening");
    requireAtLeast(1, accessesBetweenSteps, "accesses between two steps");
    requireAtLeast(1, entriesOfStep, "entries of a step");
    requireAtLeast(1, bytesOfStep, "bytes of a step");
  }

  private static void requireAtLeast(int least, int number, String what) {
    if (number < least) {
      throw new IllegalArgumentException(what + ": " + number + " is less than " + least);
    }
  }
}
