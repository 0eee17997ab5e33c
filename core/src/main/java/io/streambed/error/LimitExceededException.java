package io.streambed.error;

/** A key, value, name or count is beyond a documented limit; nothing of it was written. */
public class LimitExceededException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /** A size in bytes or a count. */
  private final long actual;

  /**
   * A size or count beyond its limit.
   *
   * @param what the thing measured
   * @param actual its size or count
   * @param limit the largest allowed
   * @param remedy what the user can do
   */
  public LimitExceededException(String what, long actual, long limit, String remedy) {
    super(what + " is " + actual + ", the limit is " + limit + ". " + remedy);
    this.actual = actual;
  }

  /**
   * A size or count beyond its limit that a file holds.
   *
   * @param resource the file, as a user can find it
   * @param cause what was found in it
   */
  public LimitExceededException(String resource, LimitExceededException cause) {
    super(resource + ": " + cause.getMessage(), cause);
    this.actual = cause.actual;
  }

  /**
   * What was measured.
   *
   * @return a size in bytes or a count, beyond its limit
   */
  public long actual() {
    return actual;
  }
}
