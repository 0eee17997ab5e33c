package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointCoordinator;
import io.streambed.checkpoint.CheckpointCoordinator.History;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.CoordinatorAction;
import io.streambed.checkpoint.CoordinatorEvent;
import io.streambed.checkpoint.CoordinatorEvent.SavepointRequested;
import io.streambed.checkpoint.CoordinatorEvent.SourcesFinished;
import io.streambed.checkpoint.CoordinatorEvent.Stopped;
import io.streambed.checkpoint.CoordinatorEvent.TaskAcknowledged;
import io.streambed.checkpoint.CoordinatorEvent.TaskDeclined;
import io.streambed.checkpoint.CoordinatorEvent.TasksFailed;
import io.streambed.checkpoint.CoordinatorEvent.TasksRestarted;
import io.streambed.checkpoint.CoordinatorEvent.Tick;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorShape;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.CheckpointDeclinedException;
import io.streambed.error.FencedException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.job.Job;
import io.streambed.job.JobOperator;
import io.streambed.job.JobOperator.SourceOperator;
import io.streambed.runtime.JobRunner.JobResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs one job: the thread that feeds events to the checkpoint coordinator, carries out its
 * actions, and starts the tasks anew when one fails.
 *
 * <p>Everything happens on the master's thread, one event after the other; tasks, snapshot writers
 * and users only add events to its queue.
 */
final class JobMaster {
  private static final long TICK_MILLIS = 10;
  private static final int SNAPSHOT_THREADS = 2;

  private final Job job;
  private final StateBackend backend;
  private final RunOptions options;
  private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
  private final Map<Long, CompletableFuture<String>> savepoints = new ConcurrentHashMap<>();
  private final AtomicLong savepointRequests = new AtomicLong();
  private final AtomicLong recordsRead = new AtomicLong();
  private final Map<String, Long> recordsBySource = new ConcurrentHashMap<>();
  private final AtomicLong lastMillis = new AtomicLong(Long.MIN_VALUE);

  private ClaimedCheckpoints claim;
  private CheckpointCoordinator coordinator;
  private CheckpointActions actions;
  private ExecutorService snapshotThreads;
  private ExecutorService storeThread;
  private OpenedCheckpoint startedFrom;
  private Deployment deployment;
  private boolean going;
  private int generation;
  private int sourcesLeft;
  private int restarts;
  private Throwable lastFailure;
  private volatile Throwable lastCheckpointFailure;
  private OpenedCheckpoint recoverFrom;
  private boolean recovering;
  private long recoverAtNanos;
  private long finishedWith;
  private volatile boolean ended;

  JobMaster(Job job, StateBackend backend, RunOptions options) {
    this.job = job;
    this.backend = backend;
    this.options = options;
  }

  /** The clock, clamped to the greatest time seen: it never goes back. Any thread. */
  private long nowMillis() {
    return lastMillis.accumulateAndGet(options.clock().millis(), Math::max);
  }

  JobResult run() {
    try {
      return claimAndRun();
    } catch (StreambedException | IllegalArgumentException | IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new JobFailedException("job \"" + job.name() + "\" failed: " + e, e);
    } finally {
      ended = true;
      savepoints.values().forEach(JobMaster::refuse);
    }
  }

  private JobResult claimAndRun() {
    backend.checkpoints().directory().ifPresent(job::refuseSinksBeside);
    try (ClaimedCheckpoints claimed = backend.checkpoints().claim(job.name())) {
      claim = claimed;
      snapshotThreads = Executors.newFixedThreadPool(SNAPSHOT_THREADS, threads("snapshot"));
      storeThread = Executors.newSingleThreadExecutor(threads("store"));
      try {
        begin();
        while (finishedWith == 0) {
          step();
        }
        end();
      } finally {
        stopEverything();
      }
    }
    options.listener().on(new JobEvent.Finished());
    return new JobResult(
        Optional.ofNullable(startedFrom).map(from -> from.metadata().checkpointId()),
        finishedWith,
        recordsBySource(),
        restarts);
  }

  private Map<String, Long> recordsBySource() {
    Map<String, Long> records = new LinkedHashMap<>();
    for (JobOperator operator : job.operators()) {
      if (operator instanceof SourceOperator) {
        records.put(operator.id(), recordsBySource.getOrDefault(operator.id(), 0L));
      }
    }
    return records;
  }

  private ThreadFactory threads(String role) {
    return runnable -> new Thread(runnable, job.name() + "/" + role);
  }

