package io.streambed.runtime;

import java.util.concurrent.CountDownLatch;

/** A place where a thread hangs, whatever interrupts it, until the test lets it go. */
final class Hang {
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /** Hangs here. */
  void here() {
    reached.countDown();
    boolean interrupted = false;
    while (released.getCount() > 0) {
      try {
        released.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until a thread hangs. */
  void awaitReached() {
    try {
      reached.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void release() {
    released.countDown();
  }
}
