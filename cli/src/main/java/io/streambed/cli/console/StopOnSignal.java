package io.streambed.cli.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end in order when a signal ends its process: the thread that made this object is
 * interrupted, and the process waits until that thread has closed it. Open it before the resources
 * that are to be closed by then. One thread.
 */
public final class StopOnSignal implements AutoCloseable {
  /** More than a job that is told to stop takes before it leaves its threads behind. */
  private static final long MAX_WAIT_SECONDS = 10;

  private final Thread command = Thread.currentThread();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop-on-signal");
  private volatile boolean signalled;

  /** Listens for signals now. */
  public StopOnSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Whether the process is ending, which is why the thread was interrupted.
   *
   * @return true once a signal has come
   */
  public boolean isSignalled() {
    return signalled;
  }

  private void stop() {
    signalled = true;
    command.interrupt();
    try {
      closed.await(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      // Nobody has this thread but the ending process.
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has begun, and ends now.
      return;
    }
  }
}
