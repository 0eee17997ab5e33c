package io.streambed.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The restarts of one job, counted and told. The master's thread. */
final class Restarts {
  private static final Logger LOG = LoggerFactory.getLogger(Restarts.class);

  private final String job;
  private final RestartPolicy policy;
  private final JobEvents events;
  private final Deque<Long> counted = new ArrayDeque<>();
  private int total;

  Restarts(String job, RestartPolicy policy, JobEvents events) {
    this.job = job;
    this.policy = policy;
    this.events = events;
  }

  /**
   * Counts a restart.
   *
   * @param reason why the job starts again
   * @param cause what failed, or null
   * @param nowMillis the time
   * @throws JobFailedException if the policy does not allow it
   */
  void count(String reason, Throwable cause, long nowMillis) {
    while (!counted.isEmpty() && nowMillis - counted.peek() >= policy.windowMillis()) {
      counted.remove();
    }
    if (counted.size() >= policy.maxRestarts()) {
      String within = counted.isEmpty() ? "" : " within " + policy.windowMillis() + " ms";
      throw new JobFailedException(
          "job \""
              + job
              + "\" failed after "
              + counted.size()
              + " restarts"
              + within
              + ": "
              + reason,
          cause);
    }
    counted.add(nowMillis);
    total++;
    LOG.warn(
        "Job \"{}\" goes back to its last complete checkpoint in {} ms, restart {}: {}",
        job,
        delayMillis(),
        total,
        reason,
        cause);
    events.tell(new JobEvent.Restarting(total, reason));
  }

  /** All since the job was started. */
  int total() {
    return total;
  }

  /** How long the restart that was counted last waits. */
  long delayMillis() {
    return policy.delayMillis(counted.size());
  }
}
