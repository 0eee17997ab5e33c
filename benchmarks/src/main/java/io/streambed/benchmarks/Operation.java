package io.streambed.benchmarks;

/** One case on a filled state, a {@link Batch} at a time: prepare, run, check, and again. */
interface Operation {
  /** Draws keys and works out what the state has to answer. Not measured. */
  void prepare() throws Exception;

  /**
   * Does {@link Batch#SIZE} operations. Measured.
   *
   * @throws WrongAnswerException if the state answers anything else than expected
   */
  void run() throws Exception;

  /**
   * Reads back some of what was written. Not measured.
   *
   * @throws WrongAnswerException if it is not there
   */
  default void check() throws Exception {}
}
