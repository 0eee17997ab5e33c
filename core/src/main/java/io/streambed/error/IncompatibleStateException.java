package io.streambed.error;

/**
 * What the job asks for does not fit what the checkpoint holds: another kind or serializer of a
 * state, another key type, another maximum parallelism.
 */
public class IncompatibleStateException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /**
   * A mismatch between job and checkpoint.
   *
   * @param state the state, operator or checkpoint concerned
   * @param written what the checkpoint holds
   * @param requested what the job asks for
   * @param remedy what the user can do
   */
  public IncompatibleStateException(String state, String written, String requested, String remedy) {
    super(
        state
            + ": the checkpoint holds "
            + written
            + ", the job asks for "
            + requested
            + ". "
            + remedy);
  }

  private IncompatibleStateException(String owner, IncompatibleStateException cause) {
    super(owner + ": " + cause.getMessage(), cause);
  }

  /**
   * The same mismatch, told of what the user knows the state as.
   *
   * @param owner whose state it is, such as {@code the positions of source "orders"}
   * @return a new exception, this one its cause
   */
  public IncompatibleStateException of(String owner) {
    return new IncompatibleStateException(owner, this);
  }
}
