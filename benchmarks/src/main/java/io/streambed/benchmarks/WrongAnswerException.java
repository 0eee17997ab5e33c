package io.streambed.benchmarks;

/** A state gave something else than was put in: its speed means nothing. */
final class WrongAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private WrongAnswerException(String message) {
    super(message);
  }

  static WrongAnswerException of(String what, Object key, Object expected, Object actual) {
    return new WrongAnswerException(
        "wrong answer: " + what + " of key " + key + " is " + expected + ", not " + actual);
  }

  /** Compares without boxing what is expected. */
  static void check(String what, Long key, long expected, Long actual) {
    if (actual == null || actual != expected) {
      throw of(what, key, expected, actual);
    }
  }
}
