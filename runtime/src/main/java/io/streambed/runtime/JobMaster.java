package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointCoordinator;
import io.streambed.checkpoint.CheckpointCoordinator.History;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.CoordinatorAction;
import io.streambed.checkpoint.CoordinatorEvent;
import io.streambed.checkpoint.CoordinatorEvent.SavepointRequested;
import io.streambed.checkpoint.CoordinatorEvent.SourcesFinished;
import io.streambed.checkpoint.CoordinatorEvent.StopRequested;
import io.streambed.checkpoint.CoordinatorEvent.Stopped;
import io.streambed.checkpoint.CoordinatorEvent.TasksFailed;
import io.streambed.checkpoint.CoordinatorEvent.TasksRestarted;
import io.streambed.checkpoint.CoordinatorEvent.Tick;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorShape;
import io.streambed.error.FencedException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.job.Job;
import io.streambed.meter.Meters;
import io.streambed.time.ProcessingTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one job: the thread that feeds events to the checkpoint coordinator, carries out its
 * actions, and starts the tasks anew when one fails.
 *
 * <p>Everything is decided on the master's thread, one event after the other; tasks, snapshot
 * writers and users only add events to its inbox. It calls neither the storage nor what a user has
 * given, but for a probe and the meters, which may not wait; and it waits for no thread without
 * looking into the inbox meanwhile, nor longer than its time.
 */
final class JobMaster {
  private static final Logger LOG = LoggerFactory.getLogger(JobMaster.class);
  private static final long TICK_MILLIS = 10;

  private final Job job;
  private final StateBackend backend;
  private final RunOptions options;
  private final LongSupplier nanos;
  private final ProcessingTime clock;
  private final JobEvents events;
  private final Savepoints savepoints;
  private final Restarts restarts;
  private final JobStorage storage;
  private final Tasks tasks;
  private final StateQueries queries;
  private final MasterInbox inbox = new MasterInbox(new Events());
  private final ControlRequests control = new ControlRequests(this);

  private ClaimedCheckpoints claim;
  private CheckpointCoordinator coordinator;
  private CheckpointActions actions;
  private OpenedCheckpoint startedFrom;
  private Recovery recovery;
  private Failure lastFailure;
  private String lastHold = "";
  private volatile StopRequest stopRequest;
  private long finishedWith;
  private long lastCompleted;

  /** The location of the savepoint that ends the job; null if there is none. */
  private String endingSavepoint;

  private long endingRequest;

  private record StopRequest(String reason, boolean cancelled, long atNanos) {}

  private record Failure(String reason, Throwable cause) {}

  /** A restart that waits: for its checkpoint to be opened, its delay, and the old tasks. */
  private record Recovery(OptionalLong checkpointId, JobStorage.Call<OpenedCheckpoint> from) {}

  /** A master of a job; nanos is a clock that never jumps. */
  JobMaster(Job job, StateBackend backend, RunOptions options, LongSupplier nanos) {
    this.job = job;
    this.backend = backend;
    this.options = options;
    this.nanos = nanos;
    clock = new ProcessingTime(options.clock(), nanos);
    events = new JobEvents(job.name(), options.probe(), options.listener());
    savepoints = new Savepoints(job.name(), backend.checkpoints().takesSavepoints(), inbox::tell);
    restarts = new Restarts(job.name(), options.restarts(), events);
    storage = new JobStorage(job, backend, options, nanos);
    queries = new StateQueries(job.name(), job.maxParallelism(), job.operators());
    tasks =
        new Tasks(
            job,
            backend,
            options,
            new Tasks.Surroundings(
                events, clock, nanos, storage.removals(), inbox::reports, queries));
  }

