package io.streambed.bytes;

import java.util.Objects;

/**
 * The rule for every name that is written: of states, queues, operators, jobs and serializers.
 *
 * <p>Names are written as UTF-8, which has no form for half of a surrogate pair, as text that was
 * cut inside of a character has one at its end: it would come back as another name, and what is
 * kept under it would not be found. So such a name is refused where it is declared.
 */
public final class Names {
  private Names() {}

  /**
   * Checks a name that is going to be written.
   *
   * @param what whose name it is, for the message, for instance {@code state}
   * @param name the name
   * @return the name
   * @throws IllegalArgumentException if UTF-8 cannot write it
   */
  public static String check(String what, String name) {
    int index = unpaired(Objects.requireNonNull(name, "name"));
    if (index >= 0) {
      throw new IllegalArgumentException(problem(what, name, index));
    }
    return name;
  }

  /**
   * What is wrong with a name.
   *
   * @param what whose name it is
   * @param name the name
   * @return a sentence without its dot, or null if nothing is wrong
   */
  public static String problem(String what, String name) {
    int index = unpaired(name);
    return index < 0 ? null : problem(what, name, index);
  }

  private static String problem(String what, String name, int index) {
    return String.format(
        "the name of a %s, \"%s\\u%04X%s\", has half of a surrogate pair at index %d: UTF-8 cannot"
            + " write it, so it could not be found again; cut names between characters",
        what, name.substring(0, index), (int) name.charAt(index), name.substring(index + 1), index);
  }

  /** The index of the first surrogate without its other half, or -1. */
  private static int unpaired(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean paired =
          Character.isHighSurrogate(c)
              && i + 1 < name.length()
              && Character.isLowSurrogate(name.charAt(i + 1));
      if (!paired) {
        return i;
      }
      i++;
    }
    return -1;
  }
}
