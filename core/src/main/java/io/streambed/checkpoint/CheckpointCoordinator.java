package io.streambed.checkpoint;

import io.streambed.checkpoint.CoordinatorAction.Discard;
import io.streambed.checkpoint.CoordinatorAction.FailJob;
import io.streambed.checkpoint.CoordinatorAction.FailTasks;
import io.streambed.checkpoint.CoordinatorAction.Finish;
import io.streambed.checkpoint.CoordinatorAction.FinishWithSavepoint;
import io.streambed.checkpoint.CoordinatorAction.NotifyAborted;
import io.streambed.checkpoint.CoordinatorAction.NotifyComplete;
import io.streambed.checkpoint.CoordinatorAction.Recover;
import io.streambed.checkpoint.CoordinatorAction.SavepointFailed;
import io.streambed.checkpoint.CoordinatorAction.SavepointTaken;
import io.streambed.checkpoint.CoordinatorAction.Store;
import io.streambed.checkpoint.CoordinatorAction.Trigger;
import io.streambed.checkpoint.CoordinatorAction.Unanswered;
import io.streambed.checkpoint.CoordinatorEvent.SavepointRequested;
import io.streambed.checkpoint.CoordinatorEvent.SourcesFinished;
import io.streambed.checkpoint.CoordinatorEvent.StopRequested;
import io.streambed.checkpoint.CoordinatorEvent.Stopped;
import io.streambed.checkpoint.CoordinatorEvent.StoreFailed;
import io.streambed.checkpoint.CoordinatorEvent.StoreUnsettled;
import io.streambed.checkpoint.CoordinatorEvent.Stored;
import io.streambed.checkpoint.CoordinatorEvent.TaskAcknowledged;
import io.streambed.checkpoint.CoordinatorEvent.TaskDeclined;
import io.streambed.checkpoint.CoordinatorEvent.TasksFailed;
import io.streambed.checkpoint.CoordinatorEvent.TasksRestarted;
import io.streambed.checkpoint.CoordinatorEvent.TriggerFailed;
import io.streambed.snapshot.SnapshotType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Decides when checkpoints are taken, complete and given up. A pure state machine: events in,
 * actions out, without a thread or a clock. Each event comes with a time in milliseconds, counted
 * from any moment by a clock that never jumps: intervals, pauses and time-outs are differences of
 * these. It is not the time of day.
 *
 * <pre>{@code
 * Trigger -> WAITING -- all acknowledged --> READY -- Store --> STORING -- Stored --> complete
 *               |                              |                   |
 *               | declined, timed out          | subsumed,         | StoreFailed
 *               v                              v  tasks failed     v
 *            aborted <-------------------------+-------------------+
 * }</pre>
 *
 * <p>Invariants: each triggered checkpoint ends once, as complete, aborted, or with the job; one
 * store is under way at a time, oldest first; a checkpoint that completes aborts the older ones
 * that have not; nothing follows a checkpoint triggered as the last. A savepoint is no step of
 * recovery: it neither completes nor aborts anything else, and its failure is not counted. One that
 * ends the job lets nothing follow once it is triggered, unless it fails.
 *
 * <p>Answers for a checkpoint that has ended change nothing, however late or often they come.
 *
 * <p>Threading: one thread.
 */
public final class CheckpointCoordinator {
  private static final int REMEMBERED_ABORTS = 1_000;

  /** How long to wait before a failed last checkpoint is taken again. */
  static final long LAST_RETRY_PAUSE_MILLIS = 1_000;

  private final CoordinatorOptions options;
  private final Map<String, OperatorShape> job = new LinkedHashMap<>();
  private final TreeMap<Long, PendingCheckpoint> pending = new TreeMap<>();
  private final TreeSet<Long> completed;
  private final Set<Long> aborted = new LinkedHashSet<>();
  private final Deque<Request> requests = new ArrayDeque<>();
  private List<CoordinatorAction> actions = new ArrayList<>();
  private OptionalLong lastCompleted = OptionalLong.empty();
  private OptionalLong lastEndMillis = OptionalLong.empty();
  private long lastTriggerMillis;
  private long nowMillis;
  private long nextId;
  private int failuresInARow;
  private boolean tasksRun = true;
  private boolean tasksToldToFail;
  private boolean recoverWanted;
  private boolean sourcesFinished;
  private boolean ended;

  /** A savepoint that a user has asked for. */
  private record Request(long id, boolean stop, boolean drain) {}

