package io.streambed.job;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A {@link Sink} at work on one subtask.
 *
 * <p>Threading: one thread. An exception fails the subtask; the job then goes back to its last
 * checkpoint.
 *
 * @param <T> the type of the results
 * @param <C> the type of the committables
 */
public interface SinkWriter<T, C> extends Closeable {
  /**
   * Writes a result.
   *
   * @param result the result
   * @param timestampMillis its event time, in milliseconds since the epoch, or {@link
   *     SplitReader#NO_TIMESTAMP}
   * @throws Exception if the target fails
   */
  void write(T result, long timestampMillis) throws Exception;

  /**
   * Ends what was written so far, makes it durable, and names it. What is written from now on
   * belongs to a later checkpoint.
   *
   * @param checkpointId the checkpoint being taken
   * @return what was ended now; empty if nothing was written, or if all of it is visible already
   * @throws Exception if the target fails
   */
  List<C> prepare(long checkpointId) throws Exception;

  /**
   * Opens the content of something prepared and not committed, for a savepoint to keep. A savepoint
   * stands alone: it can be restored when the checkpoints of its job are gone, and with them all
   * that the sink had prepared and not made visible. What is given here comes back by {@link
   * Sink.SinkContext#saved}, and {@link Sink#open} then writes it anew before it commits it.
   *
   * <p>There is no default, since a sink that forgets this loses results with the first savepoint
   * that is restored elsewhere.
   *
   * @param committable what {@link #prepare} gave
   * @return the content. Empty only if the target keeps what is prepared whatever becomes of the
   *     job, its directories and its later runs, as a database does a prepared transaction; or if
   *     nothing is ever prepared
   * @throws Exception if the target fails
   */
  Optional<Content> content(C committable) throws Exception;

  /**
   * Makes something visible, durably. It may have been done before: then nothing happens.
   *
   * @param committable what {@link #prepare} gave, its checkpoint being complete
   * @throws Exception if the target fails, or the thing is neither pending nor committed
   */
  void commit(C committable) throws Exception;

  /**
   * Ends the writer; what was not prepared is discarded.
   *
   * @throws IOException if the target fails
   */
  @Override
  void close() throws IOException;

  /**
   * Content for a savepoint.
   *
   * @param name by which {@link Sink.SavedContent#copy} finds it, 1 to 200 characters, no two of a
   *     sink the same
   * @param length in bytes, from 0
   * @param bytes gives exactly so many bytes; it is read and closed by another thread, while the
   *     subtask may commit
   */
  record Content(String name, long length, InputStream bytes) {
    /** Checks the parts. */
    public Content {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(bytes, "bytes");
      if (length < 0) {
        throw new IllegalArgumentException("length " + length + " is below 0");
      }
    }
  }
}
