package io.streambed.snapshot;

import io.streambed.error.StorageException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The asynchronous part of a snapshot: writes what was frozen, and lets go of it exactly once, be
 * the task run, cancelled during the run, or cancelled before.
 *
 * @param <H> the handle that names what was written
 */
public final class SnapshotTask<H> extends FutureTask<H> {
  private final CancellationRegistry streams;
  private final Runnable release;
  private final AtomicBoolean started;

  /**
   * What the asynchronous part does.
   *
   * @param <H> the handle that names what was written
   */
  @FunctionalInterface
  public interface Body<H> {
    /**
     * Writes what was frozen.
     *
     * @param streams where to register each stream opened
     * @return the handle, or null if there is nothing to write
     * @throws IOException if the storage fails
     */
    H write(CancellationRegistry streams) throws IOException;
  }

  /**
   * A task that has not run.
   *
   * @param body writes what was frozen
   * @param release lets go of what was frozen
   */
  public SnapshotTask(Body<H> body, Runnable release) {
    this(body, release, new CancellationRegistry(), new AtomicBoolean());
  }

  private SnapshotTask(
      Body<H> body, Runnable release, CancellationRegistry streams, AtomicBoolean started) {
    super(
        () -> {
          if (!started.compareAndSet(false, true)) {
            throw new CancellationException();
          }
          try {
            return body.write(streams);
          } finally {
            release.run();
          }
        });
    this.streams = streams;
    this.release = release;
    this.started = started;
  }

  @Override
  protected void done() {
    if (!isCancelled()) {
      return;
    }
    try {
      streams.close();
    } catch (IOException e) {
      throw new StorageException("Closing the streams of a cancelled snapshot", e);
    } finally {
      // A body under way lets go itself when it notices that its streams are closed.
      if (started.compareAndSet(false, true)) {
        release.run();
      }
    }
  }
}
