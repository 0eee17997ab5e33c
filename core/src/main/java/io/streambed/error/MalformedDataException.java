package io.streambed.error;

/**
 * Bytes do not follow their grammar: a length beyond the bytes left, an unknown tag, an invalid
 * character. Readers of files turn it into a {@link CorruptionException} that names the file.
 */
public class MalformedDataException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /**
   * Bytes that break their grammar.
   *
   * @param message what was expected and what was found
   */
  public MalformedDataException(String message) {
    super(message);
  }
}
