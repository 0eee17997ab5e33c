package io.streambed.error;

/**
 * A file is whole but belongs to something else: another job, another checkpoint, another subtask,
 * or it is no file of Streambed at all.
 */
public class ForeignFileException extends CorruptionException {
  private static final long serialVersionUID = 1L;

  /**
   * A file that is not the one asked for.
   *
   * @param resource the file or handle, as a user can find it
   * @param expected the identity asked for
   * @param actual the identity found
   */
  public ForeignFileException(String resource, String expected, String actual) {
    super(resource, -1, expected, actual);
  }
}
