package io.streambed.testkit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.UnsettledCommitException;
import io.streambed.error.StorageException;
import io.streambed.snapshot.SnapshotType;
import io.streambed.testkit.fault.Fault;
import io.streambed.testkit.fault.SimulatedFileSystem;
import io.streambed.testkit.fault.Survival;
import java.io.IOException;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The storage fails at the n-th operation of a checkpoint, once or from then on. */
class CheckpointFaultTest {
  private enum Kind {
    NO_SPACE_ONCE(n -> Fault.noSpace().nth(n)),
    NO_SPACE_FROM_THEN_ON(n -> Fault.noSpace().fromNth(n)),
    IO_ERROR_ONCE(n -> Fault.ioError().nth(n)),
    IO_ERROR_FROM_THEN_ON(n -> Fault.ioError().fromNth(n));

    private final IntFunction<Fault> fault;

    Kind(IntFunction<Fault> fault) {
      this.fault = fault;
    }
  }

  private SimulatedFileSystem files;
  private JobOnDisk job;
  private ClaimedCheckpoints claim;

  @ParameterizedTest
  @EnumSource
  void fault_atAnyOperation_lastGoodCheckpointStaysAndNextOneWorks(Kind kind) throws IOException {
    int failures = 0;
    for (int n = 1; ; n++) {
      begin();
      int before = files.log().size();
      files.inject(kind.fault.apply(n));
      boolean committed = tryCheckpoint(kind);
      int operations = files.log().size() - before;
      files.heal();
      try {
        crashNow(committed);
        goOn(committed);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError(kind + " at operation " + n, e);
      }
      failures += committed ? 0 : 1;
      if (committed && n > operations) {
        break;
      }
    }
    assertThat(failures).isGreaterThan(5);
  }

  private void begin() throws IOException {
    files = new SimulatedFileSystem();
    job = new JobOnDisk(files, 3);
    claim = job.claim();
    job.take(claim, 1, SnapshotType.CHECKPOINT, 2);
    job.take(claim, 2, SnapshotType.CHECKPOINT, 2);
  }

  /** Takes checkpoint 3, and finds out whether it is complete where the commit cannot tell. */
  private boolean tryCheckpoint(Kind kind) {
    try {
      job.take(claim, 3, SnapshotType.CHECKPOINT, 2);
      return true;
    } catch (UnsettledCommitException e) {
      assertThat(kind).as("a full disk leaves no doubt").isEqualTo(Kind.IO_ERROR_FROM_THEN_ON);
      files.heal();
      claim.close();
      claim = job.claim();
      return claim.completed().contains(3L);
    } catch (IOException | StorageException e) {
      return false;
    }
  }

  private void crashNow(boolean committed) throws IOException {
    int now = files.log().size();
    for (Survival survival : Survival.sample(files.pendingCount(now), 10)) {
      JobOnDisk after = new JobOnDisk(files.crash(now, survival), 4);
      try (ClaimedCheckpoints next = after.claim()) {
        assertThat(after.verify(next.latest().orElseThrow())).isEqualTo(committed ? 3 : 2);
      }
    }
  }

  private void goOn(boolean committed) throws IOException {
    assertThat(job.verify(claim.latest().orElseThrow())).isEqualTo(committed ? 3 : 2);
    assertThat(job.verify(FileCheckpointStorage.open(files, JobOnDisk.ROOT)))
        .isEqualTo(committed ? 3 : 2);
    job.take(claim, 4, SnapshotType.CHECKPOINT, 2);
    assertThat(claim.completed()).containsExactly(committed ? 3L : 2L, 4L);
    assertThat(files.files().stream().filter(path -> path.startsWith(JobOnDisk.ROOT)))
        .as("files left without a new claim")
        .containsExactlyInAnyOrderElementsOf(job.expectedFiles(claim));
    assertThat(files.list(JobOnDisk.ROOT).stream().filter(files::isDirectory)).hasSize(2 + 1);
    claim.close();
    try (ClaimedCheckpoints next = job.claim()) {
      assertThat(job.verify(next.latest().orElseThrow())).isEqualTo(4);
      assertThat(files.files().stream().collect(Collectors.toSet()))
          .isEqualTo(job.expectedFiles(next));
    }
    assertThat(files.openHandles()).isZero();
  }
}
