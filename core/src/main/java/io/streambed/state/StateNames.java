package io.streambed.state;

import io.streambed.bytes.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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

  /** Checks the names that a state had before; gives an immutable list of them. */
  static List<String> checkFormer(String name, List<String> formerNames) {
    Set<String> names = new HashSet<>(Set.of(name));
    for (String former : formerNames) {
      check(former);
      if (!names.add(former)) {
        throw new IllegalArgumentException(
            "state \""
                + name
                + "\" has the former name \""
                + former
                + "\" twice, or it is its present one: name each earlier name once");
      }
    }
    return List.copyOf(formerNames);
  }
}
