package io.streambed.error;

import java.util.List;

/**
 * What the job asks for does not fit what the checkpoint holds: another kind or serializer of a
 * state, another key type, another maximum parallelism.
 */
public class IncompatibleStateException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /** Several mismatches of one restore; empty if this is a single one. */
  private final IncompatibleStateException[] problems;

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
    problems = new IncompatibleStateException[0];
  }

  /**
   * All mismatches that a restore would meet, told at once.
   *
   * @param restore what is restored, and into what
   * @param all the mismatches, at least two
   */
  public IncompatibleStateException(String restore, List<IncompatibleStateException> all) {
    super(restore + ": " + numbered(all));
    problems = all.toArray(new IncompatibleStateException[0]);
  }

  private static String numbered(List<IncompatibleStateException> all) {
    StringBuilder text = new StringBuilder().append(all.size()).append(" problems.");
    for (int i = 0; i < all.size(); i++) {
      text.append(" (").append(i + 1).append(") ").append(all.get(i).getMessage());
    }
    return text.toString();
  }

  private IncompatibleStateException(String owner, IncompatibleStateException cause) {
    super(owner + ": " + cause.getMessage(), cause);
    problems = new IncompatibleStateException[0];
  }

  /**
   * The single mismatches.
   *
   * @return those that were given, or this one alone
   */
  public List<IncompatibleStateException> problems() {
    return problems.length == 0 ? List.of(this) : List.of(problems);
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
