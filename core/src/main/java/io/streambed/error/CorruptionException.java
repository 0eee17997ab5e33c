package io.streambed.error;

/**
 * A file, or a part of one, is damaged: truncated, extended, changed, or not the file its name and
 * place promise. Damage is never skipped; restore another checkpoint explicitly if one is left.
 */
public class CorruptionException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /** The file or handle. */
  private final String resource;

  /** In bytes, or -1. */
  private final long offset;

  /** What should be there and what is. */
  private final String finding;

  /**
   * Damage found while reading.
   *
   * @param resource the file or handle, as a user can find it
   * @param offset where in it, in bytes, or -1 if it concerns the whole
   * @param expected what should be there
   * @param actual what is there
   */
  public CorruptionException(String resource, long offset, String expected, String actual) {
    this(resource, offset, expected, actual, null);
  }

  /**
   * Damage found while reading, with the error it showed itself by.
   *
   * @param resource the file or handle, as a user can find it
   * @param offset where in it, in bytes, or -1 if it concerns the whole
   * @param expected what should be there
   * @param actual what is there
   * @param cause what was caught, or null
   */
  public CorruptionException(
      String resource, long offset, String expected, String actual, Throwable cause) {
    this(
        resource
            + (offset < 0 ? "" : " at byte " + offset)
            + " is damaged: "
            + finding(expected, actual)
            + ". Bring it back from a copy; a job can also restore another of its checkpoints by its"
            + " path, with a new checkpoint directory.",
        resource,
        offset,
        finding(expected, actual),
        cause);
  }

  /**
   * Damage of a thing that has another way out than a checkpoint.
   *
   * @param message what is wrong and what to do
   * @param resource the file or handle, as a user can find it
   * @param offset where in it, in bytes, or -1 if it concerns the whole
   * @param finding what should be there and what is, for lists of damage
   * @param cause what was caught, or null
   */
  protected CorruptionException(
      String message, String resource, long offset, String finding, Throwable cause) {
    super(message, cause);
    this.resource = resource;
    this.offset = offset;
    this.finding = finding;
  }

  /**
   * What is wrong, in the words of every list of damage.
   *
   * @param expected what should be there
   * @param actual what is there
   * @return part of a sentence
   */
  protected static String finding(String expected, String actual) {
    return "expected " + expected + ", found " + actual;
  }

  /**
   * The damaged thing.
   *
   * @return the file or handle, as a user can find it
   */
  public String resource() {
    return resource;
  }

  /**
   * Where the damage was noticed.
   *
   * @return an offset in bytes, or -1 if it concerns the whole
   */
  public long offset() {
    return offset;
  }

  /**
   * What is wrong, for lists of damage.
   *
   * @return what should be there and what is, without the resource and without advice
   */
  public String finding() {
    return finding;
  }
}
