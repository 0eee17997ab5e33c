package io.streambed.job;

import java.io.Closeable;
import java.io.IOException;

/**
 * Reads one split of a {@link Source}, element by element, without waiting.
 *
 * <p>Threading: the thread of one subtask, but for {@link #close()}. What a method throws fails the
 * subtask; the job then goes back to its last checkpoint.
 *
 * @param <T> the type of the elements
 * @param <P> the type of the positions
 */
public interface SplitReader<T, P> extends Closeable {
  /** The time of an element that has none; no watermark is above it. */
  long NO_TIMESTAMP = Long.MIN_VALUE;

  /**
   * Moves to the next element if there is one now.
   *
   * <p>This is not to wait for input: while it does, its subtask reads no other split and takes
   * part in no checkpoint. Where a client can only wait, read on a thread of your own, as {@code
   * connector.BlockingSource} does. After {@link Poll#IDLE} the reader is asked again within 10 ms,
   * or at once when it calls {@link SplitContext#wakeUp()}; what was read before is sent on
   * meanwhile. It is not asked again after {@link Poll#END}.
   *
   * <p>If the job stops or fails while this waits all the same, the thread is interrupted, and the
   * reader closed if that does not end the wait. A thread that still waits is left behind, and the
   * job fails.
   *
   * @return whether there is an element
   * @throws Exception if the source cannot be read
   */
  Poll poll() throws Exception;

  /**
   * The element that {@link #poll} has moved to; asked for once after each {@link Poll#ELEMENT}.
   *
   * @return an immutable element, not null
   */
  T element();

  /**
   * The event time of that element.
   *
   * @return milliseconds since the epoch, or {@link #NO_TIMESTAMP}
   */
  default long timestampMillis() {
    return NO_TIMESTAMP;
  }

  /**
   * What the source itself knows of the time of elements still to come. It is asked after each
   * {@link #poll}, an idle one included. A {@link WatermarkStrategy} of the job may say more.
   *
   * @return no later element of this split is at or before this, in milliseconds since the epoch;
   *     never less than before; {@link #NO_TIMESTAMP} if nothing is known
   */
  default long watermark() {
    return NO_TIMESTAMP;
  }

  /**
   * Where to go on after the element that {@link #poll} has moved to.
   *
   * @return a position for {@link Source#open}, which does not change any more; null if this reader
   *     has read nothing yet: then it is where the reader began
   */
  P position();

  /**
   * A checkpoint is complete that holds a position: the job will go on from it or from a later one,
   * so that what was read before may be removed from a queue. Not every position is acknowledged: a
   * later one includes the earlier ones, and after a failure those between are not told. A restored
   * position counts as acknowledged. Savepoints acknowledge nothing: who goes back to one reads
   * again what was read since.
   *
   * @param position what {@link #position()} gave
   * @throws Exception if the source cannot take it
   */
  default void acknowledge(P position) throws Exception {}

  /**
   * Ends the reader; called once, when the split has ended, or the job stops, fails or starts
   * again. It comes from another thread if {@link #poll()} waits too long, for instance in a
   * socket, and is to end that wait then.
   *
   * @throws IOException if the source fails; the job goes on all the same if it was told to end
   */
  @Override
  void close() throws IOException;
}
