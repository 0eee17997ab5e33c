package io.streambed.examples.flights.logic;

/** What a threshold can be set for. */
public enum RuleName {
  /** A flight with at least this delay is late; in minutes. */
  LATE_MINUTES("late-minutes", 15),
  /** A disruption ends when no flight is late for so long; in minutes. */
  SESSION_GAP_MINUTES("session-gap-minutes", 30);

  private final String text;
  private final int initial;

  RuleName(String text, int initial) {
    this.text = text;
    this.initial = initial;
  }

  /**
   * The threshold that holds before any rule is effective.
   *
   * @return in minutes
   */
  public int initial() {
    return initial;
  }

  /**
   * The rule of a name.
   *
   * @param text the name, as in a file of rules
   * @return the rule
   * @throws IllegalArgumentException if there is none
   */
  static RuleName of(String text) {
    for (RuleName name : values()) {
      if (name.text.equals(text)) {
        return name;
      }
    }
    throw new IllegalArgumentException("rule is neither late-minutes nor session-gap-minutes");
  }
}
