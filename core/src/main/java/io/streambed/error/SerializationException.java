package io.streambed.error;

/**
 * A serializer failed or broke its contract at one record: it threw, or it read fewer or more bytes
 * than it had written.
 */
public class SerializationException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /**
   * A serializer's failure.
   *
   * @param what the state and part concerned, for instance {@code value of state "totals"}
   * @param detail what happened
   * @param cause what the serializer threw, or null
   */
  public SerializationException(String what, String detail, Throwable cause) {
    super(what + ": " + detail, cause);
  }
}
