package io.streambed.testkit.model;

/**
 * How much of everything a run has.
 *
 * @param maxParallelism number of key groups
 * @param keys number of keys
 * @param namespaces number of namespaces
 * @param userKeys number of user keys
 */
record Shape(int maxParallelism, int keys, int namespaces, int userKeys) {
  private static final Shape[] ALL = {
    new Shape(8, 60, 3, 80), new Shape(16, 2500, 2, 6), new Shape(64, 12, 2, 2500)
  };

  static Shape of(long seed) {
    return ALL[(int) Math.floorMod(seed, (long) ALL.length)];
  }
}
