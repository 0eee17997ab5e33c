package io.streambed.heap;

/** Keys of 64 bits with a hash that a test wants. */
final class Hashes {
  private Hashes() {}

  /** The bits that {@link Hashing#mix(long)} gives a hash for; others for each number. */
  static long bitsOf(int hash, int number) {
    long x = (long) hash << 32 | Integer.toUnsignedLong(number);
    x *= inverse(0xD6E8FEB86659FD93L);
    x ^= x >>> 32;
    return x * inverse(0x9E3779B97F4A7C15L);
  }

  /** The inverse of an odd factor modulo 2^64, by Newton's method. */
  private static long inverse(long factor) {
    long inverse = factor;
    for (int i = 0; i < 5; i++) {
      inverse *= 2 - factor * inverse;
    }
    return inverse;
  }
}
