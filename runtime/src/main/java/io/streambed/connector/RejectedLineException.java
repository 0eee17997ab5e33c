package io.streambed.connector;

import io.streambed.error.StreambedException;

/** A line of an input file is malformed, or out of order, and lines are not to be skipped. */
public class RejectedLineException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /**
   * A rejected line.
   *
   * @param file the file
   * @param number the line's number, from 1
   * @param reason what is wrong with it
   */
  public RejectedLineException(String file, long number, String reason) {
    this(file, number, reason, "Correct the line, or have rejected lines skipped.", null);
  }

  /**
   * A rejected line.
   *
   * @param file the file
   * @param number the line's number, from 1
   * @param reason what is wrong with it
   * @param remedy a sentence: what to do
   * @param cause what the parser has thrown, or null
   */
  public RejectedLineException(
      String file, long number, String reason, String remedy, Throwable cause) {
    super(file + ", line " + number + ": " + reason + ". " + remedy, cause);
  }
}
