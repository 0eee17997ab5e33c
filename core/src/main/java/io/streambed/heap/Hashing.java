package io.streambed.heap;

/** Mixing of hashes for tables: all bits of the input reach all bits of the result. */
final class Hashing {
  private Hashing() {}

  /** Never 0. */
  static int mix(int hash) {
    int h = hash * 0x9E3779B9;
    h ^= h >>> 15;
    h *= 0x2C1B3C6D;
    h ^= h >>> 14;
    return h == 0 ? 1 : h;
  }

  /** May be 0: where 64 bits are the whole key, no hash is kept. */
  static int mix(long bits) {
    long x = bits * 0x9E3779B97F4A7C15L;
    x ^= x >>> 32;
    x *= 0xD6E8FEB86659FD93L;
    return (int) (x >>> 32);
  }

  /** What {@link #combine} takes of a namespace's hash. */
  static int ofNamespace(int hash) {
    return mix(hash) * 0x85EBCA77;
  }

  /** The mixed hash of a key together with {@link #ofNamespace} of a namespace. Never 0. */
  static int combine(int mixed, int ofNamespace) {
    int h = mixed + ofNamespace;
    return h == 0 ? 1 : h;
  }
}
