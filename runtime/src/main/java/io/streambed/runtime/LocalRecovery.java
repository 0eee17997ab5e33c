package io.streambed.runtime;

import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.file.FileSystem;
import io.streambed.localcopy.LocalCopies;
import io.streambed.localcopy.LocalInputs;
import io.streambed.snapshot.SnapshotType;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Where a job keeps local copies of its checkpoints.
 *
 * @param files the local file system
 * @param directory the directory, of the job alone
 * @param maxBytes how many bytes all copies may take together, from 1
 */
record LocalRecovery(FileSystem files, Path directory, long maxBytes) {
  LocalRecovery {
    Objects.requireNonNull(files, "files");
    Objects.requireNonNull(directory, "directory");
    if (maxBytes < 1) {
      throw new IllegalArgumentException("local copies of at most " + maxBytes + " bytes");
    }
  }

  /**
   * The local copies of one run of a job.
   *
   * <p>Threading: opened and closed on threads that may wait for a disk; all else is the master's.
   */
  static final class Copies {
    private volatile LocalCopies copies;
    private LocalInputs reading;

    /** Takes the directory, if the options name one; from is what the job restores, or null. */
    void open(Optional<LocalRecovery> options, OpenedCheckpoint from, Executor removals) {
      options
          .flatMap(
              local -> LocalCopies.open(local.files, local.directory, local.maxBytes, removals))
          .ifPresent(
              opened -> {
                copies = opened;
                opened.keepOnly(Optional.ofNullable(from).map(OpenedCheckpoint::metadata));
              });
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
      return reading == null
          ? from
          : new OpenedCheckpoint(from.location(), from.metadata(), reading);
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

    /** Gives the directory back. */
    void close() {
      if (copies != null) {
        copies.close();
      }
    }
  }
}
