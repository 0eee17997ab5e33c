package io.streambed.runtime;

import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.error.FencedException;
import io.streambed.file.FileSystem;
import io.streambed.job.Job;
import io.streambed.localcopy.LocalCopies;
import io.streambed.localcopy.LocalInputs;
import io.streambed.snapshot.SnapshotType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local copies of one run of a job, and the thread that opens, deletes and closes them: the
 * local disk may hold it for ever, and the job goes on.
 *
 * <p>Threading: {@link #open} and {@link #retainOnly} belong to the thread that calls the storage,
 * before the first restore; all else is the master's.
 */
final class JobCopies {
  private static final Logger LOG = LoggerFactory.getLogger(JobCopies.class);

  /** How often a directory is asked for that is held, before the job goes on without copies. */
  private static final int TRIES = 8;

  private static final long NEXT_TRY_NANOS = 100_000_000;

  /** So long is waited for the local disk at the start. */
  private static final long MOST_MILLIS = 10_000;

  private final Job job;
  private final Optional<LocalRecovery> options;
  private final long openMillis;
  private final Workers disk;

  /** Null if there are none. */
  private volatile LocalCopies copies;

  private volatile boolean closed;
  private boolean leftBehind;

  private LocalInputs reading;

  /** None yet; what a call of the storage may take bounds what the local disk may. */
  JobCopies(Job job, Optional<LocalRecovery> options, long timeoutMillis) {
    this.job = job;
    this.options = options;
    this.openMillis = Math.min(MOST_MILLIS, timeoutMillis / 2);
    disk = new Workers(job.name() + "/local-copies", 1);
  }

  /**
   * Takes the directory, if the options name one. If that does not succeed in time, the job goes on
   * without copies.
   *
   * @param checkpoints the directory of checkpoints, if they are in one
   * @throws IllegalArgumentException if the directory is in use by the job for something else
   */
  void open(Optional<Path> checkpoints) {
    if (options.isEmpty()) {
      return;
    }
    CompletableFuture<Optional<LocalCopies>> opening = new CompletableFuture<>();
    disk.execute(
        () -> {
          try {
            opening.complete(opened(options.get(), checkpoints));
          } catch (Throwable e) {
            opening.completeExceptionally(e);
          }
        });
    try {
      copies = opening.get(openMillis, TimeUnit.MILLISECONDS).orElse(null);
      if (closed && copies != null) {
        copies.close();
      }
    } catch (TimeoutException e) {
      LOG.warn(
          "No local copies of checkpoints are kept, since the disk of {} did not answer within {} ms",
          options.get().directory(),
          openMillis);
      closeLate(opening);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new JobFailedException("taking " + options.get().directory(), e.getCause());
    } catch (InterruptedException e) {
      closeLate(opening);
      throw new JobFailedException("interrupted taking " + options.get().directory(), e);
    }
  }

  private void closeLate(CompletableFuture<Optional<LocalCopies>> opening) {
    opening.thenAcceptAsync(late -> late.ifPresent(LocalCopies::close), disk);
  }

  private Optional<LocalCopies> opened(LocalRecovery local, Optional<Path> checkpoints) {
    job.refuseSinksBeside("local copies of the job's checkpoints", local.directory());
    checkpoints.ifPresent(other -> refuseSame(local, other));
    for (int tries = 1; ; tries++) {
      try {
        return LocalCopies.open(local.files(), local.directory(), local.maxBytes(), disk);
      } catch (FencedException e) {
        // The process before this one may be about to give it back.
        if (tries == TRIES) {
          LOG.warn("No local copies of checkpoints are kept: {}", e.getMessage());
          return Optional.empty();
        }
        LockSupport.parkNanos(NEXT_TRY_NANOS);
      }
    }
  }

  private static void refuseSame(LocalRecovery local, Path checkpoints) {
    FileSystem files = local.files();
    boolean same;
    try {
      same = files.realPath(local.directory()).equals(files.realPath(checkpoints));
    } catch (IOException e) {
      // One of them is not there, or not on this file system: they are two.
      return;
    }
    if (same) {
      throw new IllegalArgumentException(
          local.directory()
              + " is the directory of the job's checkpoints. Give local copies a directory of their"
              + " own.");
    }
  }

  /** Deletes, soon, the copies that are not of the checkpoint that the job begins with, or null. */
  void retainOnly(OpenedCheckpoint from) {
    if (copies != null) {
      copies.keepOnly(Optional.ofNullable(from).map(OpenedCheckpoint::metadata));
    }
  }

  /** Writers of a claim, which copy checkpoints, but not savepoints. */
  CheckpointActions.Writers writers(ClaimedCheckpoints claim) {
    LocalCopies kept = copies;
    return kept == null
        ? claim::begin
        : (id, type) ->
            type == SnapshotType.SAVEPOINT
                ? claim.begin(id, type)
                : kept.copying(claim.begin(id, type));
  }

  /** The checkpoint, to be read from local copies where they are sound; null if it is null. */
  OpenedCheckpoint preferred(OpenedCheckpoint from) {
    boolean none =
        copies == null || from == null || from.metadata().type() == SnapshotType.SAVEPOINT;
    reading = none ? null : copies.inputs(from);
    return reading == null ? from : new OpenedCheckpoint(from.location(), from.metadata(), reading);
  }

  /** What to tell of the restore that is complete; told once. */
  List<JobEvent> restored() {
    LocalInputs read = reading;
    reading = null;
    return read == null
        ? List.of()
        : read.reads().stream()
            .<JobEvent>map(
                each ->
                    new JobEvent.LocalRestore(
                        each.operatorId(),
                        each.subtask(),
                        each.localBytes(),
                        each.storageBytes(),
                        each.reason()))
            .toList();
  }

  /** Gives the directory back, after what is under way there; waits while the job may. */
  void close(Shutdown shutdown) {
    closed = true;
    LocalCopies open = copies;
    if (open != null) {
      CompletableFuture<Void> done = CompletableFuture.runAsync(open::close, disk);
      shutdown.await(() -> done.isDone() ? List.of() : disk.alive());
      leftBehind = !done.isDone();
    }
  }

  /** Ends the thread, once nobody gives it anything to do. */
  void stop(Shutdown shutdown) {
    disk.stop();
    if (!leftBehind) {
      shutdown.await(disk::alive);
    }
  }
}
