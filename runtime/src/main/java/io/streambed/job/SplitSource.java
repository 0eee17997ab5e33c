package io.streambed.job;

import java.io.IOException;

/**
 * A source that can rewind: a fixed number of splits, each an ordered sequence of elements with
 * offsets. Splits are dealt out to the subtasks; a checkpoint keeps for each split the offset to go
 * on from.
 *
 * @param <T> the type of the elements
 */
public interface SplitSource<T> {
  /**
   * Number of splits; the same for the life of the job's state.
   *
   * @return at least 1
   */
  int splits();

  /**
   * Opens a split.
   *
   * @param split from 0 to splits - 1
   * @param offset where to begin: 0, or what {@link SplitReader#offset()} gave
   * @return a reader for one thread
   * @throws IOException if the source cannot be read
   */
  SplitReader<T> open(int split, long offset) throws IOException;
}