  /**
   * What the storage and the restored checkpoint say about the past.
   *
   * @param completed checkpoints that are kept: {@link ClaimedCheckpoints#completed}
   * @param restoredId the id of the checkpoint or savepoint restored; 0 if none
   */
  public record History(List<Long> completed, long restoredId) {
    /** Of a job that runs for the first time. */
    public static final History NONE = new History(List.of(), 0);

    /** Freezes the list. */
    public History {
      completed = List.copyOf(completed);
    }
  }

  /**
   * A coordinator of running tasks.
   *
   * @param options when to take checkpoints
   * @param job the job's operators, each once, at least one
   * @param history what was completed before; ids go on after it
   * @param nowMillis the time, on the clock that gives the times of the events
   */
  public CheckpointCoordinator(
      CoordinatorOptions options, List<OperatorShape> job, History history, long nowMillis) {
    this.options = options;
    this.completed = new TreeSet<>(history.completed());
    this.nowMillis = nowMillis;
    this.lastTriggerMillis = nowMillis;
    this.nextId = 1 + Math.max(history.restoredId(), completed.isEmpty() ? 0 : completed.last());
    for (OperatorShape operator : job) {
      if (this.job.put(operator.operatorId(), operator) != null) {
        throw new IllegalArgumentException("operator \"" + operator.operatorId() + "\" is twice");
      }
    }
    if (job.isEmpty()) {
      throw new IllegalArgumentException("a job has at least one operator");
    }
  }

  /**
   * Takes one event.
   *
   * @param event what happened
   * @param eventMillis the time; one before that of an earlier event counts as that
   * @return what to do, in this order
   * @throws IllegalArgumentException if a subtask answers that the job does not have
   */
  public List<CoordinatorAction> handle(CoordinatorEvent event, long eventMillis) {
    nowMillis = Math.max(nowMillis, eventMillis);
    actions = new ArrayList<>();
    if (event instanceof SavepointRequested request) {
      savepointRequested(new Request(request.requestId(), false, false));
    } else if (event instanceof StopRequested request) {
      savepointRequested(new Request(request.requestId(), true, request.drain()));
    } else if (event instanceof TaskAcknowledged ack) {
      acknowledged(ack);
    } else if (event instanceof TaskDeclined decline) {
      declined(decline);
    } else if (event instanceof TriggerFailed failed) {
      if (isWaiting(failed.checkpointId())) {
        pending.get(failed.checkpointId()).begun = false;
        abort(pending.get(failed.checkpointId()), failed.reason(), true);
      }
    } else if (event instanceof Stored stored) {
      stored(stored.checkpointId());
    } else if (event instanceof StoreFailed failed) {
      if (isStoring(failed.checkpointId())) {
        abort(pending.get(failed.checkpointId()), failed.reason(), true);
      }
    } else if (event instanceof StoreUnsettled unsettled) {
      storeUnsettled(unsettled);
    } else if (event instanceof TasksFailed failed) {
      tasksFailed(failed.reason());
    } else if (event instanceof TasksRestarted) {
      tasksRestarted();
    } else if (event instanceof SourcesFinished) {
      sourcesFinished = tasksRun;
    } else if (event instanceof Stopped stopped) {
      end(stopped.reason());
    }
    goOn();
    return actions;
  }

  // ---- events

  private void savepointRequested(Request request) {
    if (ended || lastIsPending()) {
      actions.add(new SavepointFailed(request.id, "the job is ending: wait until it has ended"));
    } else if (!tasksRun) {
      actions.add(
          new SavepointFailed(request.id, "the job is being restarted: ask again once it runs"));
    } else {
      requests.add(request);
    }
  }

  private void acknowledged(TaskAcknowledged ack) {
    checkSubtask(ack.operatorId(), ack.subtask());
    PendingCheckpoint checkpoint = pending.get(ack.checkpointId());
    if (checkpoint != null) {
      checkpoint.acknowledge(ack.operatorId(), ack.subtask(), ack.state());
    } else if (aborted.contains(ack.checkpointId())) {
      actions.add(new Discard(ack.checkpointId()));
    }
  }

  private void declined(TaskDeclined decline) {
    checkSubtask(decline.operatorId(), decline.subtask());
    if (isWaiting(decline.checkpointId())) {
      String who = "subtask " + decline.subtask() + " of operator \"" + decline.operatorId() + "\"";
      abort(pending.get(decline.checkpointId()), who + " declined: " + decline.reason(), true);
    }
  }

