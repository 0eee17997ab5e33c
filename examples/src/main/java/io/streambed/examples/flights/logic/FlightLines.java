package io.streambed.examples.flights.logic;

/** Reads flights from lines of the form {@code departure,delay,distance,origin,destination}. */
public final class FlightLines {
  /** The first line of a file of flights. */
  public static final String HEADER = "departure,delay,distance,origin,destination";

  private static final int FIELDS = 5;
  private static final int MAX_DELAY_MINUTES = 10_000;
  private static final int MAX_MILES = 20_000;

  private FlightLines() {}

  /**
   * Reads a flight.
   *
   * @param line the line's number, from 1
   * @param text the line
   * @return the flight
   * @throws IllegalArgumentException if it is malformed; the message says why, in fixed words
   */
  public static Flight parse(long line, String text) {
    String[] fields = Fields.split(text, FIELDS);
    return new Flight(
        line,
        Times.parseMinute(fields[0]),
        Fields.whole(fields[1], "delay", -MAX_DELAY_MINUTES, MAX_DELAY_MINUTES),
        Fields.whole(fields[2], "distance", 0, MAX_MILES),
        airport(fields[3], "origin"),
        airport(fields[4], "destination"));
  }

  private static String airport(String field, String name) {
    boolean valid = field.length() == 3;
    for (int i = 0; valid && i < 3; i++) {
      valid = field.charAt(i) >= 'A' && field.charAt(i) <= 'Z';
    }
    if (!valid) {
      throw new IllegalArgumentException(name + " is not a code of three capital letters");
    }
    return field;
  }
}
