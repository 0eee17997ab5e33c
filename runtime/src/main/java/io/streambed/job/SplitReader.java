package io.streambed.job;

import java.io.Closeable;
import java.io.IOException;

/**
 * Reads one split, which is bounded. Elements come in order of time as far as {@link #watermark}
 * says.
 *
 * <p>Threading: one thread, but for {@link #close()}.
 *
 * @param <T> the type of the elements
 */
public interface SplitReader<T> extends Closeable {
  /**
   * Moves to the next element. While this waits, the subtask takes part in no checkpoint. If the
   * job is to end or to start again meanwhile, the thread is interrupted, and the reader closed if
   * that does not end the wait: then this returns or throws, whatever it likes. A thread that still
   * waits is left behind, and the job fails.
   *
   * @return the element, or null at the end of the split
   * @throws IOException if the source cannot be read
   */
  T next() throws IOException;

  /**
   * The event time of the element given last.
   *
   * @return milliseconds since the epoch
   */
  long timestampMillis();

  /**
   * What is known of the time of the elements still to come.
   *
   * @return no later element of this split is at or before this, in milliseconds since the epoch;
   *     never less than before
   */
  long watermark();

  /**
   * Where to go on after the element given last.
   *
   * @return an offset for {@link SplitSource#open}
   */
  long offset();

  /**
   * Ends the reader; called once. It may come from another thread while {@link #next()} waits, for
   * instance in a socket, and is to end that wait then.
   *
   * @throws IOException if the source fails; the job goes on all the same if it was told to end
   */
  @Override
  void close() throws IOException;
}
