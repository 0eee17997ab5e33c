package io.streambed.flink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.Test;

class ReusableFilesTest {
  private static final UUID FILE = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);

  private final ReusableFiles files = new ReusableFiles();

  /** A checkpoint is begun and written, with one file. */
  private void written(long checkpoint, UUID file) {
    files.begin(checkpoint);
    names(checkpoint, file);
  }

  /** A checkpoint that was begun is written. */
  private void names(long checkpoint, UUID file) {
    files.written(
        checkpoint, Map.of(file, new ByteStreamStateHandle("handle of " + file, new byte[7])));
  }

  private boolean reuses(long checkpoint, UUID file) {
    return files.reuse(checkpoint, file, handle -> true) != null;
  }

  @Test
  void reuse_fileOfTheConfirmedCheckpoint_givesAPlaceholderOfItsHandle() {
    written(1, FILE);
    files.complete(1);
    files.begin(2);
    var kept = files.reuse(2, FILE, handle -> true);
    assertThat(kept.getStreamStateHandleID().getKeyString()).isEqualTo("handle of " + FILE);
    assertThat(kept.getStateSize()).isEqualTo(7);
    assertThat(kept.isFileMerged()).isFalse();
    assertThat(reuses(2, OTHER)).isFalse();
  }

  @Test
  void reuse_fileThatFlinkWantsWrittenAgain_isRefusedAndNotHeld() {
    written(1, FILE);
    files.complete(1);
    files.begin(2);
    assertThat(files.reuse(2, FILE, handle -> false)).isNull();
    files.complete(2);
    files.begin(3);
    assertThat(reuses(3, FILE)).isFalse();
  }

  @Test
  void reuse_unconfirmed_isRefused() {
    written(1, FILE);
    files.begin(2);
    assertThat(reuses(2, FILE)).isFalse();
  }

  @Test
  void reuse_filesOfAnAbortedCheckpoint_isRefused() {
    written(1, OTHER);
    files.complete(1);
    written(2, FILE);
    files.forget(2);
    files.complete(2);
    files.begin(3);
    assertThat(reuses(3, FILE)).isFalse();
    assertThat(reuses(3, OTHER)).isTrue();
  }

  /** The JobManager may complete the one between before the new one gets there. */
  @Test
  void reuse_fileThatACheckpointBetweenDoesNotHave_isRefusedUntilThatIsGivenUp() {
    written(1, FILE);
    files.complete(1);
    files.begin(2);
    files.begin(3);
    assertThat(reuses(3, FILE)).isFalse();
    files.forget(2);
    assertThat(reuses(3, FILE)).isTrue();
  }

  @Test
  void reuse_fileThatACheckpointBetweenRefersTo_isGiven() {
    written(1, FILE);
    files.complete(1);
    files.begin(2);
    assertThat(reuses(2, FILE)).isTrue();
    names(2, FILE);
    files.begin(3);
    assertThat(reuses(3, FILE)).isTrue();
    names(3, FILE);
    files.complete(3);
    files.begin(4);
    assertThat(reuses(4, FILE)).isTrue();
  }

  /** Whether the one between names in the end what it asked for is not known yet. */
  @Test
  void reuse_fileThatACheckpointBetweenHasOnlyAskedFor_isRefused() {
    written(1, FILE);
    files.complete(1);
    files.begin(2);
    assertThat(reuses(2, FILE)).isTrue();
    files.begin(3);
    assertThat(reuses(3, FILE)).isFalse();
  }

  @Test
  void reuse_fileThatTheConfirmedCheckpointAskedForAndDoesNotName_isRefused() {
    written(1, FILE);
    files.complete(1);
    files.begin(2);
    assertThat(reuses(2, FILE)).isTrue();
    names(2, OTHER);
    files.complete(2);
    files.begin(3);
    assertThat(reuses(3, FILE)).isFalse();
    assertThat(reuses(3, OTHER)).isTrue();
  }

  @Test
  void complete_subsumed_itsFilesAreForgotten() {
    written(1, FILE);
    files.complete(1);
    written(2, OTHER);
    files.complete(2);
    assertThat(files.size()).isOne();
    files.begin(3);
    assertThat(reuses(3, FILE)).isFalse();
    assertThat(reuses(3, OTHER)).isTrue();
  }

  /** Under Flink's changelog the ids of snapshots are not those of checkpoints. */
  @Test
  void complete_idsThatBeginAnewAfterARestore_countFromThere() {
    files.restored(100, FILE, new ByteStreamStateHandle("restored", new byte[1]));
    files.begin(1);
    assertThat(reuses(1, FILE)).isFalse();
    names(1, OTHER);
    files.complete(1);
    files.begin(2);
    assertThat(reuses(2, OTHER)).isTrue();
    assertThat(reuses(2, FILE)).isFalse();
  }

  @Test
  void complete_savepointOrOlderOne_changesNothing() {
    written(1, FILE);
    written(2, FILE);
    files.complete(2);
    files.complete(1);
    files.complete(7);
    files.begin(8);
    assertThat(reuses(8, FILE)).isTrue();
  }

  @Test
  void reuse_afterALaterOneIsComplete_isRefused() {
    written(1, FILE);
    files.complete(1);
    files.begin(2);
    written(3, FILE);
    files.complete(3);
    assertThat(reuses(2, FILE)).isFalse();
  }

  @Test
  void forget_confirmed_changesNothing() {
    written(1, FILE);
    files.complete(1);
    files.forget(1);
    files.begin(2);
    assertThat(reuses(2, FILE)).isTrue();
  }

  @Test
  void reuse_fileItWasRestoredFrom_isGiven() {
    files.restored(5, FILE, new ByteStreamStateHandle("restored", new byte[1]));
    files.begin(6);
    assertThat(reuses(6, FILE)).isTrue();
    assertThat(reuses(6, OTHER)).isFalse();
  }
}
