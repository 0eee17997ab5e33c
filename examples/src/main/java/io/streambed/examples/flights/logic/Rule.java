package io.streambed.examples.flights.logic;

/**
 * A threshold and from when on it holds, by the time of the flights.
 *
 * @param key what it is for, and from when on
 * @param threshold the threshold, in minutes
 */
public record Rule(Key key, int threshold) {
  /** The first line of a file of rules. */
  public static final String HEADER = "effective,rule,threshold";

  private static final int FIELDS = 3;
  private static final int MAX_MINUTES = 10_000;

  /**
   * What a rule is for; a later rule with the same key takes its place.
   *
   * @param name which threshold
   * @param effectiveMillis from when on, in milliseconds since the epoch
   */
  public record Key(RuleName name, long effectiveMillis) {}

  /**
   * Reads a rule.
   *
   * @param text a line of the form {@code effective,rule,threshold}
   * @return the rule
   * @throws IllegalArgumentException if it is malformed; the message says why, in fixed words
   */
  public static Rule parse(String text) {
    String[] fields = Fields.split(text, FIELDS);
    return new Rule(
        new Key(RuleName.of(fields[1]), Times.parseMinute(fields[0])),
        Fields.whole(fields[2], "threshold", 0, MAX_MINUTES));
  }
}
