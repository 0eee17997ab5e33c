package io.streambed.snapshot;

import io.streambed.error.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The open streams of an operation that may be cancelled: closing the registry closes them all, and
 * whatever is registered later at once.
 *
 * <p>Threading: any thread.
 */
public final class CancellationRegistry implements Closeable {
  private final Set<Closeable> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed;

  /** An open, empty registry. */
  public CancellationRegistry() {}

  /**
   * Registers a stream.
   *
   * @param stream the stream
   * @param <T> its type
   * @return the stream
   * @throws StorageException if the registry is closed; the stream is closed then
   * @throws IOException if closing it fails
   */
  public <T extends Closeable> T register(T stream) throws IOException {
    synchronized (this) {
      if (!closed) {
        open.add(stream);
        return stream;
      }
    }
    stream.close();
    throw new StorageException("the operation was cancelled");
  }

  /**
   * Forgets a stream that its user closes himself.
   *
   * @param stream the stream
   */
  public synchronized void unregister(Closeable stream) {
    open.remove(stream);
  }

  /**
   * Whether the operation was cancelled.
   *
   * @return true once closed
   */
  public synchronized boolean isClosed() {
    return closed;
  }

  /**
   * Closes all registered streams; idempotent.
   *
   * @throws IOException the first failure, the others suppressed in it; all are closed all the same
   */
  @Override
  public void close() throws IOException {
    List<Closeable> streams;
    synchronized (this) {
      closed = true;
      streams = List.copyOf(open);
      open.clear();
    }
    IOException failure = null;
    for (Closeable stream : streams) {
      try {
        stream.close();
      } catch (IOException | RuntimeException e) {
        if (failure == null) {
          failure = new IOException("closing a stream of a cancelled operation", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
