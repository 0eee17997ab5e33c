package io.streambed.store;

import io.streambed.error.LimitExceededException;

/**
 * The limits that lengths in formats and buffers are sized for. They are checked before anything of
 * the record is written.
 */
public final class Limits {
  /** The largest key, user key or namespace, in bytes. */
  public static final int MAX_KEY_BYTES = 1 << 20;

  /** The largest value, list element, map value or accumulator, in bytes. */
  public static final int MAX_VALUE_BYTES = (1 << 30) - (1 << 23);

  /** The most states, queues included, of one operator. */
  public static final int MAX_STATES = 1 << 14;

  private Limits() {}

  /**
   * Checks the size of a key, user key or namespace.
   *
   * @param bytes its size
   * @param state the state's name
   * @throws LimitExceededException if it is larger than {@link #MAX_KEY_BYTES}
   */
  public static void checkKey(int bytes, String state) {
    if (bytes > MAX_KEY_BYTES) {
      throw new LimitExceededException(
          "A key, user key or namespace of state \"" + state + "\" in bytes",
          bytes,
          MAX_KEY_BYTES,
          "Use a shorter key, for instance a hash of it.");
    }
  }

  /**
   * Checks the size of a value, list element or map value.
   *
   * @param bytes its size
   * @param state the state's name
   * @throws LimitExceededException if it is larger than {@link #MAX_VALUE_BYTES}
   */
  public static void checkValue(int bytes, String state) {
    if (bytes > MAX_VALUE_BYTES) {
      throw new LimitExceededException(
          "A value of state \"" + state + "\" in bytes",
          bytes,
          MAX_VALUE_BYTES,
          "Split it, for instance into entries of a map state.");
    }
  }

  /**
   * Checks the number of states of one store.
   *
   * @param states how many, queues and carried ones included
   * @throws LimitExceededException if there are more than {@link #MAX_STATES}
   */
  public static void checkStates(int states) {
    if (states > MAX_STATES) {
      throw new LimitExceededException(
          "The number of states", states, MAX_STATES, "Use map states.");
    }
  }
}