  private void checkSubtask(String operatorId, int subtask) {
    OperatorShape operator = job.get(operatorId);
    if (operator == null || subtask < 0 || subtask >= operator.parallelism()) {
      throw new IllegalArgumentException(
          "the job has no subtask " + subtask + " of operator \"" + operatorId + "\"");
    }
  }

  private void stored(long id) {
    if (!isStoring(id)) {
      return;
    }
    PendingCheckpoint checkpoint = pending.remove(id);
    if (checkpoint.trigger.stops()) {
      stoppedWith(checkpoint);
      return;
    }
    if (checkpoint.isSavepoint()) {
      actions.add(new SavepointTaken(checkpoint.requestId, id));
      return;
    }
    completed.retainAll(retained());
    completed.add(id);
    lastCompleted = OptionalLong.of(id);
    lastEndMillis = OptionalLong.of(nowMillis);
    failuresInARow = 0;
    actions.add(new NotifyComplete(id));
    for (PendingCheckpoint older : List.copyOf(pending.headMap(id).values())) {
      if (!older.isSavepoint()) {
        abort(older, "checkpoint " + id + " completed before it", false);
      }
    }
    // Tasks that have failed were not told: they end after a restart from this checkpoint.
    if (checkpoint.trigger.last() && tasksRun && !ended) {
      end("the job is finished");
      actions.add(new Finish(id));
    }
  }

  private void stoppedWith(PendingCheckpoint savepoint) {
    if (!ended && tasksRun) {
      end("the job is stopped");
      actions.add(new FinishWithSavepoint(savepoint.requestId, savepoint.id()));
      return;
    }
    actions.add(new SavepointTaken(savepoint.requestId, savepoint.id()));
    fail(
        "the job was to end with savepoint "
            + savepoint.id()
            + ", which is complete, but its tasks have failed meanwhile, so that what the savepoint"
            + " completes is not visible yet. Start the job from the savepoint: that makes it"
            + " visible.");
  }

  private void storeUnsettled(StoreUnsettled unsettled) {
    if (isStoring(unsettled.checkpointId())) {
      PendingCheckpoint checkpoint = pending.remove(unsettled.checkpointId());
      refuse(checkpoint.requestId, unsettled.reason());
      fail(unsettled.reason());
    }
  }

  private void tasksFailed(String reason) {
    if (ended) {
      return;
    }
    tasksRun = false;
    tasksToldToFail = false;
    recoverWanted = true;
    sourcesFinished = false;
    abortAll("the tasks failed: " + reason);
  }

  private void tasksRestarted() {
    if (!tasksRun && !recoverWanted && !tasksToldToFail) {
      tasksRun = true;
      failuresInARow = 0;
      lastTriggerMillis = nowMillis;
    }
  }

  // ---- what follows

  private void goOn() {
    for (PendingCheckpoint checkpoint : List.copyOf(pending.values())) {
      if (checkpoint.phase == PendingCheckpoint.Phase.WAITING
          && nowMillis - checkpoint.trigger.atMillis() >= options.timeoutMillis()
          && pending.containsKey(checkpoint.id())) {
        timedOut(checkpoint);
      }
    }
    storeNext();
    if (recoverWanted && !ended && !isStoring()) {
      recoverWanted = false;
      actions.add(new Recover(lastCompleted));
    }
    while (tasksRun && !ended && pending.size() < options.maxConcurrent() && !lastIsPending()) {
      if (!triggerNext()) {
        return;
      }
    }
  }

  private void timedOut(PendingCheckpoint checkpoint) {
    List<Unanswered> unanswered = checkpoint.unanswered();
    Unanswered first = unanswered.get(0);
    int more = unanswered.size() - 1;
    String reason =
        "timed out after "
            + options.timeoutMillis()
            + " ms; no answer from subtask "
            + first.subtask()
            + " of operator \""
            + first.operatorId()
            + "\""
            + (more == 0 ? "" : " and " + more + " more");
    abort(checkpoint, new NotifyAborted(checkpoint.id(), reason, unanswered), true);
  }

  private void storeNext() {
    if (isStoring()) {
      return;
    }
    for (PendingCheckpoint checkpoint : pending.values()) {
      if (checkpoint.phase == PendingCheckpoint.Phase.READY) {
        checkpoint.phase = PendingCheckpoint.Phase.STORING;
        actions.add(
            new Store(
                checkpoint.id(),
                checkpoint.trigger.type(),
                checkpoint.trigger.atMillis(),
                checkpoint.operators(),
                checkpoint.isSavepoint() ? completed : retained()));
        return;
      }
    }
  }

