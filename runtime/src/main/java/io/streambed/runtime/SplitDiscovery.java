package io.streambed.runtime;

import io.streambed.job.JobOperator.SourceOperator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Finds the splits of one source, and deals those that no checkpoint knows out to its subtasks. On
 * a thread of its own, since the source may ask somebody else and wait.
 */
final class SplitDiscovery implements Runnable {
  private static final int MAX_ID_LENGTH = 255;

  private final SourceOperator operator;
  private final TaskServices services;
  private final Deployment.Latches latches;
  private final List<SourceSubtask> subtasks = new ArrayList<>();

  /** Number of splits that each subtask has; also the lock. */
  private final int[] dealt;

  private final Set<String> known = new HashSet<>();
  private volatile boolean cancelled;

  SplitDiscovery(SourceOperator operator, TaskServices services, Deployment.Latches latches) {
    this.operator = operator;
    this.services = services;
    this.latches = latches;
    this.dealt = new int[operator.parallelism()];
  }

  SourceOperator operator() {
    return operator;
  }

  /** Adds the next subtask, before anything runs. */
  void add(SourceSubtask subtask) {
    subtasks.add(subtask);
  }

  /** A subtask has restored a split; before it is ready. */
  void restored(int subtask, String split) {
    synchronized (dealt) {
      known.add(split);
      dealt[subtask]++;
    }
  }

  /** A split of a subtask has ended; any thread. */
  void ended(int subtask) {
    synchronized (dealt) {
      dealt[subtask]--;
    }
  }

  /** The source cannot tell its splits. */
  static final class FailedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    FailedException(String operatorId, Throwable cause) {
      super("finding the splits of source \"" + operatorId + "\" failed: " + cause, cause);
    }
  }

  @Override
  public void run() {
    try {
      latches.start().await();
      long intervalMillis = operator.source().discoveryInterval().toMillis();
      boolean again = intervalMillis > 0;
      do {
        if (cancelled) {
          return;
        }
        List<String> found = operator.source().splits();
        if (cancelled) {
          return;
        }
        deal(found);
        subtasks.forEach(subtask -> subtask.postDiscovered(!again));
        TimeUnit.MILLISECONDS.sleep(intervalMillis);
      } while (again);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(e);
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void failed(Throwable cause) {
    if (!cancelled) {
      services.master().failed(operator.id(), 0, new FailedException(operator.id(), cause));
    }
  }

  private void deal(List<String> found) {
    Set<String> seen = new HashSet<>();
    for (String split : found) {
      if (split == null || split.isEmpty() || split.length() > MAX_ID_LENGTH) {
        throw new IllegalStateException(
            "the id of a split is " + split + ": it has 1 to " + MAX_ID_LENGTH + " characters");
      }
      if (!seen.add(split)) {
        throw new IllegalStateException("split \"" + split + "\" is named twice");
      }
      synchronized (dealt) {
        if (known.add(split)) {
          int target = fewest();
          dealt[target]++;
          subtasks.get(target).postSplit(split);
        }
      }
    }
  }

  private int fewest() {
    int fewest = 0;
    for (int subtask = 1; subtask < dealt.length; subtask++) {
      if (dealt[subtask] < dealt[fewest]) {
        fewest = subtask;
      }
    }
    return fewest;
  }

  /** Lets the thread end as soon as it notices; the caller interrupts it as well. */
  void cancel() {
    cancelled = true;
  }
}
