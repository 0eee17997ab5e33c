package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointLease;
import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.control.IncomingRequests;
import io.streambed.error.FencedException;
import io.streambed.error.InvariantViolationException;
import io.streambed.error.StorageException;
import io.streambed.job.Job;
import io.streambed.snapshot.SnapshotType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The threads on which a job calls its checkpoint storage, since a disk may hold a call for ever:
 * one for what the job goes on after, one for removals. The master's thread.
 */
final class JobStorage {
  /** How often a directory is claimed that is held, before the job is refused. */
  private static final int CLAIM_TRIES = 10;

  /** From one of these tries to the next. */
  private static final long NEXT_TRY_NANOS = 100_000_000;

  private final Job job;
  private final StateBackend backend;
  private final RunOptions options;
  private final RestorePoint restore;
  private final long timeoutMillis;
  private final LongSupplier nanos;
  private final Workers calls;
  private final Workers removals;
  private final JobCopies local;

  /** On what the tasks restore. It belongs to the thread that calls the storage. */
  private CheckpointLease lease = CheckpointLease.NONE;

  JobStorage(Job job, StateBackend backend, RunOptions options, LongSupplier nanos) {
    this.job = job;
    this.backend = backend;
    this.options = options;
    this.restore = options.restore();
    this.timeoutMillis = options.checkpoints().timeoutMillis();
    this.nanos = nanos;
    calls = new Workers(job.name() + "/storage", 1);
    removals = new Workers(job.name() + "/removals", 1);
    local = new JobCopies(job, options.localRecovery(), timeoutMillis);
  }

  /** Runs calls of the storage, one after the other. */
  Workers calls() {
    return calls;
  }

  /** Removes what is not needed any more, and closes what was given up. */
  Workers removals() {
    return removals;
  }

  /**
   * A call of the storage under way.
   *
   * @param what what it does, for a message
   * @param answer what it gives
   * @param sinceNanos when it was asked for
   */
  record Call<T>(String what, CompletableFuture<T> answer, long sinceNanos) {
    boolean isDone() {
      return answer.isDone();
    }

    long waitedMillis(long nowNanos) {
      return TimeUnit.NANOSECONDS.toMillis(nowNanos - sinceNanos);
    }

    /** Waits a while, unless it is done. */
    void awaitMillis(long millis) {
      try {
        answer.get(millis, TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException e) {
        // The caller looks itself.
      } catch (InterruptedException e) {
        throw new JobFailedException("interrupted " + what, e);
      }
    }

    /** What a call that is done gave, or what it threw. */
    T result() {
      try {
        return answer.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw e;
      }
    }
  }

  Call<ClaimedCheckpoints> claim() {
    return call(
        "claiming its checkpoints",
        () -> {
          backend
              .checkpoints()
              .directory()
              .ifPresent(used -> job.refuseSinksBeside("the job's checkpoints", used));
          for (int tries = 1; ; tries++) {
            try {
              ClaimedCheckpoints claim = backend.checkpoints().claim(job.name(), removals);
              claim.requests().ifPresent(IncomingRequests::open);
              return claim;
            } catch (FencedException e) {
              // A command that looks whether a job runs there holds the directory for a moment.
              if (tries == CLAIM_TRIES) {
                throw e;
              }
              LockSupport.parkNanos(NEXT_TRY_NANOS);
            }
          }
        });
  }

  /** Opens what the job is to restore, if that fits the job; gives null if it starts empty. */
  Call<OpenedCheckpoint> restorePoint(ClaimedCheckpoints claim) {
    return call(
        "opening the checkpoint to restore",
        () -> {
          OpenedCheckpoint opened = open(claim);
          local.open(backend.checkpoints().directory());
          if (opened != null) {
            new StartCheck(job, backend.stores(), options).check(opened);
          }
          local.retainOnly(opened);
          return opened;
        });
  }

