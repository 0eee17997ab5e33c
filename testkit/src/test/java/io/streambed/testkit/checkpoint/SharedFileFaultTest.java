package io.streambed.testkit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.error.StorageException;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StagedFiles;
import io.streambed.snapshot.StreamHandle.Shared;
import io.streambed.testkit.fault.Fault;
import io.streambed.testkit.fault.Operation.Kind;
import io.streambed.testkit.fault.SimulatedFileSystem;
import io.streambed.testkit.fault.Survival;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Syncs and deletes that fail where checkpoints share files. */
class SharedFileFaultTest {
  private static final Path SHARED = JobOnDisk.ROOT.resolve("shared");

  private final SimulatedFileSystem files = new SimulatedFileSystem();
  private final JobOnDisk job = new JobOnDisk(files, 5);
  private ClaimedCheckpoints claim;

  @BeforeEach
  void begin() {
    claim = job.claim();
  }

  private void verifyAfterLossOfPower(long id) throws IOException {
    for (Survival survival : Survival.sample(files.pendingCount(files.log().size()), 10)) {
      JobOnDisk after = new JobOnDisk(files.crash(files.log().size(), survival), 6);
      try (ClaimedCheckpoints next = after.claim()) {
        assertThat(after.verify(next.latest().orElseThrow())).as("%s", survival).isEqualTo(id);
      }
    }
  }

  @Test
  void firstFile_directoryNotDurable_isMadeAnew() throws IOException {
    files.inject(
        Fault.ioError()
            .when(op -> op.kind() == Kind.SYNC_DIRECTORY && files.exists(SHARED))
            .nth(1));
    assertThatThrownBy(() -> job.take(claim, 1, SnapshotType.CHECKPOINT, 1))
        .isInstanceOf(IOException.class);
    job.take(claim, 2, SnapshotType.CHECKPOINT, 1);
    verifyAfterLossOfPower(2);
  }

  @Test
  void commit_syncOfDirectoryFails_filesOfOtherPendingCheckpointsAreNotTrusted()
      throws IOException {
    job.take(claim, 1, SnapshotType.CHECKPOINT, 2);
    JobOnDisk.Written second = job.write(claim, 2, SnapshotType.CHECKPOINT);
    JobOnDisk.Written third = job.write(claim, 3, SnapshotType.CHECKPOINT);
    files.inject(
        Fault.ioError().on(Kind.SYNC_DIRECTORY).when(op -> op.path().equals(SHARED)).nth(1));
    assertThatThrownBy(() -> job.commit(second, 2)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> job.commit(third, 2))
        .isInstanceOf(StorageException.class)
        .hasStackTraceContaining("may not be durable");
    verifyAfterLossOfPower(1);
    job.take(claim, 4, SnapshotType.CHECKPOINT, 2);
    verifyAfterLossOfPower(4);
    assertThat(files.files().stream().filter(path -> path.startsWith(JobOnDisk.ROOT)))
        .containsExactlyInAnyOrderElementsOf(job.expectedFiles(claim));
  }

  @Test
  void syncOfDirectory_failsForAnAbortedCheckpoint_itsFilesAreNotTakenOn() throws IOException {
    files.inject(
        Fault.ioError().on(Kind.SYNC_DIRECTORY).when(op -> op.path().equals(SHARED)).nth(1));
    assertThatThrownBy(() -> job.take(claim, 1, SnapshotType.CHECKPOINT, 1))
        .isInstanceOf(StorageException.class);
    job.take(claim, 2, SnapshotType.CHECKPOINT, 1);
    verifyAfterLossOfPower(2);
  }

  @Test
  void stagedFile_isDurableOnceACheckpointThatAdoptedItCounts() throws IOException {
    job.take(claim, 1, SnapshotType.CHECKPOINT, 2);
    StagedFiles staging = claim.stage().orElseThrow();
    Shared merged = job.stage(staging, 2, 0);
    JobOnDisk.Written second = job.write(claim, 2, SnapshotType.CHECKPOINT);
    assertThat(second.subtasks().get(1).streams()).contains(merged);
    job.commit(second, 2);
    staging.close();
    verifyAfterLossOfPower(2);
  }

  @Test
  void delete_failing_isTriedAgain() throws IOException {
    job.take(claim, 1, SnapshotType.CHECKPOINT, 1);
    files.inject(Fault.denied().on(Kind.DELETE).when(op -> op.path().startsWith(SHARED)));
    job.giveUp(claim, 2);
    job.take(claim, 3, SnapshotType.CHECKPOINT, 1);
    assertThat(files.list(SHARED)).as("nothing could be deleted").hasSize(7);
    files.heal();
    job.take(claim, 4, SnapshotType.CHECKPOINT, 1);
    assertThat(files.files().stream().filter(path -> path.startsWith(JobOnDisk.ROOT)))
        .containsExactlyInAnyOrderElementsOf(job.expectedFiles(claim));
  }
}
