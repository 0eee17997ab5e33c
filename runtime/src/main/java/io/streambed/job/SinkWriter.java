package io.streambed.job;

import io.streambed.job.Sink.Committable;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * A {@link Sink} at work on one subtask.
 *
 * <p>Threading: one thread. An exception fails the task; the job then goes back to its last
 * checkpoint.
 *
 * @param <T> the type of the results
 */
public interface SinkWriter<T> extends Closeable {
  /**
   * Writes a result.
   *
   * @param result the result
   * @throws IOException if the target fails
   */
  void write(T result) throws IOException;

  /**
   * Ends what was written so far, makes it durable, and names it. What is written from now on
   * belongs to a later checkpoint.
   *
   * @param checkpointId the checkpoint being taken
   * @return what was ended now; empty if nothing was written
   * @throws IOException if the target fails
   */
  List<Committable> prepare(long checkpointId) throws IOException;

  /**
   * Makes something visible, durably. It may have been done before: then nothing happens.
   *
   * @param committable what {@link #prepare} gave, its checkpoint being complete
   * @throws IOException if the target fails, or the thing is neither pending nor committed
   */
  void commit(Committable committable) throws IOException;

  /**
   * Ends the writer; what was not prepared is discarded.
   *
   * @throws IOException if the target fails
   */
  @Override
  void close() throws IOException;
}
