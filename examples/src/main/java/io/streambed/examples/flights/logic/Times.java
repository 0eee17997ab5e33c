package io.streambed.examples.flights.logic;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Times as text, and the hours, days and weeks they are in. */
public final class Times {
  /** A minute, in milliseconds. */
  public static final long MINUTE_MILLIS = 60_000;

  /** An hour, in milliseconds. */
  public static final long HOUR_MILLIS = 60 * MINUTE_MILLIS;

  /** A day, in milliseconds. */
  public static final long DAY_MILLIS = 24 * HOUR_MILLIS;

  /** A week, in milliseconds. */
  public static final long WEEK_MILLIS = 7 * DAY_MILLIS;

  /** The epoch was a Thursday; weeks begin with Monday. */
  private static final long MONDAY_TO_EPOCH_MILLIS = 3 * DAY_MILLIS;

  private static final String PATTERN = "dddd-dd-ddTdd:dd";

  private Times() {}

  /**
   * Reads a minute.
   *
   * @param text in the form {@code 2001-01-31T23:59}
   * @return milliseconds since the epoch
   * @throws IllegalArgumentException if it is not of that form, or there is no such minute
   */
  public static long parseMinute(String text) {
    boolean valid = text.length() == PATTERN.length();
    for (int i = 0; valid && i < PATTERN.length(); i++) {
      char c = text.charAt(i);
      char wanted = PATTERN.charAt(i);
      valid = wanted == 'd' ? c >= '0' && c <= '9' : c == wanted;
    }
    if (!valid) {
      throw noMinute();
    }
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    if (hour > 23 || minute > 59) {
      throw noMinute();
    }
    return epochDay(text) * DAY_MILLIS + hour * HOUR_MILLIS + minute * MINUTE_MILLIS;
  }

  private static long epochDay(String text) {
    try {
      return LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)).toEpochDay();
    } catch (DateTimeException e) {
      throw noMinute();
    }
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }

  private static IllegalArgumentException noMinute() {
    return new IllegalArgumentException("time is not a minute of the form 2001-01-31T23:59");
  }

  /**
   * Writes a minute.
   *
   * @param millis a whole minute, in milliseconds since the epoch
   * @return in the form {@code 2001-01-31T23:59}
   */
  public static String minute(long millis) {
    return LocalDateTime.ofEpochSecond(Math.floorDiv(millis, 1_000L), 0, ZoneOffset.UTC).toString();
  }

  /**
   * Writes a day.
   *
   * @param millis a time of that day, in milliseconds since the epoch
   * @return in the form {@code 2001-01-31}
   */
  public static String day(long millis) {
    return LocalDate.ofEpochDay(Math.floorDiv(millis, DAY_MILLIS)).toString();
  }

  /**
   * The hour that a time is in.
   *
   * @param millis a time, in milliseconds since the epoch
   * @return the hour's first millisecond
   */
  public static long hourStart(long millis) {
    return millis - Math.floorMod(millis, HOUR_MILLIS);
  }

  /**
   * The day that a time is in.
   *
   * @param millis a time, in milliseconds since the epoch
   * @return the day's first millisecond
   */
  public static long dayStart(long millis) {
    return millis - Math.floorMod(millis, DAY_MILLIS);
  }

  /**
   * The week that a time is in; weeks begin with Monday.
   *
   * @param millis a time, in milliseconds since the epoch
   * @return the week's first millisecond
   */
  public static long weekStart(long millis) {
    return millis - Math.floorMod(millis + MONDAY_TO_EPOCH_MILLIS, WEEK_MILLIS);
  }
}
