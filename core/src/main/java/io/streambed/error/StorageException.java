package io.streambed.error;

/**
 * The storage below failed: no space, no permission, a lost device, a missing file. What was
 * acknowledged before stays as it was.
 */
public class StorageException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /**
   * A failed operation.
   *
   * @param operation what was tried, with the path
   * @param cause what the file system said
   */
  public StorageException(String operation, Throwable cause) {
    super(operation + " failed: " + cause, cause);
  }

  /**
   * A state of the storage that forbids an operation.
   *
   * @param message what is wrong, with the path, and the way out
   */
  public StorageException(String message) {
    super(message);
  }
}
