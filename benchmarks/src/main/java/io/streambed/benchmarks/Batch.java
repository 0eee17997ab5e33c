package io.streambed.benchmarks;

import java.util.SplittableRandom;

/**
 * The arguments of some operations in a row and their right answers, made before the clock runs: so
 * the measured loop holds the state's calls, a comparison, and nothing else.
 */
final class Batch {
  /** Operations in a batch: many for the clock's cost, few for the processor's second cache. */
  static final int SIZE = 2048;

  /** After writes, one in so many is read back. */
  static final int CHECK_STRIDE = 16;

  final int[] number = new int[SIZE];
  final int[] slot = new int[SIZE];
  final Long[] key = new Long[SIZE];
  final Long[] userKey = new Long[SIZE];
  final long[] expected = new long[SIZE];
  final long[] next = new long[SIZE];

  private final SplittableRandom random;

  Batch(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Draws numbers of keys below {@code keys}, and slots below {@code slots}. */
  void draw(int keys, int slots) {
    for (int i = 0; i < SIZE; i++) {
      number[i] = random.nextInt(keys);
      slot[i] = slots == 1 ? 0 : random.nextInt(slots);
      key[i] = Scatter.key(number[i]);
    }
  }
}
