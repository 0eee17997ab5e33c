package io.streambed.job;

import io.streambed.job.Sink.Committable;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
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
   * Opens the content of something prepared and not committed, for a savepoint to keep: so that a
   * job restored from it needs nothing that this one may have removed since. The stream is read and
   * closed by another thread, while this one may commit.
   *
   * @param committable what {@link #prepare} gave
   * @return {@link Committable#length()} bytes; null if the target keeps them whatever becomes of
   *     the job
   * @throws IOException if the target fails
   */
  default InputStream openContent(Committable committable) throws IOException {
    return null;
  }

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
