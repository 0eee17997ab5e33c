package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streambed.backend.Store;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.testkit.fault.Fault;
import io.streambed.testkit.fault.SimulatedFileSystem;
import io.streambed.testkit.fault.Survival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A savepoint that the restored job owns: it goes when a checkpoint has taken its place. */
class ClaimedSavepointTest {
  private static final long BEFORE = 100;
  private static final long ALL = 150;
  private static final Path NOTE = LinesJob.ROOT.resolve("_owned");

  private final SimulatedFileSystem files = new SimulatedFileSystem();
  private final LinesJob lines = new LinesJob();

  /** A job that was stopped with a savepoint, and has more to read. */
  private String savepoint() throws IOException {
    lines.source.split("a").give(LongStream.range(0, BEFORE).toArray());
    JobHandle running = lines.start(files, 2, LinesJob.options(0, new RestorePoint.Latest()));
    await().until(() -> running.recordsRead() == BEFORE);
    String savepoint = running.stopWithSavepoint().join();
    running.await();
    lines.source.split("a").give(LongStream.range(BEFORE, ALL).toArray());
    return savepoint;
  }

  private void runToTheEnd(FileSystem on, RestorePoint from) throws IOException {
    lines.source.split("a").end();
    lines.start(on, 1, LinesJob.options(0, from)).await();
    assertThat(LinesJob.visible(on))
        .containsExactlyElementsOf(LongStream.range(0, ALL).boxed().toList());
  }

  @Test
  void claimed_afterTheFirstCheckpoint_isRemovedWithItsNote() throws IOException {
    String savepoint = savepoint();
    runToTheEnd(files, RestorePoint.At.claiming(savepoint));
    assertThat(files.exists(Path.of(savepoint))).isFalse();
    assertThat(files.exists(NOTE)).isFalse();
  }

  @Test
  void notClaimed_stays() throws IOException {
    String savepoint = savepoint();
    runToTheEnd(files, new RestorePoint.At(savepoint));
    assertThat(files.exists(Path.of(savepoint, "_metadata"))).isTrue();
    assertThat(files.exists(NOTE)).isFalse();
  }

  @Test
  void claimed_noCheckpointEver_stays() throws IOException {
    String savepoint = savepoint();
    JobHandle running =
        lines.start(files, 1, LinesJob.options(0, RestorePoint.At.claiming(savepoint)));
    await().until(() -> running.recordsRead() == ALL - BEFORE);
    running.cancel();
    running.await();
    assertThat(files.exists(Path.of(savepoint, "_metadata"))).isTrue();
    runToTheEnd(files, new RestorePoint.At(savepoint));
    assertThat(files.exists(Path.of(savepoint, "_metadata"))).as("not claimed again").isTrue();
  }

  @Test
  void claimed_killedAnywhere_startedAgain_losesNothingAndLeavesNothing() throws IOException {
    String savepoint = savepoint();
    int started = files.log().size();
    runToTheEnd(files, RestorePoint.At.claiming(savepoint));
    List<Integer> points = files.crashPoints().stream().filter(point -> point >= started).toList();
    for (int i = 0; i < points.size(); i += 7) {
      for (Survival survival : List.of(Survival.all(), Survival.none())) {
        SimulatedFileSystem after = files.crash(points.get(i), survival);
        boolean hasOwn = !FileCheckpointStorage.complete(after, LinesJob.ROOT).isEmpty();
        runToTheEnd(
            after, hasOwn ? new RestorePoint.Latest() : RestorePoint.At.claiming(savepoint));
        assertThat(after.exists(Path.of(savepoint)))
            .as("killed at operation " + points.get(i) + ", " + survival)
            .isFalse();
        assertThat(after.exists(NOTE)).isFalse();
      }
    }
  }

  @Test
  void claimed_thatCannotBeRemoved_isRemovedByALaterRun() throws IOException {
    String savepoint = savepoint();
    files.inject(Fault.denied().when(o -> o.changesDisk() && o.path().startsWith("/savepoints")));
    runToTheEnd(files, RestorePoint.At.claiming(savepoint));
    assertThat(files.exists(Path.of(savepoint, "_metadata"))).isTrue();
    files.heal();
    runToTheEnd(files, new RestorePoint.Latest());
    assertThat(files.exists(Path.of(savepoint))).isFalse();
    assertThat(files.exists(NOTE)).isFalse();
  }

  @Test
  void claimed_filesThatAreNotOfTheSavepoint_stay() throws IOException {
    String savepoint = savepoint();
    files.create(Path.of(savepoint, "notes.txt")).close();
    runToTheEnd(files, RestorePoint.At.claiming(savepoint));
    assertThat(files.list(Path.of(savepoint))).containsExactly(Path.of(savepoint, "notes.txt"));
    assertThat(files.exists(NOTE)).isFalse();
  }

  @Test
  void claimed_noteIsDamaged_keepsTheSavepoint() throws IOException {
    String savepoint = savepoint();
    files.create(NOTE).close();
    runToTheEnd(files, new RestorePoint.At(savepoint));
    assertThat(files.exists(Path.of(savepoint, "_metadata"))).isTrue();
    assertThat(files.exists(NOTE)).isFalse();
  }

  @Test
  void claimed_checkpoint_isRefused() throws IOException {
    runToTheEnd(files, new RestorePoint.At(savepoint()));
    RestorePoint from = RestorePoint.At.claiming(LinesJob.ROOT.toString());
    assertThatThrownBy(() -> lines.start(files, 1, LinesJob.options(0, from)).await())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("is a checkpoint and cannot be claimed")
        .hasMessageContaining("RestorePoint.Latest");
  }

  @Test
  void claimed_inMemory_isRefused() {
    Store memory = Store.memory();
    lines.source.split("a").give(1);
    JobHandle running =
        Streambed.start(
            lines.job(files, 1), memory, LinesJob.options(0, new RestorePoint.Latest()));
    String savepoint = running.stopWithSavepoint().join();
    running.await();
    assertThatThrownBy(
            () ->
                Streambed.run(
                    lines.job(files, 1),
                    memory,
                    LinesJob.options(0, RestorePoint.At.claiming(savepoint))))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("removes no savepoints");
  }
}
