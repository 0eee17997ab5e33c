package io.streambed.heap;

/** Mixing of hashes for tables: all bits of the input reach all bits of the result. Never 0. */
final class Hashing {
  private Hashing() {}

  static int mix(int hash) {
    int h = hash * 0x9E3779B9;
    h ^= h >>> 15;
    h *= 0x2C1B3C6D;
    h ^= h >>> 14;
    return h == 0 ? 1 : h;
  }

  static int mix(long bits) {
    long x = bits * 0x9E3779B97F4A7C15L;
    x ^= x >>> 32;
    x *= 0xD6E8FEB86659FD93L;
    int h = (int) (x >>> 32);
    return h == 0 ? 1 : h;
  }

  static int combine(int hash, int namespaceHash) {
    return mix(hash + namespaceHash * 0x85EBCA77);
  }
}
