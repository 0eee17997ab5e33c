package io.streambed.entry;

import io.streambed.error.LimitExceededException;
import io.streambed.error.OversizedEntryException;

/**
 * The limits that lengths in formats and buffers are sized for. Stores that keep bytes check them
 * at every put. Stores that keep objects check them at the put where that costs no serialization
 * ({@link SizeLimit}); elsewhere the first snapshot that meets an entry beyond a limit fails.
 */
public final class Limits {
  /** The largest key, user key or namespace, in bytes. */
  public static final int MAX_KEY_BYTES = 1 << 20;

  /** The largest value, list element, map value or accumulator, in bytes. */
  public static final int MAX_VALUE_BYTES = (1 << 30) - (1 << 23);

  /** The most states, queues included, of one operator. */
  public static final int MAX_STATES = 1 << 14;

  private static final int MAX_SHOWN = 60;

  private Limits() {}

  /**
   * The error of a key, user key or namespace that is larger than {@link #MAX_KEY_BYTES}.
   *
   * @param role what it is: {@code key}, {@code user key} or {@code namespace}
   * @param part the thing itself, of which the message shows the beginning
   * @param bytes its size
   * @param where the state, for instance {@code state "totals"}
   * @return the error, to be thrown
   */
  public static OversizedEntryException keyTooLarge(
      String role, Object part, long bytes, String where) {
    return new OversizedEntryException(
        "The size in bytes of " + role + " " + shown(part) + " of " + where,
        bytes,
        MAX_KEY_BYTES,
        "Use a shorter one, for instance a hash of it.");
  }

  /**
   * The error of a value, list element, map value or accumulator that is larger than {@link
   * #MAX_VALUE_BYTES}.
   *
   * @param what the thing, for instance {@code a value}
   * @param key what it is kept under, of which the message shows the beginning; null if unknown
   * @param bytes its size
   * @param where the state, for instance {@code state "totals"}
   * @return the error, to be thrown
   */
  public static OversizedEntryException valueTooLarge(
      String what, Object key, long bytes, String where) {
    return new OversizedEntryException(
        "The size in bytes of "
            + what
            + " of "
            + where
            + (key == null ? "" : " under key " + shown(key)),
        bytes,
        MAX_VALUE_BYTES,
        "Split it, for instance into entries of a map state.");
  }

  /**
   * A key as a message shows it: its beginning, and how long it is.
   *
   * @param key what is shown by its {@code toString()}
   * @return text in quotation marks, short however long the key is
   */
  public static String shown(Object key) {
    String text;
    try {
      text = String.valueOf(key);
    } catch (RuntimeException e) {
      return "of " + key.getClass() + ", whose toString() failed: " + e;
    }
    return text.length() <= MAX_SHOWN
        ? "\"" + text + "\""
        : "\"" + text.substring(0, MAX_SHOWN) + "...\" (" + text.length() + " characters)";
  }

  /**
   * Checks the number of states of one store.
   *
   * @param states how many, queues and carried ones included
   * @param opened the name of the one that is being opened
   * @throws LimitExceededException if there are more than {@link #MAX_STATES}
   */
  public static void checkStates(int states, String opened) {
    if (states > MAX_STATES) {
      throw new LimitExceededException(
          "The number of states, with \"" + opened + "\",",
          states,
          MAX_STATES,
          "Use fewer, for instance one map state in place of several states.");
    }
  }
}
