package io.streambed.fuzz;

import io.streambed.bytes.ByteWriter;
import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.RescalePlanner;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.FileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** A checkpoint's {@code _metadata}, opened, its streams asked for, and dealt out to subtasks. */
final class MetadataTarget implements FuzzTarget {
  private static final Path DIRECTORY = Path.of("/fuzzed/savepoint-1");
  private static final UUID ID = new UUID(0x5EED, 8);
  private static final int MOST_KEY_GROUPS = 1 << 10;

  @Override
  public List<byte[]> seeds() throws IOException {
    StreamHandle file = new StreamHandle.InFile(new UUID(1, 2), 3, "keyed-0-x.data", 4);
    StreamHandle inline = new StreamHandle.Inline(new UUID(3, 4), 5, new byte[] {6, 7});
    StreamHandle.Shared shared = new StreamHandle.Shared(new UUID(5, 6), 7, 8);
    KeyGroupRange range = new KeyGroupRange(0, 7);
    var parts = List.of(new OperatorStateHandle.Part("offsets", StateKind.SPLIT_LIST, 9));
    return List.of(
        seed(2, new KeyedStateHandle.Container(range, file), null),
        seed(2, null, new OperatorStateHandle(parts, inline)),
        seed(
            2,
            new KeyedStateHandle.Incremental(range, "rocksdb", inline, List.of(shared)),
            new OperatorStateHandle(parts, file)),
        seed(1, null, null));
  }

  private static byte[] seed(int version, KeyedStateHandle keyed, OperatorStateHandle operator) {
    ByteWriter subtask = new ByteWriter();
    subtask.writeVarInt(keyed == null ? 0 : 1);
    if (keyed != null) {
      keyed.write(subtask);
    }
    subtask.writeVarInt(operator == null ? 0 : 1);
    if (operator != null) {
      operator.write(subtask);
    }
    ByteWriter footer = new ByteWriter();
    footer.writeText("job");
    footer.writeLong(1);
    footer.writeLong(2);
    footer.writeVarLong(3);
    footer.writeLong(1_000);
    footer.writeByte(2);
    footer.writeVarLong(1);
    footer.writeVarInt(1);
    footer.writeText("operator");
    footer.writeVarInt(1);
    footer.writeVarInt(8);
    var block = new FramedFile.Block(1, 0, subtask.toByteArray());
    return new FramedFile(version, false, List.of(block), footer.toByteArray()).toInput();
  }

  @Override
  public void run(byte[] input) throws IOException {
    byte[] file = FramedFile.of(input).write("META", ID);
    FileSystem files = MemoryDisk.with(DIRECTORY.resolve("_metadata"), file);
    CheckpointMetadata[] metadata = {null};
    Trial.naming(
        DIRECTORY.toString(),
        () -> {
          OpenedCheckpoint opened = FileCheckpointStorage.open(files, DIRECTORY);
          metadata[0] = opened.metadata();
          for (OperatorSnapshot operator : opened.metadata().operators()) {
            operator.subtasks().stream()
                .flatMap(SubtaskState::streams)
                .forEach(MetadataTarget::expectInside);
          }
        });
    for (OperatorSnapshot operator : metadata[0].operators()) {
      int groups = operator.maxParallelism();
      if (groups <= MOST_KEY_GROUPS) {
        RescalePlanner.plan(operator, 1, groups);
        RescalePlanner.plan(operator, Math.min(3, groups), groups);
      }
    }
  }

  /** A name of a file leads out of the checkpoint's directory on no system. */
  private static void expectInside(StreamHandle handle) {
    if (handle instanceof StreamHandle.InFile file
        && (file.name().matches("(?s).*[/\\\\:\0].*") || file.name().matches("\\.{0,2}"))) {
      throw new AssertionError("a checkpoint with a file named \"" + file.name() + "\"");
    }
  }
}
