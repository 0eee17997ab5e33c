package io.streambed.runtime;

import io.streambed.error.StorageException;
import io.streambed.job.FailurePolicy;
import io.streambed.job.JobStep;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.operator.StoredState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subtask of one operator and its thread. It restores its state, waits until all others have,
 * and then works until it is told to finish, is cancelled, or fails.
 *
 * <p>Everything but {@link #cancel()}, {@link #closeInputs()} and the notifications, which come as
 * mail, happens on its thread. Between two calls of user code the thread looks whether it was
 * cancelled: one that comes back after it was given up writes nothing and commits nothing, it only
 * closes what is its own.
 */
abstract class Subtask implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Subtask.class);

  final String operatorId;
  final int subtask;
  final TaskServices services;
  final InputGate gate = new InputGate();
  final Output output = new Output();
  final SubtaskSnapshots snapshots;
  final SubtaskMetrics metrics;

  private final List<ChainedStep> steps = new ArrayList<>();
  private final CountDownLatch ready;
  private final CountDownLatch start;
  private volatile boolean cancelled;
  private volatile boolean closing;
  private boolean finished;

  /**
   * A subtask that has not begun.
   *
   * @param id which one
   * @param services what it needs of the master
   * @param ready counted down when its state is there
   * @param start waited for before it works
   */
  Subtask(Id id, TaskServices services, CountDownLatch ready, CountDownLatch start) {
    this.operatorId = id.operatorId;
    this.subtask = id.subtask;
    this.services = services;
    this.snapshots = new SubtaskSnapshots(operatorId, subtask, services);
    this.metrics = new SubtaskMetrics(services.metersOf(operatorId, subtask));
    this.ready = ready;
    this.start = start;
  }

  /**
   * Adds a step behind an output of this subtask, before anything runs; gives the step's output.
   */
  final Output chain(JobStep.Function step, FailurePolicy policy, Output behind) {
    ChainedStep chained = new ChainedStep(step, this, policy);
    steps.add(chained);
    behind.chain(chained);
    return chained.output();
  }

  /** Names a subtask. */
  record Id(String operatorId, int subtask) {}

  /** Restores state and opens what the user gave. */
  abstract void open() throws Exception;

  /**
   * Whether it has read everything that it restores. The master's thread, once {@link #open()} has
   * returned.
   */
  boolean recovered() {
    return true;
  }

  /** Works until {@link #finished()}. */
  abstract void work() throws Exception;

  /** A checkpoint is complete. */
  abstract void completed(long checkpointId) throws Exception;

  /** A checkpoint will never be complete. */
  abstract void aborted(long checkpointId);

  /** Frees everything that {@link #open()} took, however far it came. */
  abstract void close() throws Exception;

  @Override
  public final void run() {
    Throwable failure = null;
    try {
      for (ChainedStep step : steps) {
        checkCancelled();
        step.open();
      }
      // One that was left behind opens nothing, and registers no gauges, beside those after it.
      checkCancelled();
      open();
      ready.countDown();
      start.await();
      work();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = e;
    } catch (Throwable e) {
      failure = e;
    }
    closing = true;
    if (failure != null) {
      // Before anything is closed, which may hang.
      failed(failure);
    }
    services.cleanup().execute(snapshots::cancelAll);
    gate.finish();
    try {
      closeAll(failure == null);
    } finally {
      metrics.close();
    }
  }

  private void closeAll(boolean failIfItFails) {
    Throwable failure = null;
    try {
      close();
    } catch (Throwable e) {
      failure = e;
    }
    for (ChainedStep step : steps) {
      try {
        step.close();
      } catch (Throwable e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null && failIfItFails) {
      failed(failure);
    } else if (failure != null) {
      LOG.warn("Subtask {} of operator \"{}\" could not close all", subtask, operatorId, failure);
    }
  }

  private void failed(Throwable failure) {
    if (!cancelled) {
      services.master().failed(operatorId, subtask, failure);
    }
  }

  /** To be called before each call of user code that may have waited since the last one. */
  final void checkCancelled() {
    if (cancelled) {
      throw new CancelledException();
    }
  }

  /** Whether nothing is left for the thread to do but to close what it has. */
  final boolean closing() {
    return closing;
  }

  /** Closes what the thread may wait in for input; on another thread, which it may hold up. */
  void closeInputs() {}

  boolean finished() {
    return finished;
  }

  /** Tells the subtask to end after what it is doing. */
  final void postFinish() {
    gate.post(() -> finished = true);
  }

  final void postCompleted(long checkpointId) {
    gate.post(
        () ->
            letter(
                "Committing checkpoint " + checkpointId + " in operator \"" + operatorId + "\"",
                () -> completed(checkpointId)));
  }

  /** What mail does, which may call user code. */
  interface Letter {
    void run() throws Exception;
  }

  /** Runs mail; says what it was about if it fails for a checked reason. */
  final void letter(String what, Letter letter) {
    try {
      letter.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new StorageException(what, e);
    }
  }

  final void postAborted(long checkpointId) {
    services.cleanup().execute(() -> snapshots.cancel(checkpointId));
    gate.post(() -> aborted(checkpointId));
  }

  /**
   * Ends the subtask as soon as it notices; any thread. The caller interrupts its thread as well.
   */
  final void cancel() {
    cancelled = true;
    gate.close();
    services.cleanup().execute(snapshots::cancelAll);
  }

  /** Tells which restored operator states the job does not declare. */
  final void reportUndeclared(OperatorStateBackend state) {
    for (StoredState undeclared : state.carried()) {
      reportUndeclared(undeclared.schema().name());
    }
  }

  /** Tells of a restored state that the job does not declare. */
  final void reportUndeclared(String state) {
    LOG.warn(
        "State \"{}\" of operator \"{}\" was restored and is not declared by the job; subtask {}"
            + " carries it along",
        state,
        operatorId,
        subtask);
    services.events().tell(new JobEvent.StateCarried(operatorId, subtask, state));
  }
}
