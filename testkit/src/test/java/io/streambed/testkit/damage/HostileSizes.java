package io.streambed.testkit.damage;

import io.streambed.backend.StateBackend;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.StreambedException;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Restores files whose checksums are right and whose lengths and counts are an enemy's. Each must
 * end in one typed error that names file or state, and in little memory.
 */
public final class HostileSizes {
  private static final Path ROOT = Path.of("/checkpoints/job");
  private static final long MAX_ALLOCATED_BYTES = 24L << 20;

  private int failures;

  private HostileSizes() {}

  /** Runs all; the exit code is 0 if none failed. */
  public static void main(String[] arguments) {
    HostileSizes sizes = new HostileSizes();
    HostileFiles.all().forEach(sizes::trial);
    System.out.printf("in a heap of %d MiB%n", Runtime.getRuntime().maxMemory() >> 20);
    System.out.println("failures: " + sizes.failures);
    System.exit(sizes.failures == 0 ? 0 : 1);
  }

  private void trial(HostileFiles.Hostile hostile) {
    long before = allocated();
    String outcome;
    boolean good = false;
    try {
      restore(hostile);
      outcome = "restored";
    } catch (StreambedException e) {
      outcome = e.getClass().getSimpleName() + ": " + e.getMessage();
      good = outcome.contains(ROOT.toString()) || outcome.contains("state \"");
    } catch (IOException | RuntimeException | Error e) {
      outcome = e.toString();
    }
    long bytes = allocated() - before;
    good &= bytes < MAX_ALLOCATED_BYTES;
    failures += good ? 0 : 1;
    System.out.printf(
        "%-6s %-55s %6d KiB  %s%n",
        good ? "ok" : "FAILED",
        hostile.role() + " " + hostile.name(),
        bytes >> 10,
        outcome.substring(0, Math.min(150, outcome.length())));
  }

  private static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private static void restore(HostileFiles.Hostile hostile) throws IOException {
    MemoryFiles files = new MemoryFiles();
    Random random = new Random(1);
    Supplier<UUID> ids = () -> new UUID(random.nextLong(), random.nextLong());
    FileStorageOptions options = FileStorageOptions.in(ROOT).withSmallFileThresholdBytes(0);
    StateBackend state =
        StateBackend.of(
            new HeapKeyedStoreFactory(), new FileCheckpointStorage(files, options, ids));
    Path open = ROOT;
    switch (hostile.role()) {
      case LIST -> {
        files.createDirectories(ROOT);
        files.damage(ROOT.resolve("_checkpoints"), hostile.craft().apply(ids.get()));
      }
      case METADATA -> {
        open = ROOT.resolve("chk-1-1");
        files.createDirectories(open);
        files.damage(open.resolve("_metadata"), hostile.craft().apply(ids.get()));
      }
      default -> commit(state, hostile);
    }
    var opened = FileCheckpointStorage.open(files, open);
    try (SampleJob job = new SampleJob(state, Optional.of(opened), 1)) {
      job.drainToText();
    }
  }

  /** A checkpoint that is whole but for what is in its one container. */
  private static void commit(StateBackend state, HostileFiles.Hostile hostile) throws IOException {
    try (ClaimedCheckpoints claim = state.checkpoints().claim("sample")) {
      CheckpointWriter writer = claim.begin(1, SnapshotType.CHECKPOINT);
      StreamHandle data;
      try (SnapshotOutput out = writer.create("hostile")) {
        byte[] content = hostile.craft().apply(out.fileId());
        out.write(content);
        data = out.finish(Craft.crc(ByteView.of(content)));
      }
      List<OperatorSnapshot> operators = new ArrayList<>();
      if (hostile.role() == HostileFiles.Role.KEYED) {
        KeyedStateHandle keyed = new KeyedStateHandle.Container(new KeyGroupRange(0, 7), data);
        operators.add(snapshot(SampleJob.KEYED, new SubtaskState(List.of(keyed), List.of())));
      } else {
        var parts =
            List.of(
                new OperatorStateHandle.Part("offsets", StateKind.SPLIT_LIST, hostile.elements()));
        OperatorStateHandle operator = new OperatorStateHandle(parts, data);
        operators.add(snapshot(SampleJob.SOURCE, new SubtaskState(List.of(), List.of(operator))));
      }
      writer.commit(1_000, operators, Set.of());
    }
  }

  private static OperatorSnapshot snapshot(String operatorId, SubtaskState subtask) {
    return new OperatorSnapshot(operatorId, 1, 8, List.of(subtask));
  }

  /** Bytes with their length before them, as one varint says it and another may not. */
  static ByteWriter sized(ByteWriter out, int claimed, byte... bytes) {
    out.writeVarInt(claimed);
    out.writeBytes(bytes);
    return out;
  }
}
