package io.streambed.error;

/** A file was written in a version of its format that this Streambed does not read. */
public class FormatVersionException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /**
   * A version out of the readable range.
   *
   * @param resource the file
   * @param format the format's name
   * @param found the version found
   * @param oldest the oldest readable version
   * @param newest the newest readable version
   */
  public FormatVersionException(String resource, String format, int found, int oldest, int newest) {
    super(
        resource
            + " is written in version "
            + found
            + " of the "
            + format
            + " format; this Streambed reads "
            + (oldest == newest ? "version " + oldest : "versions " + oldest + " to " + newest)
            + (found > newest
                ? ". Use a newer Streambed."
                : ". Use an older Streambed once to convert it."));
  }
}