  private OpenedCheckpoint open(ClaimedCheckpoints claim) {
    if (restore instanceof RestorePoint.At at) {
      OpenedCheckpoint opened = backend.checkpoints().open(at.path());
      if (at.claims()) {
        claim.takeOver(opened);
      }
      return isKeptBy(claim, opened.metadata()) ? leased(opened, claim) : opened;
    }
    if (restore instanceof RestorePoint.Latest) {
      return claim.latest().map(latest -> leased(latest, claim)).orElse(null);
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

  /** Whether the job itself will remove a checkpoint; others are their owner's to keep. */
  private static boolean isKeptBy(ClaimedCheckpoints claim, CheckpointMetadata metadata) {
    return metadata.type() == SnapshotType.CHECKPOINT
        && metadata.job().id().equals(claim.job().id())
        && claim.completed().contains(metadata.checkpointId());
  }

  Call<OpenedCheckpoint> latest(ClaimedCheckpoints claim) {
    return call("opening its last checkpoint", () -> leased(claim.latest().orElseThrow(), claim));
  }

  /** Keeps the shared files of a checkpoint until {@link #restored()}, or until another is. */
  private OpenedCheckpoint leased(OpenedCheckpoint opened, ClaimedCheckpoints claim) {
    lease.close();
    long id = opened.metadata().checkpointId();
    lease =
        claim
            .lease(id)
            .orElseThrow(
                () ->
                    new InvariantViolationException(
                        "checkpoint " + id + " was opened and is not complete"));
    return opened;
  }

  /**
   * The tasks have read all that they restore: they need nothing more of the checkpoint. Gives what
   * there is to tell of it.
   */
  List<JobEvent> restored() {
    calls.execute(() -> lease.close());
    return local.restored();
  }

  /** Begins checkpoints and savepoints; local copies are made where they are kept. */
  CheckpointActions.Writers writers(ClaimedCheckpoints claim) {
    return local.writers(claim);
  }

  /** What the tasks restore, read from local copies where there are sound ones; null if null. */
  OpenedCheckpoint preferringLocal(OpenedCheckpoint from) {
    return local.preferred(from);
  }

  private <T> Call<T> call(String what, Supplier<T> body) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    calls.execute(
        () -> {
          try {
            answer.complete(body.get());
          } catch (Throwable e) {
            answer.completeExceptionally(e);
          }
        });
    return new Call<>(what, answer, nanos.getAsLong());
  }

  /** What is known already, as a call that is done. */
  <T> Call<T> known(T answer) {
    return new Call<>("", CompletableFuture.completedFuture(answer), nanos.getAsLong());
  }

  /** Fails the job if the storage has not answered a call in time. */
  void check(Call<?> call) {
    if (call.waitedMillis(nanos.getAsLong()) >= timeoutMillis) {
      StuckThreadException stuck = place();
      throw new JobFailedException(
          "job \"" + job.name() + "\" failed " + call.what + ": " + stuck.getMessage(), stuck);
    }
  }

  /** Where the thread is that is called, for a message. */
  Optional<String> whereabouts() {
    return calls.alive().stream().findFirst().map(StuckThreadException::placeOf);
  }

  /** Where the thread is that has not answered in time. */
  StuckThreadException place() {
    return StuckThreadException.of(calls.alive().get(0), timeoutMillis);
  }

  /** Ends the threads, and gives the claim back if it is not null. */
  void end(ClaimedCheckpoints claim, Shutdown shutdown) {
    calls.stop();
    shutdown.await(calls::alive);
    // Before the claim: who waits for that has the local directory then, too.
    local.close(shutdown);
    CompletableFuture<Void> closed =
        claim == null ? CompletableFuture.completedFuture(null) : close(claim, shutdown);
    removals.stop();
    shutdown.await(removals::alive);
    local.stop(shutdown);
    if (closed.isDone()) {
      new Call<>("closing its checkpoints", closed, nanos.getAsLong()).result();
    }
  }

  /** On a thread of its own: it waits for a commit that hangs, and keeps that from completing. */
  private CompletableFuture<Void> close(ClaimedCheckpoints claim, Shutdown shutdown) {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    Thread closing =
        Workers.daemon(
            job.name() + "/closing",
            () -> {
              try {
                claim.close();
                closed.complete(null);
              } catch (Throwable e) {
                closed.completeExceptionally(e);
              }
            });
    closing.start();
    shutdown.await(closing);
    return closed;
  }
}