  private void begin() {
    startedFrom = restorePoint();
    List<OperatorShape> shapes =
        job.operators().stream()
            .map(o -> new OperatorShape(o.id(), o.parallelism(), job.maxParallelism()))
            .toList();
    long restoredId = startedFrom == null ? 0 : startedFrom.metadata().checkpointId();
    coordinator =
        new CheckpointCoordinator(
            options.checkpoints(), shapes, new History(claim.completed(), restoredId), nowMillis());
    actions =
        new CheckpointActions(
            claim,
            options,
            storeThread,
            answer -> events.add(() -> tell(answer)),
            failure -> lastCheckpointFailure = failure);
    deploy(startedFrom);
  }

  private OpenedCheckpoint restorePoint() {
    if (options.restore() instanceof RestorePoint.At at) {
      return backend.checkpoints().open(at.path());
    }
    if (options.restore() instanceof RestorePoint.Latest) {
      return claim.latest().orElse(null);
    }
    if (!claim.completed().isEmpty()) {
      throw new StorageException(
          "Job \""
              + job.name()
              + "\" was to start empty, but its storage holds checkpoints "
              + claim.completed()
              + " of an earlier run. Restore the latest (--restore latest on the command line), or use"
              + " another checkpoint directory.");
    }
    return null;
  }

  private void deploy(OpenedCheckpoint from) {
    generation++;
    going = false;
    if (from != null) {
      options
          .listener()
          .on(
              new JobEvent.Restoring(
                  from.metadata().checkpointId(), from.location(), from.metadata().type()));
    }
    TaskServices services =
        new TaskServices(
            new Reports(generation), options.listener(), snapshotThreads, this::nowMillis);
    // The job's id as well: attempts begin anew in another checkpoint directory.
    String jobId = claim.job().id().toString().substring(0, 8);
    var run = new Deployment.RunIdentity(jobId, jobId + "-" + claim.attempt() + "-" + generation);
    deployment = new Deployment(job, backend, from, options.allowDropped(), services, run);
    sourcesLeft = deployment.sourceSubtasks();
    deployment.start(Thread::new);
  }

  private void step() {
    Runnable event;
    try {
      event = events.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new JobFailedException("job \"" + job.name() + "\" was interrupted", e);
    }
    if (event != null) {
      event.run();
    }
    if (recovering && System.nanoTime() - recoverAtNanos >= 0) {
      recovering = false;
      deploy(recoverFrom);
      tell(new TasksRestarted());
    }
    if (!going && deployment != null && deployment.ready()) {
      going = true;
      options.listener().on(new JobEvent.Running());
      deployment.go();
    }
    if (going) {
      tell(new Tick());
    }
  }

  private void tell(CoordinatorEvent event) {
    for (CoordinatorAction action : coordinator.handle(event, nowMillis())) {
      carryOut(action);
    }
  }

  private void carryOut(CoordinatorAction action) {
    if (action instanceof CoordinatorAction.Trigger trigger) {
      trigger(trigger);
    } else if (action instanceof CoordinatorAction.Store store) {
      actions.store(store, nowMillis());
    } else if (action instanceof CoordinatorAction.NotifyComplete complete) {
      options.listener().on(actions.completed(complete.checkpointId()));
      if (deployment != null) {
        deployment.completed(complete.checkpointId());
      }
    } else if (action instanceof CoordinatorAction.NotifyAborted aborted) {
      options
          .listener()
          .on(new JobEvent.CheckpointAborted(aborted.checkpointId(), aborted.reason()));
      if (deployment != null) {
        deployment.aborted(aborted.checkpointId());
      }
    } else if (action instanceof CoordinatorAction.Discard discard) {
      actions.discard(discard.checkpointId());
    } else if (action instanceof CoordinatorAction.SavepointTaken taken) {
      savepoints
          .remove(taken.requestId())
          .complete(actions.completed(taken.checkpointId()).location());
    } else if (action instanceof CoordinatorAction.SavepointFailed failed) {
      savepoints
          .remove(failed.requestId())
          .completeExceptionally(new CheckpointDeclinedException(failed.reason()));
    } else if (action instanceof CoordinatorAction.Recover recover) {
      recover(recover.checkpointId());
    } else if (action instanceof CoordinatorAction.Finish finish) {
      finishedWith = finish.checkpointId();
    } else if (action instanceof CoordinatorAction.FailJob failed) {
      // Another checkpoint may have failed since, for another reason.
      Throwable cause = actions.claimFailure();
      if (cause instanceof FencedException fenced) {
        throw fenced;
      }
      throw new JobFailedException(
          "job \"" + job.name() + "\" failed: " + failed.reason(),
          cause == null ? lastCheckpointFailure : cause);
    }
  }

  private void trigger(CoordinatorAction.Trigger trigger) {
    try {
      options.listener().on(new JobEvent.CheckpointTriggered(trigger.checkpointId()));
      deployment.sendBarrier(actions.begin(trigger));
    } catch (RuntimeException e) {
      lastCheckpointFailure = e;
      JobOperator first = job.operators().get(0);
      events.add(() -> tell(new TaskDeclined(trigger.checkpointId(), first.id(), 0, e.toString())));
    }
  }

