package io.streambed.testkit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.CheckpointLease;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OrphanFiles;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StagedFiles;
import io.streambed.testkit.fault.SimulatedFileSystem;
import io.streambed.testkit.fault.Survival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A machine stops at every operation of a run, and a new attempt takes over what is left. */
class CheckpointCrashTest {
  private static final int SEEDS = 20;
  private static final int KEEP = 2;

  private final SimulatedFileSystem recorded = new SimulatedFileSystem();

  /** By number of operations done: the last checkpoint acknowledged. */
  private final TreeMap<Integer, Long> acknowledged = new TreeMap<>();

  private final TreeMap<Integer, String> savepoints = new TreeMap<>();

  @Test
  @Tag("FLINK-36421")
  @Tag("FLINK-35217")
  void crash_atAnyOperation_latestIsLastAcknowledgedOrNewer() throws IOException {
    record();
    int crashes = 0;
    for (int point : recorded.crashPoints()) {
      for (Survival survival : Survival.sample(recorded.pendingCount(point), SEEDS)) {
        SimulatedFileSystem left = recorded.crash(point, survival);
        try {
          takeOver(left, point);
        } catch (IOException | RuntimeException | AssertionError e) {
          throw new AssertionError("crash before operation " + point + ", " + survival, e);
        }
        crashes++;
      }
    }
    assertThat(crashes).isGreaterThan(1_000);
  }

  private void record() throws IOException {
    JobOnDisk job = new JobOnDisk(recorded, 1);
    ClaimedCheckpoints first = job.claim();
    for (long id = 1; id <= 2; id++) {
      checkpoint(job, first, id);
    }
    String savepoint = job.take(first, 3, SnapshotType.SAVEPOINT, KEEP);
    savepoints.put(recorded.log().size(), savepoint);
    job.giveUp(first, 4);
    checkpoint(job, first, 5);
    first.close();
    ClaimedCheckpoints second = job.claim();
    checkpoint(job, second, 6);
    CheckpointLease lease = second.lease(5).orElseThrow();
    StagedFiles staging = second.stage().orElseThrow();
    job.stage(staging, 7, 0);
    job.stage(staging, 20, 2);
    JobOnDisk.Written seventh = job.write(second, 7, SnapshotType.CHECKPOINT);
    JobOnDisk.Written eighth = job.write(second, 8, SnapshotType.CHECKPOINT);
    commit(job, seventh);
    staging.close();
    checkpoint(job, second, 9);
    lease.close();
    eighth.writer().discard();
    second.close();
  }

  private void checkpoint(JobOnDisk job, ClaimedCheckpoints claim, long id) throws IOException {
    commit(job, job.write(claim, id, SnapshotType.CHECKPOINT));
  }

  private void commit(JobOnDisk job, JobOnDisk.Written written) {
    job.commit(written, KEEP);
    acknowledged.put(recorded.log().size(), written.writer().checkpointId());
  }

  private void takeOver(SimulatedFileSystem left, int point) throws IOException {
    JobOnDisk job = new JobOnDisk(left, 2);
    Optional<Set<Path>> orphans = point % 3 == 0 ? orphans(left) : Optional.empty();
    Set<Path> found = belowRoot(left);
    ClaimedCheckpoints claim = job.claim();
    long last = valueOf(acknowledged.floorEntry(point));
    long underWay = valueOf(acknowledged.higherEntry(point));
    Optional<OpenedCheckpoint> latest = claim.latest();
    long restored = latest.isPresent() ? job.verify(latest.get()) : 0;
    assertThat(restored).isIn(last, Math.max(last, underWay));
    for (String savepoint : savepoints.headMap(point, true).values()) {
      assertThat(job.verify(savepoint)).isEqualTo(3);
    }
    for (Path path : left.files()) {
      if (path.startsWith(JobOnDisk.SAVEPOINTS) && path.endsWith("_metadata")) {
        assertThat(job.verify(path.getParent().toString())).isEqualTo(3);
      }
    }
    assertThat(belowRoot(left)).isEqualTo(job.expectedFiles(claim));
    found.removeAll(belowRoot(left));
    // A claim removes them in its own way, so each shows the other to be right.
    orphans.ifPresent(named -> assertThat(named).isEqualTo(found));

    long next = Math.max(9, restored) + 1;
    job.take(claim, next, SnapshotType.CHECKPOINT, KEEP);
    assertThat(claim.completed()).hasSizeLessThanOrEqualTo(KEEP).endsWith(next);
    assertThat(job.verify(claim.latest().orElseThrow())).isEqualTo(next);
    claim.close();
    assertThat(belowRoot(left)).isEqualTo(job.expectedFiles(claim));
    assertThat(left.openHandles()).isZero();
  }

  /** The files that are orphans; empty if there is no list yet. */
  private static Optional<Set<Path>> orphans(SimulatedFileSystem files) {
    return files.exists(JobOnDisk.ROOT.resolve("_checkpoints"))
        ? Optional.of(
            new OrphanFiles(files, JobOnDisk.ROOT)
                .find().orphans().stream()
                    .flatMap(orphan -> orphan.files().stream())
                    .collect(Collectors.toSet()))
        : Optional.empty();
  }

  @Test
  void deletionOfOrphans_killedAtAnyOperation_losesNothingAndGoesOnWhenRunAgain()
      throws IOException {
    record();
    int crashes = 0;
    // Before that there is no checkpoint to lose.
    for (int point : recorded.crashPoints().stream().filter(this::hasLatest).toList()) {
      SimulatedFileSystem left = recorded.crash(point, Survival.all());
      // Few of them, with much to delete: each is followed by many more crashes.
      if (point % 8 != 0 || orphans(left).map(Set::size).orElse(0) < 4) {
        continue;
      }
      String latest = new JobOnDisk(left, 2).latest();
      new OrphanFiles(left, JobOnDisk.ROOT).delete(UUID::randomUUID);
      for (int later : left.crashPoints()) {
        Survival survival =
            List.of(Survival.none(), Survival.all(), Survival.seeded(later)).get(crashes % 3);
        SimulatedFileSystem again = left.crash(later, survival);
        JobOnDisk job = new JobOnDisk(again, 3);
        assertThat(job.latest()).isEqualTo(latest);
        new OrphanFiles(again, JobOnDisk.ROOT).delete(UUID::randomUUID);
        assertThat(orphans(again)).hasValue(Set.of());
        ClaimedCheckpoints claim = job.claim();
        assertThat(belowRoot(again)).isEqualTo(job.expectedFiles(claim));
        claim.close();
        assertThat(again.openHandles()).isZero();
        crashes++;
      }
    }
    assertThat(crashes).isGreaterThan(50);
  }

  private boolean hasLatest(int point) {
    return acknowledged.floorKey(point) != null;
  }

  private static long valueOf(Map.Entry<Integer, Long> entry) {
    return entry == null ? 0 : entry.getValue();
  }

  private static Set<Path> belowRoot(SimulatedFileSystem files) {
    return files.files().stream()
        .filter(path -> path.startsWith(JobOnDisk.ROOT))
        .collect(Collectors.toSet());
  }
}
