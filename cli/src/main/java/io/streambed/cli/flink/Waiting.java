package io.streambed.cli.flink;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Waits for a cluster by asking it again and again. One thread. */
public final class Waiting {
  private static final long PAUSE_MILLIS = 200;

  private final Duration timeout;

  /**
   * Waits no longer than this for any one thing.
   *
   * @param timeout above 0
   */
  public Waiting(Duration timeout) {
    this.timeout = timeout;
  }

  Duration timeout() {
    return timeout;
  }

  /**
   * Asks until there is an answer.
   *
   * @param what is waited for, as part of the message of an error
   * @param question gives an answer, or nothing yet
   * @param <T> the type of the answer
   * @return the answer
   * @throws ClusterException if there is none in time, or this thread is interrupted; and whatever
   *     the question throws
   */
  public <T> T until(String what, Supplier<Optional<T>> question) {
    long start = System.nanoTime();
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() - start > timeout.toNanos()) {
        throw new ClusterException(
            "waited " + timeout.toSeconds() + " s in vain for " + what + "; see --timeout");
      }
      pause(what);
    }
  }

  private static void pause(String what) {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while waiting for " + what, e);
    }
  }
}
