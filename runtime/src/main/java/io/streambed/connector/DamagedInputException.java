package io.streambed.connector;

import io.streambed.error.CorruptionException;

/** An input file is cut off or damaged. The job's own files are not concerned. */
public class DamagedInputException extends CorruptionException {
  private static final long serialVersionUID = 1L;

  /**
   * Damage found while reading.
   *
   * @param file the file
   * @param expected what should be there
   * @param actual what is there
   * @param cause what the reader threw
   */
  public DamagedInputException(String file, String expected, String actual, Throwable cause) {
    super(
        "the input file "
            + file
            + " is damaged: "
            + finding(expected, actual)
            + ". It was cut off or changed on its way here: fetch it again, and start the job with"
            + " restore latest.",
        file,
        -1,
        finding(expected, actual),
        cause);
  }
}
