package io.streambed.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The first place where two runs of the same steps gave different results. The results of each key
 * are compared in their order; there is no order between keys, which may be on different subtasks.
 * What was emitted for broadcast elements has no key, and comes from each subtask once: of it, the
 * first subtask's results are compared.
 *
 * @param key whose results differ; null if it is the results without key
 * @param number which result of the key, from 1
 * @param expected what was expected of the key
 * @param found what came of the key
 */
record Difference(Object key, int number, List<Result> expected, List<Result> found) {
  private static final int MAX_SHOWN = 20;

  static Optional<Difference> between(List<Result> expected, List<Result> found) {
    Map<Object, List<Result>> left = byKey(expected);
    Map<Object, List<Result>> right = byKey(found);
    Set<Object> keys = new LinkedHashSet<>(left.keySet());
    keys.addAll(right.keySet());
    Difference first = null;
    for (Object key : keys) {
      List<Result> ofLeft = left.getOrDefault(key, List.of());
      List<Result> ofRight = right.getOrDefault(key, List.of());
      int same = 0;
      while (same < Math.min(ofLeft.size(), ofRight.size())
          && ofLeft.get(same).isLike(ofRight.get(same))) {
        same++;
      }
      if (same < Math.max(ofLeft.size(), ofRight.size())) {
        Difference difference = new Difference(key, same + 1, ofLeft, ofRight);
        if (first == null || difference.step() < first.step()) {
          first = difference;
        }
      }
    }
    return Optional.ofNullable(first);
  }

  private static Map<Object, List<Result>> byKey(List<Result> results) {
    Map<Object, List<Result>> byKey = new LinkedHashMap<>();
    for (Result result : results) {
      Object key = result.emitted().key();
      if (key != null || result.emitted().subtask() == 0) {
        byKey.computeIfAbsent(key, each -> new ArrayList<>()).add(result);
      }
    }
    return byKey;
  }

  /** The earliest step in which the runs differ. */
  private int step() {
    return Math.min(step(expected), step(found));
  }

  private int step(List<Result> results) {
    return number > results.size() ? Integer.MAX_VALUE : results.get(number - 1).step();
  }

  /** What differs, in lines, and what the usual causes are. */
  String text(List<Step> steps) {
    return "  The key:  "
        + (key == null ? "none, results for broadcast elements" : Texts.of(key))
        + ", result "
        + number
        + " of it\n  Expected: "
        + one(expected, steps)
        + "\n  But was:  "
        + one(found, steps)
        + "\n  All that was expected of the key: "
        + all(expected)
        + "\n  All that came of the key:         "
        + all(found)
        + "\n"
        + Causes.TEXT
        + withoutEquals();
  }

  private String one(List<Result> results, List<Step> steps) {
    if (number > results.size()) {
      return "nothing";
    }
    Result result = results.get(number - 1);
    return result + ", emitted in step " + named(result.step(), steps);
  }

  private static String all(List<Result> results) {
    return results.size() <= MAX_SHOWN
        ? results.toString()
        : results.subList(0, MAX_SHOWN) + " and " + (results.size() - MAX_SHOWN) + " more";
  }

  /** A step with its number. */
  static String named(int step, List<Step> steps) {
    return step > steps.size() ? String.valueOf(step) : step + ", " + steps.get(step - 1);
  }

  private String withoutEquals() {
    if (number > expected.size()) {
      return "";
    }
    Class<?> type = expected.get(number - 1).emitted().value().getClass();
    try {
      boolean identity = type.getMethod("equals", Object.class).getDeclaringClass() == Object.class;
      return identity && !type.isArray()
          ? "  - Results of " + type + " are compared, which has no equals method of its own.\n"
          : "";
    } catch (NoSuchMethodException e) {
      return "";
    }
  }
}
