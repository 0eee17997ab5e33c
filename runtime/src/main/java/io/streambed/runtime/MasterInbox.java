package io.streambed.runtime;

import io.streambed.checkpoint.CoordinatorEvent;
import io.streambed.checkpoint.CoordinatorEvent.TaskAcknowledged;
import io.streambed.checkpoint.CoordinatorEvent.TaskDeclined;
import io.streambed.checkpoint.SubtaskState;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What others tell the master, each as something that the master's thread runs. Any thread adds,
 * and never waits.
 */
final class MasterInbox implements CheckpointActions.Answers {
  private final Master master;
  private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
  private volatile Throwable checkpointFailure;

  /** What the master does about it, on its thread. */
  interface Master {
    void tell(CoordinatorEvent event);

    void taskFailed(int generation, String who, Throwable cause);

    void sourceFinished(int generation);
  }

  MasterInbox(Master master) {
    this.master = master;
  }

  /** Runs the next event if one comes in time; the master's thread. */
  void runOne(long maxWaitMillis) throws InterruptedException {
    Runnable event = events.poll(maxWaitMillis, TimeUnit.MILLISECONDS);
    if (event != null) {
      event.run();
    }
  }

  /** Runs the events that are there; the master's thread. */
  void runAll() {
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
    }
  }

  @Override
  public void run(Runnable task) {
    events.add(task);
  }

  @Override
  public void tell(CoordinatorEvent event) {
    events.add(() -> master.tell(event));
  }

  @Override
  public void failed(Throwable cause) {
    checkpointFailure = cause;
  }

  /** Why a checkpoint has failed, of the last one that has; null if none has. */
  Throwable checkpointFailure() {
    return checkpointFailure;
  }

  /** The master as the tasks of one generation see it. */
  TaskServices.Master reports(int generation) {
    return new Reports(generation);
  }

  /** What the tasks of one deployment report; those of an older one do not fail a newer. */
  private final class Reports implements TaskServices.Master {
    private final int generation;

    Reports(int generation) {
      this.generation = generation;
    }

    @Override
    public void acknowledged(
        long checkpointId, String operatorId, int subtask, SubtaskState state) {
      tell(new TaskAcknowledged(checkpointId, operatorId, subtask, state));
    }

    @Override
    public void declined(long checkpointId, String operatorId, int subtask, Throwable cause) {
      checkpointFailure = cause;
      tell(new TaskDeclined(checkpointId, operatorId, subtask, cause.toString()));
    }

    @Override
    public void failed(String operatorId, int subtask, Throwable cause) {
      String who =
          cause instanceof UnusableKeyException key
              ? "operator \"" + key.operatorId() + "\""
              : "subtask " + subtask + " of operator \"" + operatorId + "\"";
      run(() -> master.taskFailed(generation, who, cause));
    }

    @Override
    public void sourceFinished(String operatorId, int subtask) {
      run(() -> master.sourceFinished(generation));
    }
  }
}
