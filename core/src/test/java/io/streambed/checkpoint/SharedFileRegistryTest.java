package io.streambed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.snapshot.StreamHandle.Shared;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SharedFileRegistryTest {
  private static final Shared A = new Shared(new UUID(0, 1), 11, 100);
  private static final Shared B = new Shared(new UUID(0, 2), 12, 200);

  private final SharedFileRegistry registry = new SharedFileRegistry();

  private void begin(long checkpoint, Shared... uploaded) {
    registry.begin(checkpoint);
    for (Shared file : uploaded) {
      assertThat(registry.register(checkpoint, file)).isEmpty();
    }
  }

  @Test
  void chain_reusedFile_goesWithTheLastThatRefersToIt() {
    begin(1, A);
    assertThat(registry.confirm(1, List.of(A))).isEmpty();
    begin(2, B);
    assertThat(registry.reuse(2, A)).isTrue();
    assertThat(registry.confirm(2, List.of(A, B))).isEmpty();
    assertThat(registry.subsume(1)).isEmpty();
    assertThat(registry.isReferred(A.fileId())).isTrue();
    assertThat(registry.subsume(2)).containsExactlyInAnyOrder(A, B);
    assertThat(registry.isReferred(A.fileId())).isFalse();
  }

  @Test
  void confirm_filesNotReferredTo_areFreed() {
    begin(1, A, B);
    assertThat(registry.confirm(1, List.of(B))).containsExactly(A);
  }

  /** FLINK-24611, 25395: the next checkpoint reuses what an aborted one uploaded. */
  @Test
  void abort_afterUpload_nextOneUploadsAnew() {
    begin(1, A);
    begin(2);
    assertThat(registry.reuse(2, A)).as("not complete yet").isFalse();
    assertThat(registry.abort(1)).containsExactly(A);
    assertThat(registry.reuse(2, A)).as("aborted").isFalse();
    assertThat(registry.register(2, B)).isEmpty();
    assertThat(registry.confirm(2, List.of(B))).isEmpty();
  }

  /** FLINK-21351: a savepoint in between subsumes the checkpoint that the next one builds upon. */
  @Test
  void subsume_whileTheNextIsPending_keepsWhatThatOneReuses() {
    begin(1, A, B);
    registry.confirm(1, List.of(A, B));
    begin(2);
    assertThat(registry.reuse(2, A)).isTrue();
    begin(3);
    registry.confirm(3, List.of());
    assertThat(registry.subsume(1)).containsExactly(B);
    assertThat(registry.reuse(2, B)).as("gone meanwhile").isFalse();
    assertThat(registry.confirm(2, List.of(A))).isEmpty();
  }

  /** FLINK-29913: two at a time upload one local file; the older copy goes, the newer is used. */
  @Test
  void confirm_twoCopiesOfOneLocalFile_eachStandsForItself() {
    begin(1, A);
    begin(2, B);
    assertThat(registry.confirm(2, List.of(B))).isEmpty();
    assertThat(registry.confirm(1, List.of(A))).isEmpty();
    begin(3);
    assertThat(registry.reuse(3, A)).isTrue();
    assertThat(registry.subsume(1)).isEmpty();
    assertThat(registry.subsume(2)).containsExactly(B);
    assertThat(registry.confirm(3, List.of(A))).isEmpty();
  }

  /** FLINK-29095: another attempt writes a file of a name that is in use. */
  @Test
  void register_knownIdOrOtherContent_refused() {
    begin(1, A);
    registry.confirm(1, List.of(A));
    begin(2);
    Shared other = new Shared(A.fileId(), 99, A.length());
    assertThatThrownBy(() -> registry.register(2, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(A.fileId().toString());
    assertThat(registry.reuse(2, other)).isFalse();
    assertThat(registry.reuse(2, new Shared(A.fileId(), A.checksum(), 7))).isFalse();
    assertThat(registry.reuse(2, A)).isTrue();
  }

  @Test
  void reuse_sameIdWithTwoContents_allowsOneOfThem() {
    Shared other = new Shared(A.fileId(), 99, A.length());
    registry.restored(1, List.of(A));
    registry.restored(2, List.of(other));
    registry.begin(3);
    assertThat(registry.reuse(3, A)).isTrue();
    assertThat(registry.reuse(3, other)).isFalse();
    assertThat(registry.reuse(3, A)).isTrue();
    assertThat(registry.confirm(3, List.of(A))).isEmpty();
  }

  /** FLINK-26985: the files of the job that was restored from are deleted by another job. */
  @Test
  void reuse_filesOfAnotherJob_refusedAndNeverFreed() {
    begin(1);
    assertThat(registry.reuse(1, A)).isFalse();
    assertThatThrownBy(() -> registry.confirm(1, List.of(A)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(A.fileId().toString());
    registry.register(1, B);
    registry.confirm(1, List.of(B));
    assertThat(registry.subsume(1)).containsExactly(B);
  }

  @Test
  void restored_filesOfAnEarlierAttempt_areReusedAndFreed() {
    registry.restored(7, List.of(A, B));
    assertThatThrownBy(() -> begin(7)).isInstanceOf(IllegalArgumentException.class);
    begin(8);
    assertThat(registry.reuse(8, A)).isTrue();
    assertThat(registry.confirm(8, List.of(A))).isEmpty();
    assertThat(registry.subsume(7)).containsExactly(B);
  }

  @Test
  void lateEvents_ofAnEndedCheckpoint_changeNothing() {
    begin(1, A);
    assertThat(registry.abort(1)).containsExactly(A);
    assertThat(registry.register(1, B)).containsExactly(B);
    assertThat(registry.isReferred(B.fileId())).isFalse();
    assertThat(registry.abort(1)).isEmpty();
    assertThat(registry.subsume(1)).isEmpty();
    begin(2, B);
    registry.confirm(2, List.of(B));
    assertThat(registry.abort(2)).isEmpty();
    assertThat(registry.isReferred(B.fileId())).isTrue();
    assertThat(registry.reuse(1, B)).isFalse();
    assertThat(registry.subsume(2)).containsExactly(B);
    assertThat(registry.subsume(2)).isEmpty();
  }

  @Test
  void impossibleEvents_refusedWithTheCheckpointsId() {
    begin(3, A);
    assertThatThrownBy(() -> registry.begin(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("checkpoint 3");
    assertThatThrownBy(() -> registry.register(4, B))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("checkpoint 4");
    assertThatThrownBy(() -> registry.reuse(4, B)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> registry.abort(4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> registry.subsume(4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> registry.confirm(2, List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("checkpoint 2");
    assertThatThrownBy(() -> registry.subsume(3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("checkpoint 3");
    assertThatThrownBy(() -> registry.restored(3, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("checkpoint 3");
    assertThatThrownBy(() -> registry.confirm(3, List.of(A, B)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(registry.abort(3)).as("unchanged by all that").containsExactly(A);
  }
}