  /** The completed checkpoints to keep beside a new one. */
  private Set<Long> retained() {
    return completed.descendingSet().stream()
        .limit(options.retained() - 1)
        .collect(Collectors.toSet());
  }

  private boolean triggerNext() {
    if (!requests.isEmpty()) {
      Request request = requests.remove();
      trigger(
          new Trigger(nextId++, SnapshotType.SAVEPOINT, nowMillis, request.stop, request.drain),
          request.id);
      return true;
    }
    boolean due =
        sourcesFinished
            || options.intervalMillis() > 0
                && nowMillis - lastTriggerMillis >= options.intervalMillis();
    long pauseMillis = options.minPauseMillis();
    if (sourcesFinished && failuresInARow > 0) {
      pauseMillis = Math.max(pauseMillis, LAST_RETRY_PAUSE_MILLIS);
    }
    boolean paused =
        lastEndMillis.isPresent() && nowMillis - lastEndMillis.getAsLong() < pauseMillis;
    if (!due || paused) {
      return false;
    }
    lastTriggerMillis = nowMillis;
    trigger(new Trigger(nextId++, SnapshotType.CHECKPOINT, nowMillis, sourcesFinished), 0);
    return true;
  }

  private void trigger(Trigger trigger, long requestId) {
    pending.put(trigger.checkpointId(), new PendingCheckpoint(trigger, requestId, job.values()));
    actions.add(trigger);
  }

  private void abort(PendingCheckpoint checkpoint, String reason, boolean counted) {
    abort(checkpoint, new NotifyAborted(checkpoint.id(), reason), counted);
  }

  private void abort(PendingCheckpoint checkpoint, NotifyAborted notice, boolean counted) {
    String reason = notice.reason();
    pending.remove(checkpoint.id());
    aborted.add(checkpoint.id());
    if (aborted.size() > REMEMBERED_ABORTS) {
      aborted.remove(aborted.iterator().next());
    }
    actions.add(notice);
    actions.add(new Discard(checkpoint.id()));
    refuse(checkpoint.requestId, reason);
    if (checkpoint.isSavepoint()) {
      if (checkpoint.trigger.drain() && checkpoint.begun) {
        failTasks("event time was brought to its end for a savepoint that failed: " + reason);
      }
      return;
    }
    lastEndMillis = OptionalLong.of(nowMillis);
    if (counted && ++failuresInARow > options.tolerableFailures()) {
      failTasks(
          failuresInARow
              + " checkpoints failed in a row, tolerableFailures is "
              + options.tolerableFailures()
              + "; the last, checkpoint "
              + checkpoint.id()
              + ": "
              + reason);
    }
  }

  private void refuse(long requestId, String reason) {
    if (requestId != 0) {
      actions.add(new SavepointFailed(requestId, reason));
    }
  }

  private void failTasks(String reason) {
    // Tasks that do not run are being started again, which is what a failure would lead to.
    if (ended || !tasksRun) {
      return;
    }
    tasksRun = false;
    tasksToldToFail = true;
    actions.add(new FailTasks(reason));
    abortAll("the tasks are stopped: " + reason);
  }

  private void fail(String reason) {
    if (!ended) {
      end("the job failed");
      actions.add(new FailJob(reason));
    }
  }

  private void end(String reason) {
    ended = true;
    abortAll(reason);
  }

  /** Aborts what no store holds, without counting it. */
  private void abortAll(String reason) {
    for (PendingCheckpoint checkpoint : List.copyOf(pending.values())) {
      if (checkpoint.phase != PendingCheckpoint.Phase.STORING) {
        abort(checkpoint, reason, false);
      }
    }
    requests.forEach(request -> refuse(request.id, reason));
    requests.clear();
  }

  private boolean isStoring() {
    return pending.values().stream()
        .anyMatch(checkpoint -> checkpoint.phase == PendingCheckpoint.Phase.STORING);
  }

  private boolean isStoring(long id) {
    return isIn(PendingCheckpoint.Phase.STORING, id);
  }

  private boolean isWaiting(long id) {
    return isIn(PendingCheckpoint.Phase.WAITING, id);
  }

  private boolean isIn(PendingCheckpoint.Phase phase, long id) {
    PendingCheckpoint checkpoint = pending.get(id);
    return checkpoint != null && checkpoint.phase == phase;
  }

  private boolean lastIsPending() {
    return !pending.isEmpty() && pending.lastEntry().getValue().trigger.last();
  }
}