  private void taskFailed(int ofGeneration, String who, Throwable cause) {
    if (ofGeneration != generation || deployment == null) {
      return;
    }
    lastFailure = cause;
    deployment.cancel();
    deployment = null;
    if (finishedWith != 0) {
      return;
    }
    String reason = who + " failed: " + cause;
    if (!going
        && cause instanceof StreambedException typed
        && !(cause instanceof StorageException)) {
      // What does not fit or is damaged will be so the next time; a storage may recover.
      tell(new Stopped(reason));
      throw typed;
    }
    going = false;
    if (restarts >= options.restarts().maxRestarts()) {
      tell(new Stopped(reason));
      throw new JobFailedException(
          "job \"" + job.name() + "\" failed after " + restarts + " restarts: " + reason, cause);
    }
    restarts++;
    options.listener().on(new JobEvent.Restarting(restarts, reason));
    tell(new TasksFailed(reason));
  }

  /** Starts the tasks again once the policy's delay is over. */
  private void recover(OptionalLong checkpointId) {
    recoverFrom = checkpointId.isPresent() ? claim.latest().orElseThrow() : startedFrom;
    recovering = true;
    recoverAtNanos =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.restarts().delayMillis());
  }

  /** The last checkpoint is complete: lets the tasks commit it and end. */
  private void end() {
    deployment.finish();
    deployment.join();
    // A task that could not commit has reported it before it ended.
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
    }
    if (deployment == null) {
      throw new JobFailedException(
          "job \""
              + job.name()
              + "\" has processed all input, but what its last checkpoint "
              + finishedWith
              + " completed could not be committed. Start it again with restore latest: that"
              + " commits it.",
          lastFailure);
    }
  }

  private void stopEverything() {
    try {
      if (deployment != null) {
        deployment.cancel();
      }
    } finally {
      snapshotThreads.shutdown();
      storeThread.shutdown();
    }
    try {
      snapshotThreads.awaitTermination(1, TimeUnit.DAYS);
      storeThread.awaitTermination(1, TimeUnit.DAYS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void refuse(CompletableFuture<String> savepoint) {
    savepoint.completeExceptionally(new CheckpointDeclinedException("the job has ended"));
  }

  CompletableFuture<String> requestSavepoint() {
    if (!backend.checkpoints().takesSavepoints()) {
      throw new IllegalStateException(
          "job \""
              + job.name()
              + "\" takes no savepoints: its storage has no directory for them. Set one by"
              + " FileStorageOptions.withSavepointRoot.");
    }
    CompletableFuture<String> answer = new CompletableFuture<>();
    long request = savepointRequests.incrementAndGet();
    savepoints.put(request, answer);
    events.add(() -> tell(new SavepointRequested(request)));
    if (ended) {
      refuse(answer);
    }
    return answer;
  }

  void requestStop(String reason) {
    events.add(
        () -> {
          if (finishedWith != 0) {
            return;
          }
          tell(new Stopped(reason));
          throw new JobFailedException("job \"" + job.name() + "\" has ended: " + reason, null);
        });
  }

  /** What the tasks of one deployment report; those of an older one do not fail a newer. */
  private final class Reports implements TaskServices.Master {
    private final int ofGeneration;

    Reports(int ofGeneration) {
      this.ofGeneration = ofGeneration;
    }

    @Override
    public void acknowledged(
        long checkpointId, String operatorId, int subtask, SubtaskState state) {
      events.add(() -> tell(new TaskAcknowledged(checkpointId, operatorId, subtask, state)));
    }

    @Override
    public void declined(long checkpointId, String operatorId, int subtask, Throwable cause) {
      lastCheckpointFailure = cause;
      events.add(() -> tell(new TaskDeclined(checkpointId, operatorId, subtask, cause.toString())));
    }

    @Override
    public void failed(String operatorId, int subtask, Throwable cause) {
      String who = "subtask " + subtask + " of operator \"" + operatorId + "\"";
      events.add(() -> taskFailed(ofGeneration, who, cause));
    }

    @Override
    public void sourceFinished(String operatorId, int subtask) {
      events.add(
          () -> {
            if (ofGeneration == generation && --sourcesLeft == 0) {
              tell(new SourcesFinished());
            }
          });
    }

    @Override
    public void recordsRead(String operatorId, long more) {
      long bySource = recordsBySource.merge(operatorId, more, Long::sum);
      options
          .listener()
          .on(new JobEvent.RecordsRead(operatorId, bySource, recordsRead.addAndGet(more)));
    }
  }
}
