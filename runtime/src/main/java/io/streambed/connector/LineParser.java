package io.streambed.connector;

/**
 * Makes values of lines.
 *
 * <p>Threading: any thread, many at a time.
 *
 * @param <T> the type of the values
 */
@FunctionalInterface
public interface LineParser<T> {
  /**
   * Judges a line. The same text at the same number always gives an equal result.
   *
   * @param number the line's number in the file, from 1
   * @param text the line without its end; bytes that are not UTF-8 are replaced
   * @return the line with its value, or rejected
   */
  Line<T> parse(long number, String text);
}
