package io.streambed.runtime;

/** Users' objects in messages. */
final class Shown {
  private static final int MAX_LENGTH = 200;

  private Shown() {}

  /** An object's text, or its beginning where that is long; never fails. */
  static String shortened(Object object) {
    try {
      String text = String.valueOf(object);
      return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    } catch (RuntimeException e) {
      return "a " + object.getClass().getName() + " whose toString() fails";
    }
  }
}
