package io.streambed.error;

/**
 * A key, namespace, user key, value or list element takes more bytes than the limit. Where it is
 * noticed when it is put, the state is as it was before. Where only a snapshot notices it, no
 * snapshot can be taken until it is gone: the task fails.
 */
public class OversizedEntryException extends LimitExceededException {
  private static final long serialVersionUID = 1L;

  /**
   * A part of an entry that is too large.
   *
   * @param what the part, with the state's name and the key
   * @param actualBytes its size
   * @param limitBytes the largest allowed
   * @param remedy what the user can do
   */
  public OversizedEntryException(String what, long actualBytes, long limitBytes, String remedy) {
    super(what, actualBytes, limitBytes, remedy);
  }
}
