package io.streambed.state;

import io.streambed.bytes.Names;

/** The rule for names of states. */
final class StateNames {
  private static final int MAX_LENGTH = 255;
  private static final int SHOWN = 60;

  private StateNames() {}

  static void check(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a state's name has 1 to "
              + MAX_LENGTH
              + " characters, this one has "
              + name.length()
              + (name.isEmpty() ? "" : ": " + name.substring(0, SHOWN) + "..."));
    }
    Names.check("state", name);
  }
}
