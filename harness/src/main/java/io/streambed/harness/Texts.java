package io.streambed.harness;

import java.util.Arrays;

/** Users' objects in messages. */
final class Texts {
  private static final int MAX_LENGTH = 200;

  private Texts() {}

  /** An object's text, or its beginning where that is long; arrays with what is in them. */
  static String of(Object object) {
    String deep = Arrays.deepToString(new Object[] {object});
    String text = deep.substring(1, deep.length() - 1);
    return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
  }
}
