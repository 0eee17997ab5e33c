package io.streambed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.snapshot.StreamHandle.Shared;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
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

  /** The next checkpoint reuses what an aborted one uploaded. */
  @Test
  @Tag("FLINK-24611")
  @Tag("FLINK-25395")
  void abort_afterUpload_nextOneTakesTheFileOn() {
    begin(1, A);
    begin(2);
    assertThat(registry.abort(1)).isEmpty();
    assertThat(registry.reuse(2, A)).isTrue();
    assertThat(registry.confirm(2, List.of(A))).isEmpty();
    assertThat(registry.subsume(2)).containsExactly(A);
  }

  @Test
  void reuse_ofAPendingOneThatIsThenAborted_keepsTheFile() {
    begin(1, A, B);
    begin(2);
    assertThat(registry.reuse(2, A)).isTrue();
    assertThat(registry.abort(1)).isEmpty();
    assertThat(registry.confirm(2, List.of(A)))
        .as("left behind and not taken on")
        .containsExactly(B);
    assertThat(registry.reuse(2, B)).isFalse();
    assertThat(registry.subsume(2)).containsExactly(A);
  }

  @Test
  void abort_whenALaterOneIsComplete_leavesNothingBehind() {
    begin(1, A);
    begin(2, B);
    assertThat(registry.confirm(2, List.of(B))).isEmpty();
    assertThat(registry.abort(1)).containsExactly(A);
  }

  @Test
  void abort_laterThanTheOneThatCompletes_leavesItsFilesBehind() {
    begin(1, A);
    begin(2, B);
    assertThat(registry.abort(2)).isEmpty();
    assertThat(registry.confirm(1, List.of(A))).isEmpty();
    begin(3);
    assertThat(registry.reuse(3, B)).isTrue();
    assertThat(registry.confirm(3, List.of(B))).isEmpty();
  }

  @Test
  void abort_ofMany_onlyWhatTheLastOnesHeldIsKept() {
    begin(1, A, B);
    registry.abort(1);
    for (long id = 2; id <= SharedFileRegistry.ABORTED_KEPT; id++) {
      begin(id);
      assertThat(registry.abort(id)).as("it held nothing").isEmpty();
    }
    Shared[] others = new Shared[SharedFileRegistry.ABORTED_KEPT];
    for (int i = 0; i < others.length; i++) {
      others[i] = new Shared(new UUID(1, i), 1, 1);
      begin(10 + i, others[i]);
      assertThat(registry.reuse(10 + i, B)).isTrue();
      List<Shared> freed = registry.abort(10 + i);
      assertThat(freed).isEqualTo(i < others.length - 1 ? List.of() : List.of(A));
    }
    assertThat(registry.end()).hasSize(others.length + 1).contains(others).contains(B);
  }

  @Test
  void stage_fileThatACheckpointAdopts_outlivesTheStaging() {
    long staging = registry.openStaging();
    assertThat(registry.stage(staging, A)).isEmpty();
    assertThat(registry.stage(staging, B)).isEmpty();
    begin(1);
    assertThat(registry.reuse(1, A)).isTrue();
    assertThat(registry.confirm(1, List.of(A))).isEmpty();
    assertThat(registry.release(staging)).containsExactly(B);
    assertThat(registry.release(staging)).isEmpty();
    begin(2);
    assertThat(registry.reuse(2, B)).as("it is gone").isFalse();
    assertThat(registry.stage(staging, B)).as("too late").containsExactly(B);
    assertThat(registry.subsume(1)).containsExactly(A);
  }

  @Test
  void stage_adoptedByAnAbortedCheckpoint_isStillStaged() {
    long staging = registry.openStaging();
    registry.stage(staging, A);
    begin(1);
    assertThat(registry.reuse(1, A)).isTrue();
    registry.abort(1);
    begin(2);
    assertThat(registry.confirm(2, List.of())).isEmpty();
    assertThat(registry.release(staging, B)).as("not staged").isEmpty();
    assertThat(registry.release(staging, A)).containsExactly(A);
    assertThat(registry.release(staging, A)).isEmpty();
    assertThatThrownBy(() -> registry.stage(staging + 1, A))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void lease_ofASubsumedCheckpoint_keepsItsFilesUntilReleased() {
    begin(1, A, B);
    registry.confirm(1, List.of(A, B));
    long lease = registry.lease(1).orElseThrow();
    long second = registry.lease(1).orElseThrow();
    begin(2);
    assertThat(registry.reuse(2, A)).isTrue();
    assertThat(registry.confirm(2, List.of(A))).isEmpty();
    assertThat(registry.subsume(1)).isEmpty();
    assertThat(registry.release(lease)).isEmpty();
    assertThat(registry.release(lease)).isEmpty();
    assertThat(registry.release(second)).containsExactly(B);
  }

  @Test
  void lease_ofOneThatIsNotComplete_none() {
    begin(1, A);
    assertThat(registry.lease(1)).as("pending").isEmpty();
    registry.abort(1);
    assertThat(registry.lease(1)).as("aborted").isEmpty();
    registry.restored(7, List.of(B));
    assertThat(registry.subsume(7)).containsExactly(B);
    assertThat(registry.lease(7)).as("subsumed").isEmpty();
  }

  @Test
  void end_withStagedLeasedAndLeftBehind_freesWhatNoCheckpointHolds() {
    begin(1, A);
    registry.confirm(1, List.of(A));
    registry.lease(1);
    begin(2, B);
    registry.abort(2);
    Shared staged = new Shared(new UUID(0, 3), 13, 300);
    registry.stage(registry.openStaging(), staged);
    assertThat(registry.end()).containsExactlyInAnyOrder(B, staged);
    assertThat(registry.end()).isEmpty();
  }

  /** A savepoint in between subsumes the checkpoint that the next one builds upon. */
  @Test
  @Tag("FLINK-21351")
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

  /** Two at a time upload one local file; the older copy goes, the newer is used. */
  @Test
  @Tag("FLINK-29913")
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

  /** Another attempt writes a file of a name that is in use. */
  @Test
  @Tag("FLINK-29095")
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

  /** The files of the job that was restored from are deleted by another job. */
  @Test
  @Tag("FLINK-26985")
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
  @Tag("FLINK-30461")
  void lateEvents_ofAnEndedCheckpoint_changeNothing() {
    begin(1, A);
    assertThat(registry.abort(1)).isEmpty();
    assertThat(registry.register(1, B)).containsExactly(B);
    assertThat(registry.isReferred(B.fileId())).isFalse();
    assertThat(registry.abort(1)).isEmpty();
    assertThat(registry.subsume(1)).isEmpty();
    begin(2, B);
    assertThat(registry.confirm(2, List.of(B))).containsExactly(A);
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
    assertThat(registry.confirm(3, List.of(A))).as("unchanged by all that").isEmpty();
  }
}