  /** The time of intervals, pauses and time-outs. */
  private long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
  }

  JobResult run() {
    return control.whileRunning(this::runJob);
  }

  private JobResult runJob() {
    try {
      JobResult result = claimAndRun();
      events.tell(
          result.end() == JobResult.End.CANCELLED
              ? new JobEvent.Cancelled()
              : new JobEvent.Finished());
      return result;
    } catch (StreambedException | IllegalArgumentException | IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new JobFailedException("job \"" + job.name() + "\" failed: " + e, e);
    } finally {
      savepoints.end();
      queries.end();
      events.close();
    }
  }

  private JobResult claimAndRun() {
    try {
      claim = claimCheckpoints();
      // From the claim on until just before it is given back: what else runs of a job's name would
      // lose what it has registered.
      Meters meters = GuardedMeters.of(options.meters(), job.name());
      events.measureWith(meters);
      begin(meters);
      while (finishedWith == 0) {
        step();
      }
      end();
      if (endingSavepoint != null) {
        // Only now: who waits for it takes what it holds for visible.
        savepoints.taken(endingRequest, endingSavepoint);
      }
    } catch (CancelledJobException e) {
      RuntimeException ended = endThreads(e);
      if (ended != e || e.getSuppressed().length > 0) {
        throw ended;
      }
      return result(JobResult.End.CANCELLED, lastCompleted);
    } catch (RuntimeException e) {
      throw endThreads(e);
    } catch (Error e) {
      throw endThreads(new JobFailedException("job \"" + job.name() + "\" failed: " + e, e));
    }
    RuntimeException failure = endThreads(null);
    if (failure != null) {
      throw failure;
    }
    return result(
        endingSavepoint == null ? JobResult.End.FINISHED : JobResult.End.STOPPED_WITH_SAVEPOINT,
        finishedWith);
  }

  private JobResult result(JobResult.End end, long lastCheckpointId) {
    return new JobResult(
        end,
        Optional.ofNullable(startedFrom).map(from -> from.metadata().checkpointId()),
        lastCheckpointId,
        Optional.ofNullable(endingSavepoint),
        events.recordsRead(job),
        restarts.total(),
        events.failedElements());
  }

  // ---- the start

  private ClaimedCheckpoints claimCheckpoints() {
    JobStorage.Call<ClaimedCheckpoints> claiming = storage.claim();
    try {
      return await(claiming);
    } catch (RuntimeException e) {
      // It may come when nobody waits for it any more.
      claiming.answer().thenAccept(ClaimedCheckpoints::close);
      throw e;
    }
  }

  private void begin(Meters meters) {
    // A codec that cannot be made would fail each checkpoint, long after the start.
    options.compression().codec().close();
    startedFrom = await(storage.restorePoint(claim));
    if (startedFrom == null) {
      LOG.info("Job \"{}\" begins without state: there is no checkpoint to go on from", job.name());
    }
    List<OperatorShape> shapes =
        job.operators().stream()
            .map(o -> new OperatorShape(o.id(), o.parallelism(), job.maxParallelism()))
            .toList();
    long restoredId = startedFrom == null ? 0 : startedFrom.metadata().checkpointId();
    List<Long> completed = claim.completed();
    lastCompleted = completed.isEmpty() ? 0 : completed.get(completed.size() - 1);
    coordinator =
        new CheckpointCoordinator(
            options.checkpoints(), shapes, new History(completed, restoredId), nowMillis());
    actions =
        new CheckpointActions(
            storage.writers(claim),
            options,
            new CheckpointActions.Threads(storage.calls(), storage.removals()),
            events,
            inbox,
            control::savepointBegins);
    tasks.of(claim, meters);
    deploy(startedFrom);
    control.start(claim.requests());
  }

  /** Waits for the storage, unless the job is stopped or the storage does not answer. */
  private <T> T await(JobStorage.Call<T> call) {
    while (!call.isDone()) {
      if (stopRequest != null) {
        throw stopped();
      }
      storage.check(call);
      call.awaitMillis(TICK_MILLIS);
    }
    return call.result();
  }

  // ---- the loop

  private void step() {
    if (stopRequest != null) {
      tell(new Stopped(stopRequest.reason));
      throw stopped();
    }
    runOne();
    checkClock();
    actions.checkCommit(nowMillis(), storage::place);
    goOnRecovering();
    tasks.goIfReady();
    if (tasks.haveRecovered()) {
      storage.restored().forEach(events::tell);
    }
    if (tasks.going()) {
      tell(new Tick());
    }
  }

  private void runOne() {
    try {
      inbox.runOne(TICK_MILLIS);
    } catch (InterruptedException e) {
      throw new JobFailedException("job \"" + job.name() + "\" was interrupted", e);
    }
  }

  private JobFailedException stopped() {
    String message = "job \"" + job.name() + "\" has ended: " + stopRequest.reason;
    return stopRequest.cancelled
        ? new CancelledJobException(message)
        : new JobFailedException(message, null);
  }

  private void checkClock() {
    OptionalLong jump = clock.jump();
    if (jump.isPresent()) {
      LOG.warn(
          "The wall clock was set {} by {} ms while job \"{}\" ran. Checkpoints keep their"
              + " intervals; processing time never goes back.",
          jump.getAsLong() < 0 ? "back" : "ahead",
          Math.abs(jump.getAsLong()),
          job.name());
      events.tell(new JobEvent.ClockJumped(jump.getAsLong()));
    }
  }

  private void deploy(OpenedCheckpoint from) {
    long behind = from == null ? 0 : clock.goOnFrom(from.metadata().timestampMillis());
    if (behind >= ProcessingTime.MIN_JUMP_MILLIS) {
      LOG.warn(
          "Checkpoint {} of job \"{}\" was stored {} ms later than the clock shows now. Processing"
              + " time goes on from the checkpoint's until the clock has caught up.",
          from.metadata().checkpointId(),
          job.name(),
          behind);
    }
    tasks.deploy(storage.preferringLocal(from));
  }

  private void tell(CoordinatorEvent event) {
    for (CoordinatorAction action : coordinator.handle(event, nowMillis())) {
      carryOut(action);
    }
  }

  private void carryOut(CoordinatorAction action) {
    Deployment running = tasks.running();
    if (action instanceof CoordinatorAction.Trigger trigger) {
      events.tell(new JobEvent.CheckpointTriggered(trigger.checkpointId()));
      actions.begin(trigger, running::sendBarrier);
    } else if (action instanceof CoordinatorAction.Store store) {
      actions.store(store, nowMillis(), clock.getAsLong());
    } else if (action instanceof CoordinatorAction.NotifyComplete complete) {
      lastCompleted = complete.checkpointId();
      events.tell(actions.completed(lastCompleted));
      if (running != null) {
        running.completed(complete.checkpointId());
      }
    } else if (action instanceof CoordinatorAction.NotifyAborted aborted) {
      aborted(aborted);
    } else if (action instanceof CoordinatorAction.Discard discard) {
      actions.discard(discard.checkpointId());
    } else if (action instanceof CoordinatorAction.SavepointTaken taken) {
      savepoints.taken(taken.requestId(), actions.completed(taken.checkpointId()).location());
    } else if (action instanceof CoordinatorAction.FinishWithSavepoint finish) {
      endingSavepoint = actions.completed(finish.checkpointId()).location();
      endingRequest = finish.requestId();
      control.savepointComplete(endingSavepoint);
      running.completed(finish.checkpointId());
      finishedWith = finish.checkpointId();
    } else if (action instanceof CoordinatorAction.SavepointFailed failed) {
      savepoints.failed(failed.requestId(), failed.reason());
    } else if (action instanceof CoordinatorAction.Recover recover) {
      recover(recover.checkpointId());
    } else if (action instanceof CoordinatorAction.Finish finish) {
      finishedWith = finish.checkpointId();
    } else if (action instanceof CoordinatorAction.FailTasks failed) {
      int generation = tasks.generation();
      Failure failure = new Failure(failed.reason() + lastHold, causeOf(failed.reason()));
      inbox.run(() -> tasksFailed(generation, failure));
    } else if (action instanceof CoordinatorAction.FailJob failed) {
      throw failedFor(failed.reason());
    }
  }

  private StreambedException failedFor(String reason) {
    // Another checkpoint may have failed since, for another reason.
    Throwable cause = actions.claimFailure();
    return cause instanceof FencedException fenced
        ? fenced
        : new JobFailedException(
            "job \"" + job.name() + "\" failed: " + reason,
            cause == null ? inbox.checkpointFailure() : cause);
  }

  private void aborted(CoordinatorAction.NotifyAborted aborted) {
    lastHold = whatHolds(aborted).map(hold -> "; what holds it up: " + hold).orElse("");
    String reason = aborted.reason() + lastHold;
    if (tasks.running() != null) {
      tasks.running().aborted(aborted.checkpointId());
    }
    if (stopRequest == null) {
      LOG.warn(
          "Checkpoint {} of job \"{}\" was given up: {}",
          aborted.checkpointId(),
          job.name(),
          reason,
          causeOf(reason));
    }
    events.tell(new JobEvent.CheckpointAborted(aborted.checkpointId(), reason));
  }

  /** What a reason was made of; null if it was not the failure that came last. */
  private Throwable causeOf(String reason) {
    Throwable cause = inbox.checkpointFailure();
    return cause != null && reason.contains(cause.toString()) ? cause : null;
  }

  /** Which thread a checkpoint has waited for until it timed out. */
  private Optional<String> whatHolds(CoordinatorAction.NotifyAborted aborted) {
    if (aborted.unanswered().isEmpty() || tasks.running() == null) {
      return Optional.empty();
    }
    return actions.isBeginning(aborted.checkpointId())
        ? storage.whereabouts()
        : tasks.running().whatHolds(aborted.checkpointId(), aborted.unanswered());
  }

  // ---- failures

  private void taskFailed(int generation, String who, Throwable cause) {
    if (finishedWith != 0 && cause instanceof SplitDiscovery.FailedException) {
      // New splits are of no interest any more.
      return;
    }
    Failure failure = new Failure(who + " failed: " + cause, cause);
    if (!tasks.isRunning(generation)) {
      LOG.warn("Job \"{}\", whose tasks are being stopped: {}", job.name(), failure.reason, cause);
      return;
    }
    if (!tasks.going()
        && cause instanceof StreambedException typed
        && !(cause instanceof StorageException)) {
      // What does not fit or is damaged will be so the next time; a storage may recover.
      tell(new Stopped(failure.reason));
      throw typed;
    }
    tasksFailed(generation, failure);
  }

  private void tasksFailed(int generation, Failure failure) {
    if (!tasks.isRunning(generation)) {
      return;
    }
    lastFailure = failure;
    tasks.stop();
    if (finishedWith == 0) {
      countRestart(failure);
      tell(new TasksFailed(failure.reason));
    }
  }

  private void countRestart(Failure failure) {
    try {
      restarts.count(failure.reason, failure.cause, nowMillis());
    } catch (JobFailedException e) {
      tell(new Stopped(failure.reason));
      throw e;
    }
  }

  private void recover(OptionalLong checkpointId) {
    recovery =
        new Recovery(
            checkpointId,
            checkpointId.isPresent() ? storage.latest(claim) : storage.known(startedFrom));
  }

  /** Starts the tasks again once the delay is over and the old ones have ended. */
  private void goOnRecovering() {
    if (tasks.late()) {
      throw new JobFailedException(
          "job \""
              + job.name()
              + "\" failed and does not start again, since a thread of it does not end, which may"
              + " hold on to objects of its functions: "
              + lastFailure.reason,
          lastFailure.cause);
    }
    if (recovery == null || !tasks.stopped()) {
      return;
    }
    if (!recovery.from.isDone()) {
      storage.check(recovery.from);
    } else if (recovery.from.waitedMillis(nanos.getAsLong()) >= restarts.delayMillis()) {
      Recovery ready = recovery;
      recovery = null;
      start(ready);
    }
  }

  private void start(Recovery ready) {
    try {
      deploy(ready.from.result());
    } catch (StorageException e) {
      // It may answer the next time.
      countRestart(new Failure("opening the last checkpoint failed: " + e, e));
      recover(ready.checkpointId);
      return;
    }
    tell(new TasksRestarted());
  }

  // ---- the end

  /** The last checkpoint is complete: lets the tasks commit it and end. */
  private void end() {
    Deployment last = tasks.running();
    last.finish();
    while (!last.aliveSubtasks().isEmpty() && !tasks.late()) {
      runOne();
      if (stopRequest != null && nanos.getAsLong() - stopRequest.atNanos >= stopNanos() / 2) {
        // A commit that goes on would have ended by now.
        lastFailure = new Failure(stopRequest.reason, stopped());
        tasks.stop();
        break;
      }
    }
    // A task that could not commit has reported it before it ended.
    inbox.runAll();
    if (tasks.running() == null) {
      throw new JobFailedException(
          "job \""
              + job.name()
              + (endingSavepoint == null
                  ? "\" has processed all input, but what its last checkpoint " + finishedWith
                  : "\" was stopped, but what its savepoint " + endingSavepoint)
              + " completed could not be committed: "
              + lastFailure.reason
              + (endingSavepoint == null
                  ? ". Start it again with restore latest: that commits it."
                  : ". Start it again from that savepoint: that commits it."),
          lastFailure.cause);
    }
  }

  private long stopNanos() {
    return TimeUnit.MILLISECONDS.toNanos(options.stopTimeoutMillis());
  }

  /** Ends all threads in bounded time; gives the failure with those that it had to leave behind. */
  private RuntimeException endThreads(RuntimeException failure) {
    long deadlineNanos =
        stopRequest == null
            ? tasks.deadlineNanos(nanos.getAsLong() + stopNanos())
            : stopRequest.atNanos + stopNanos();
    Shutdown shutdown = new Shutdown(events, nanos, deadlineNanos);
    tasks.end(shutdown);
    events.endMetrics();
    RuntimeException all = failure;
    try {
      storage.end(claim, shutdown);
    } catch (RuntimeException e) {
      if (all == null) {
        all = e;
      } else {
        all.addSuppressed(e);
      }
    }
    return all == null ? null : shutdown.naming(all);
  }

  // ---- what users ask for; any thread

  CompletableFuture<String> requestSavepoint() {
    return savepoints.ask(SavepointRequested::new);
  }

  CompletableFuture<String> requestStop(boolean drain) {
    return savepoints.ask(id -> new StopRequested(id, drain));
  }

  StateQueries queries() {
    return queries;
  }

  long recordsRead() {
    return events.recordsRead();
  }

  String jobName() {
    return job.name();
  }

  void cancel() {
    stop("it was cancelled", true);
  }

  void interrupted() {
    stop("the waiting thread was interrupted", false);
  }

  /** The first request counts. */
  private synchronized void stop(String reason, boolean cancelled) {
    if (stopRequest == null) {
      stopRequest = new StopRequest(reason, cancelled, nanos.getAsLong());
    }
  }

  /** What the inbox leads to. */
  private final class Events implements MasterInbox.Master {
    @Override
    public void tell(CoordinatorEvent event) {
      JobMaster.this.tell(event);
    }

    @Override
    public void taskFailed(int generation, String who, Throwable cause) {
      JobMaster.this.taskFailed(generation, who, cause);
    }

    @Override
    public void sourceFinished(int generation) {
      if (tasks.sourceFinished(generation)) {
        tell(new SourcesFinished());
      }
    }
  }
}
