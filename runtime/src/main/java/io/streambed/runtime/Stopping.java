package io.streambed.runtime;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A deployment that was told to stop, until its threads have ended or are given up. Nothing here
 * waits: the master looks again and again. The master's thread.
 */
final class Stopping {
  /** After this part of their time, threads are interrupted again and their readers closed. */
  private static final int INSIST_AFTER = 10;

  private final Deployment deployment;
  private final long timeoutNanos;
  private final long sinceNanos;
  private boolean insisted;

  /** Tells a deployment to stop. */
  Stopping(Deployment deployment, long timeoutMillis, long nowNanos) {
    this.deployment = deployment;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    this.sinceNanos = nowNanos;
    deployment.stop();
  }

  /** Whether all threads have ended. */
  boolean ended(long nowNanos) {
    if (deployment.alive().isEmpty()) {
      return true;
    }
    if (!insisted && nowNanos - sinceNanos >= timeoutNanos / INSIST_AFTER) {
      insisted = true;
      deployment.insist();
    }
    return false;
  }

  /** When the threads have had their time. */
  long deadlineNanos() {
    return sinceNanos + timeoutNanos;
  }

  /** The threads that have not ended. */
  List<Thread> alive() {
    return deployment.alive();
  }
}
