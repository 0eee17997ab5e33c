package io.streambed.runtime;

import io.streambed.error.StorageException;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.operator.StoredState;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * One subtask of one operator and its thread. It restores its state, waits until all others have,
 * and then works until it is told to finish, is cancelled, or fails.
 *
 * <p>Everything but {@link #cancel()} and the notifications, which come as mail, happens on its
 * thread.
 */
abstract class Subtask implements Runnable {
  final String operatorId;
  final int subtask;
  final TaskServices services;
  final InputGate gate = new InputGate();
  final Output output = new Output();
  final SubtaskSnapshots snapshots;

  private final CountDownLatch ready;
  private final CountDownLatch start;
  private volatile boolean cancelled;
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
    this.ready = ready;
    this.start = start;
  }

  /** Names a subtask. */
  record Id(String operatorId, int subtask) {}

  /** Restores state and opens what the user gave. */
  abstract void open() throws IOException;

  /** Works until {@link #finished()}. */
  abstract void work() throws IOException;

  /** A checkpoint is complete. */
  abstract void completed(long checkpointId) throws IOException;

  /** A checkpoint will never be complete. */
  abstract void aborted(long checkpointId);

  /** Frees everything that {@link #open()} took, however far it came. */
  abstract void close() throws IOException;

  @Override
  public final void run() {
    Throwable failure = null;
    try {
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
    snapshots.cancelAll();
    gate.finish();
    try {
      close();
    } catch (Throwable e) {
      if (failure == null) {
        failure = e;
      } else if (failure != e) {
        failure.addSuppressed(e);
      }
    }
    if (failure != null && !cancelled) {
      services.master().failed(operatorId, subtask, failure);
    }
  }

  boolean cancelled() {
    return cancelled;
  }

  boolean finished() {
    return finished;
  }

  /** Tells the subtask to end after what it is doing. */
  final void postFinish() {
    gate.post(() -> finished = true);
  }

  final void postCompleted(long checkpointId) {
    gate.post(
        () -> {
          try {
            completed(checkpointId);
          } catch (IOException e) {
            throw new StorageException(
                "Committing checkpoint " + checkpointId + " in operator \"" + operatorId + "\"", e);
          }
        });
  }

  final void postAborted(long checkpointId) {
    snapshots.cancel(checkpointId);
    gate.post(() -> aborted(checkpointId));
  }

  /**
   * Ends the subtask as soon as it notices; any thread. The caller interrupts its thread as well.
   */
  final void cancel() {
    cancelled = true;
    gate.close();
    snapshots.cancelAll();
  }

  /** Tells the listener which restored operator states the job does not declare. */
  final void reportCarried(OperatorStateBackend state) {
    for (StoredState carried : state.carried()) {
      services
          .listener()
          .on(
              new JobEvent.StateCarried(
                  operatorId, subtask, carried.schema().name(), carried.elements()));
    }
  }
}
