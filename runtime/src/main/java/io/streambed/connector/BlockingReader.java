package io.streambed.connector;

import io.streambed.job.SplitReader;
import java.io.Closeable;
import java.io.IOException;

/**
 * Reads one split of a {@link BlockingSource}, waiting for each element: what a user writes over a
 * client that can do nothing else.
 *
 * <p>Threading: the split's own thread, but for {@link #close()} and {@link #acknowledge}, which
 * come from other threads while that one may wait in {@link #next()}.
 *
 * @param <T> the type of the elements
 * @param <P> the type of the positions
 */
public interface BlockingReader<T, P> extends Closeable {
  /**
   * Waits for the next element and moves to it.
   *
   * @return false if there is none, and never will be
   * @throws Exception if the source cannot be read, which fails the job; once {@link #close()} was
   *     called it says nothing
   */
  boolean next() throws Exception;

  /**
   * The element that {@link #next()} has moved to; asked for once.
   *
   * @return an immutable element, not null
   */
  T element();

  /**
   * Where to go on after that element.
   *
   * @return a position for {@link BlockingSource.Opener#open}, which does not change any more; not
   *     null
   */
  P position();

  /**
   * The event time of that element.
   *
   * @return milliseconds since the epoch, or {@link SplitReader#NO_TIMESTAMP}
   */
  default long timestampMillis() {
    return SplitReader.NO_TIMESTAMP;
  }

  /**
   * A checkpoint is complete that holds a position; see {@link SplitReader#acknowledge}. It comes
   * on the subtask's thread, which waits for it, and may come after {@link #close()}.
   *
   * @param position what {@link #position()} gave
   * @throws Exception if the source cannot take it
   */
  default void acknowledge(P position) throws Exception {}

  /**
   * Frees everything, and ends a wait in {@link #next()}; called once, from another thread, which
   * waits for it. After it, that thread is interrupted as well.
   *
   * <p>Close what the client waits in, not what is built upon it: {@code Socket.close()} ends a
   * wait, while that of a {@code BufferedReader} over the socket waits for {@code readLine()}.
   *
   * @throws IOException if the source fails
   */
  @Override
  void close() throws IOException;
}
