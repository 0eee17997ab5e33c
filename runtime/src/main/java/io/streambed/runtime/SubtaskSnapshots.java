package io.streambed.runtime;

import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.OversizedEntryException;
import io.streambed.error.StreambedException;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of one subtask that are being written: runs their asynchronous parts, tells the
 * master of the outcome, cancels them.
 */
final class SubtaskSnapshots {
  private static final Logger LOG = LoggerFactory.getLogger(SubtaskSnapshots.class);

  private final String operatorId;
  private final int subtask;
  private final TaskServices services;
  private final Map<Long, Parts> running = new ConcurrentHashMap<>();

  private static final class Parts {
    final RunnableFuture<KeyedStateHandle> keyed;
    final List<RunnableFuture<OperatorStateHandle>> operator;

    /** Who writes; null before anybody does. */
    volatile Thread writer;

    Parts(
        RunnableFuture<KeyedStateHandle> keyed,
        List<RunnableFuture<OperatorStateHandle>> operator) {
      this.keyed = keyed;
      this.operator = operator;
    }

    void cancel() {
      if (keyed != null) {
        cancel(keyed);
      }
      operator.forEach(Parts::cancel);
    }

    private static void cancel(Future<?> part) {
      try {
        // Not by interruption: closing the streams is enough, and the threads are not this
        // subtask's.
        part.cancel(false);
      } catch (StreambedException e) {
        LOG.warn(
            "A cancelled snapshot could not close its streams; the storage removes the rest", e);
      }
    }
  }

  SubtaskSnapshots(String operatorId, int subtask, TaskServices services) {
    this.operatorId = operatorId;
    this.subtask = subtask;
    this.services = services;
  }

  /**
   * Writes what was frozen, on the snapshot threads; keyed is null where there is no keyed state.
   */
  void start(
      long checkpointId,
      RunnableFuture<KeyedStateHandle> keyed,
      RunnableFuture<OperatorStateHandle> operator) {
    start(checkpointId, new Parts(keyed, List.of(operator)));
  }

  /** Writes what was frozen without keys, and attachments in a container of their own. */
  void startWithAttachments(
      long checkpointId,
      RunnableFuture<OperatorStateHandle> operator,
      RunnableFuture<OperatorStateHandle> attachments) {
    start(checkpointId, new Parts(null, List.of(operator, attachments)));
  }

  private void start(long checkpointId, Parts parts) {
    running.put(checkpointId, parts);
    services.snapshots().execute(() -> write(checkpointId, parts));
  }

  private void write(long checkpointId, Parts parts) {
    parts.writer = Thread.currentThread();
    try {
      services.events().tell(new JobEvent.SubtaskSnapshot(checkpointId, operatorId, subtask));
      List<KeyedStateHandle> keyed = parts.keyed == null ? List.of() : run(parts.keyed);
      List<OperatorStateHandle> operator = new ArrayList<>();
      for (RunnableFuture<OperatorStateHandle> part : parts.operator) {
        operator.addAll(run(part));
      }
      SubtaskState state = new SubtaskState(keyed, operator);
      services.master().acknowledged(checkpointId, operatorId, subtask, state);
    } catch (ExecutionException e) {
      decline(checkpointId, parts, e.getCause());
    } catch (InterruptedException | RuntimeException | Error e) {
      decline(checkpointId, parts, e);
    } finally {
      running.remove(checkpointId);
    }
  }

  private void decline(long checkpointId, Parts parts, Throwable cause) {
    parts.cancel();
    if (cause instanceof OversizedEntryException) {
      // Each later snapshot would meet the same entry: no checkpoint could complete any more.
      services.master().failed(operatorId, subtask, cause);
    } else {
      services.master().declined(checkpointId, operatorId, subtask, cause);
    }
  }

  private static <H> List<H> run(RunnableFuture<H> future)
      throws ExecutionException, InterruptedException {
    future.run();
    H handle = future.get();
    return handle == null ? List.of() : List.of(handle);
  }

  /** Where the writing of a checkpoint's snapshot is; empty if it is not being written. */
  Optional<String> placeOf(long checkpointId) {
    Parts parts = running.get(checkpointId);
    if (parts == null) {
      return Optional.empty();
    }
    Thread writer = parts.writer;
    return Optional.of(
        writer == null
            ? "its snapshot waits for a thread that writes another"
            : "its snapshot is being written: " + StuckThreadException.placeOf(writer));
  }

  /** Gives up the snapshot of a checkpoint, if it is still being written; any thread. */
  void cancel(long checkpointId) {
    Parts parts = running.get(checkpointId);
    if (parts != null) {
      parts.cancel();
    }
  }

  /** Gives up all; any thread. */
  void cancelAll() {
    running.values().forEach(Parts::cancel);
  }
}
