package io.streambed.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.error.FencedException;
import io.streambed.error.StreambedException;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.snapshot.SnapshotType;
import io.streambed.testkit.damage.BackendUnderTest;
import io.streambed.testkit.damage.Change;
import io.streambed.testkit.damage.LocklessFiles;
import io.streambed.testkit.damage.SampleModel;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two attempts at one directory. */
class FencingTest {
  private static final BackendUnderTest BACKEND = BackendUnderTest.of(new HeapKeyedStoreFactory());

  private final Recording recording = new Recording(BACKEND, 3, 2).complete(2);
  private final SimulatedFileSystem disk = recording.files;
  private final Map<Long, SampleModel> models = new HashMap<>(recording.models);

  @Test
  void claim_whileAnotherHoldsIt_isRefusedAndChangesNothing() throws IOException {
    try (Line first = new Line(BACKEND, disk, 10, 2)) {
      Map<Path, ByteBuffer> before = TakeOver.contents(disk);
      assertThatThrownBy(() -> new Line(BACKEND, disk, 11, 2))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining(Line.ROOT.toString());
      assertThat(TakeOver.contents(disk)).isEqualTo(before);
      assertThat(first.checkpoint(new Line.Observer() {})).isPresent();
    }
  }

  @Test
  void commit_afterAnotherTookOver_failsAndLeavesTheOthersCheckpoints() throws IOException {
    Line old = new Line(BACKEND, disk, 10, 2);
    long[] newest = {0};
    Map<Long, SampleModel> both = models;
    old.checkpoint(
        new Line.Observer() {
          @Override
          public boolean declines(int parts) {
            if (parts == 3) {
              newest[0] = takeOverAndCheckpoint(both);
            }
            return false;
          }
        });
    assertThat(old.jobFailure() != null || old.claim.completed().size() == 2).isTrue();
    assertThatThrownBy(() -> commitEmpty(old.claim, 9)).isInstanceOf(StreambedException.class);
    old.close();
    long restored = new TakeOver(BACKEND, both).verify(disk, 13, 2, TakeOver.Depth.NEXT);
    assertThat(restored).isEqualTo(newest[0]);
  }

  /** A second process that does not see the first one's lock, as on a file system without any. */
  private long takeOverAndCheckpoint(Map<Long, SampleModel> both) {
    try (Line next = new Line(BACKEND, new LocklessFiles(disk), 12, 2)) {
      SampleModel model = models.get(next.restoredId).copy();
      model.restore(2);
      for (Change change : Change.round(12, 1, 20)) {
        next.job.apply(change);
        model.apply(change);
      }
      long id = next.checkpoint(new Line.Observer() {}).orElseThrow();
      both.put(id, model);
      return id;
    }
  }

  @Test
  void commit_fenced_namesTheDirectory() {
    Line old = new Line(BACKEND, disk, 10, 2);
    takeOverAndCheckpoint(models);
    assertThatThrownBy(() -> commitEmpty(old.claim, 7))
        .isInstanceOf(FencedException.class)
        .hasMessageContaining(Line.ROOT.toString());
    old.close();
  }

  private static void commitEmpty(ClaimedCheckpoints claim, long id) {
    claim.begin(id, SnapshotType.CHECKPOINT).commit(1_000, List.of(), Set.of());
  }
}
