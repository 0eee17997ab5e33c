package io.streambed.heap;

import io.streambed.serial.LongLane;
import io.streambed.serial.Serializers;

/**
 * Conversions to and from 64 bits that need no virtual call for the commonest type: a process with
 * tables of several types would make it one the compiler cannot see through.
 */
final class Lanes {
  private static final LongLane<Long> LONGS = Serializers.longs().longLane();

  private Lanes() {}

  static <T> long toLong(LongLane<T> lane, T value) {
    return lane == LONGS ? (Long) value : lane.toLong(value);
  }

  @SuppressWarnings("unchecked")
  static <T> T fromLong(LongLane<T> lane, long bits) {
    return lane == LONGS ? (T) (Long) bits : lane.fromLong(bits);
  }
}
