package io.streambed.benchmarks;

/**
 * Keys and values as functions of what they stand for: 64 bits each, scattered, not compressible,
 * and known without looking anything up.
 */
final class Scatter {
  private static final long ABSENT = 1L << 48;
  private static final long SLOT = 0x9e3779b97f4a7c15L;
  private static final long VERSION = 0xd1b54a32d192ed03L;

  private Scatter() {}

  /** The key with a number; no two numbers share one. */
  static long key(long number) {
    return mix(number + SLOT);
  }

  /** A key that no number below 2^48 has. */
  static long absentKey(long number) {
    return key(number + ABSENT);
  }

  /** The user key of one entry of a key's map. */
  static long userKey(long key, int slot) {
    return mix(key + slot);
  }

  /** The value of an entry after so many updates. */
  static long value(long key, int slot, int version) {
    return mix((key ^ SLOT) + slot * SLOT + version * VERSION);
  }

  /** The finalizer of SplitMix64, a bijection (Steele, Lea, Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
