package io.streambed.examples.flights.logic;

/** Fixed decimals from whole numbers: the same digits everywhere. */
final class Decimals {
  private Decimals() {}

  /** A mean with one digit behind the point, halves rounded up (to the greater number). */
  static String mean(long sum, long count) {
    long tenths = Math.floorDiv(20 * sum + count, 2 * count);
    long size = Math.abs(tenths);
    return (tenths < 0 ? "-" : "") + size / 10 + "." + size % 10;
  }
}
