package io.streambed.checkpoint;

import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/** Handles for tests. */
final class Handles {
  private Handles() {}

  static Supplier<UUID> ids(long seed) {
    Random random = new Random(seed);
    return () -> new UUID(random.nextLong(), random.nextLong());
  }

  static KeyedStateHandle keyed(int first, int last) {
    UUID id = new UUID(first, last);
    return new KeyedStateHandle.Container(
        new KeyGroupRange(first, last), new StreamHandle.InFile(id, 7, "keyed-" + id, 123));
  }

  static OperatorStateHandle operator(String state, StateKind kind, long elements) {
    UUID id = new UUID(state.hashCode(), elements);
    return new OperatorStateHandle(
        List.of(new OperatorStateHandle.Part(state, kind, elements)),
        new StreamHandle.Inline(id, 9, new byte[] {1, 2, 3}));
  }

  static OperatorSnapshot snapshot(int maxParallelism, SubtaskState... subtasks) {
    return new OperatorSnapshot("totals", subtasks.length, maxParallelism, List.of(subtasks));
  }

  static StreamHandle write(CheckpointWriter writer, byte[] content) throws IOException {
    try (SnapshotOutput out = writer.create("keyed")) {
      out.write(content);
      return out.finish(checksum(content));
    }
  }

  static StreamHandle.Shared share(CheckpointWriter writer, byte[] content) throws IOException {
    return share(writer.shared()::create, content);
  }

  /** Writes a file of a checkpoint or of a staging. */
  static StreamHandle.Shared share(SnapshotStreams files, byte[] content) throws IOException {
    try (SnapshotOutput out = files.create("table")) {
      out.write(content);
      return (StreamHandle.Shared) out.finish(checksum(content));
    }
  }

  static int checksum(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }

  static byte[] bytes(int length, long seed) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  static List<OperatorSnapshot> operators(StreamHandle handle) {
    KeyedStateHandle keyed = new KeyedStateHandle.Container(new KeyGroupRange(0, 7), handle);
    return List.of(snapshot(8, new SubtaskState(List.of(keyed), List.of())));
  }

  static List<OperatorSnapshot> operators(StreamHandle manifest, List<StreamHandle.Shared> files) {
    KeyedStateHandle keyed =
        new KeyedStateHandle.Incremental(new KeyGroupRange(0, 7), "tables", manifest, files);
    return List.of(snapshot(8, new SubtaskState(List.of(keyed), List.of())));
  }
}
