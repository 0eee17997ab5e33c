package io.streambed.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is measured: one operation on one kind of state. In the order in which they run. */
enum Case {
  /** The value of a key that is present. */
  VALUE_GET(Kind.VALUE),
  /** A value replaced, without reading it. */
  VALUE_UPDATE(Kind.VALUE),
  /** A value read, then replaced. */
  VALUE_GET_UPDATE(Kind.VALUE),
  /** The value of a key that is absent. */
  VALUE_MISS(Kind.VALUE),
  /** The value of a key that is present, in a state with a time to live. */
  TTL_GET(Kind.TTL),
  /** A value of such a state replaced, without reading it. */
  TTL_UPDATE(Kind.TTL),
  /** The same, read, then replaced. */
  TTL_GET_UPDATE(Kind.TTL),
  /** One entry of a map of ten. */
  MAP_GET(Kind.MAP),
  /** One entry of a map of ten replaced. */
  MAP_UPDATE(Kind.MAP),
  /** Asking a map of ten for a user key that it does not hold. */
  MAP_CONTAINS_ABSENT(Kind.MAP),
  /** All ten entries of a map. */
  MAP_ITERATE(Kind.MAP),
  /** All ten entries of a map replaced at once. */
  MAP_PUT_ALL(Kind.MAP),
  /** All elements of a list of 21. */
  LIST_READ(Kind.LIST),
  /** One more element for a list of 21 or some more. */
  LIST_APPEND(Kind.LIST),
  /** One element of 1,024 that are appended to an empty list one by one. */
  LIST_APPEND_EACH(Kind.LIST),
  /** One element of 1,024 that are appended to an empty list at once. */
  LIST_APPEND_ALL(Kind.LIST),
  /** The value of a key in one of its four windows. */
  WINDOW_GET(Kind.WINDOW),
  /** The same, read, then replaced. */
  WINDOW_GET_UPDATE(Kind.WINDOW),
  /** A timer registered where one stands already. */
  TIMER_AGAIN(Kind.TIMER),
  /** A timer deleted, and registered again. */
  TIMER_DELETE_REGISTER(Kind.TIMER),
  /** The next timer fired, and registered again for later. */
  TIMER_FIRE(Kind.TIMER);

  /** The states that cases share. */
  enum Kind {
    VALUE,
    TTL,
    MAP,
    LIST,
    WINDOW,
    TIMER
  }

  final Kind kind;

  Case(Kind kind) {
    this.kind = kind;
  }

  /** The name as options and reports have it, such as {@code map-get}. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The cases that a name stands for.
   *
   * @param name an id, a kind such as {@code map}, or {@code all}
   * @throws IllegalArgumentException if there is none of that name; the message lists them
   */
  static List<Case> named(String name) {
    List<Case> cases =
        Arrays.stream(values())
            .filter(
                c ->
                    name.equals("all")
                        || name.equals(c.id())
                        || name.equals(c.kind.name().toLowerCase(Locale.ROOT)))
            .toList();
    if (cases.isEmpty()) {
      throw new IllegalArgumentException(
          "no case '"
              + name
              + "'; there are all, value, ttl, map, list, window, timer, "
              + String.join(", ", Arrays.stream(values()).map(Case::id).toList()));
    }
    return cases;
  }
}
