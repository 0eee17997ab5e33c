package io.streambed.connector;

/**
 * A line of a file, as a parser and the file's order judged it. Immutable if the value is.
 *
 * @param <T> the type of the values
 */
public sealed interface Line<T> {
  /**
   * Which line.
   *
   * @return its number in the file, from 1
   */
  long number();

  /**
   * A line with a value.
   *
   * @param number its number in the file, from 1
   * @param timestampMillis the value's event time, in milliseconds since the epoch
   * @param value what the line says
   * @param <T> the type of the value
   */
  record Accepted<T>(long number, long timestampMillis, T value) implements Line<T> {}

  /**
   * A line without one.
   *
   * @param number its number in the file, from 1
   * @param reason what is wrong with it, in words of the parser and not of the file
   * @param <T> the type of the values that other lines have
   */
  record Rejected<T>(long number, String reason) implements Line<T> {}
}
