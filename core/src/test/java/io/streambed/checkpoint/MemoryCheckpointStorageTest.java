package io.streambed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.FencedException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.LimitExceededException;
import io.streambed.error.StorageException;
import io.streambed.file.FileInput;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryCheckpointStorageTest {
  private final MemoryCheckpointStorage storage =
      new MemoryCheckpointStorage(1_000, Handles.ids(1));

  private static String take(ClaimedCheckpoints claim, long id, SnapshotType type, Long... retain)
      throws IOException {
    CheckpointWriter writer = claim.begin(id, type);
    StreamHandle handle = Handles.write(writer, Handles.bytes(100, id));
    writer.commit(id, Handles.operators(handle), Set.of(retain));
    return writer.location();
  }

  private static void verify(OpenedCheckpoint opened, long id) throws IOException {
    assertThat(opened.metadata().checkpointId()).isEqualTo(id);
    StreamHandle handle =
        opened.metadata().operators().get(0).subtasks().get(0).streams().findFirst().orElseThrow();
    try (FileInput in = opened.inputs().open(handle)) {
      byte[] content = new byte[100];
      in.readFully(0, content, 0, 100);
      assertThat(content).isEqualTo(Handles.bytes(100, id));
    }
  }

  @Test
  void commit_retainsAndSurvivesTheAttempt() throws IOException {
    try (ClaimedCheckpoints claim = storage.claim("flights")) {
      take(claim, 1, SnapshotType.CHECKPOINT);
      take(claim, 2, SnapshotType.CHECKPOINT, 1L);
      take(claim, 3, SnapshotType.CHECKPOINT, 2L);
      assertThat(claim.completed()).containsExactly(2L, 3L);
      assertThat(claim.attempt()).isEqualTo(1);
    }
    try (ClaimedCheckpoints claim = storage.claim("flights")) {
      assertThat(claim.attempt()).isEqualTo(2);
      verify(claim.latest().orElseThrow(), 3);
    }
  }

  @Test
  void savepoint_opensByLocationAndIsNotLatest() throws IOException {
    try (ClaimedCheckpoints claim = storage.claim("flights")) {
      take(claim, 1, SnapshotType.CHECKPOINT);
      String location = take(claim, 2, SnapshotType.SAVEPOINT);
      take(claim, 3, SnapshotType.CHECKPOINT);
      verify(storage.open(location), 2);
      assertThat(claim.completed()).containsExactly(3L);
    }
  }

  @Test
  void open_unknownLocation_namesIt() {
    assertThatThrownBy(() -> storage.open("memory:chk-9-9"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("memory:chk-9-9");
  }

  @Test
  void claim_heldOrOfAnotherJob_refused() {
    ClaimedCheckpoints claim = storage.claim("flights");
    assertThatThrownBy(() -> storage.claim("flights")).isInstanceOf(FencedException.class);
    claim.close();
    assertThatThrownBy(() -> storage.claim("trains"))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("checkpoints of job \"flights\"");
    assertThatThrownBy(() -> claim.begin(1, SnapshotType.CHECKPOINT))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void write_beyondLimit_namesLimitOptionAndAlternative() throws IOException {
    ClaimedCheckpoints claim = storage.claim("flights");
    try (SnapshotOutput out = claim.begin(1, SnapshotType.CHECKPOINT).create("keyed")) {
      out.write(new byte[1_000]);
      assertThatThrownBy(() -> out.write(1))
          .isInstanceOf(LimitExceededException.class)
          .hasMessageContaining("1001")
          .hasMessageContaining("the limit is 1000")
          .hasMessageContaining("maxStateBytes")
          .hasMessageContaining("FileCheckpointStorage");
    }
  }
}
