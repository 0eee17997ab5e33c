package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streambed.backend.KeyedBackendOptions;
import io.streambed.backend.KeyedBackendOptions.Restored;
import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.StorageException;
import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures that take a process of their own to be made: a full disk, a lock of somebody else. */
class RocksProcessTest {
  private static final String JOB = "flights";
  private static final String OPERATOR = "delays";
  private static final int GROUPS = 8;
  private static final long CHECKPOINTED = 1_000;
  private static final ValueStateDescriptor<byte[]> BLOBS =
      new ValueStateDescriptor<>("blobs", Serializers.byteArrays());

  @TempDir Path directory;

  private static StateBackend backend(Path root, String databases) {
    RocksOptions options =
        RocksOptions.in(root.resolve(databases))
            .withMemoryBytes(256 << 20)
            .withNamed(Map.of("write_buffer_size", "" + (50 << 20)));
    return StateBackend.of(
        new RocksKeyedStoreFactory(new LocalFileSystem(), options),
        new FileCheckpointStorage(
            new LocalFileSystem(),
            FileStorageOptions.in(root.resolve("checkpoints")),
            UUID::randomUUID));
  }

  private static KeyedStateBackend<Long> keyed(StateBackend backend, Restored restored) {
    return backend.createKeyedStateBackend(
        new KeyedBackendOptions<>(
            new TaskInfo(JOB, OPERATOR, 0),
            Serializers.longs(),
            GROUPS,
            new KeyGroupRange(0, GROUPS - 1),
            List.of(BLOBS),
            restored));
  }

  /** What key has: bytes that do not compress. */
  private static byte[] blob(long key) {
    byte[] bytes = new byte[1_000];
    new SplittableRandom(key).nextBytes(bytes);
    return bytes;
  }

  private static List<String> java(Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  @Test
  void flush_diskFull_isToldAndTheLastCheckpointRestoresElsewhere() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "a shell limits the size of files");
    // The native library, which is unpacked into a file of 17 MB, fits; a write buffer's file of
    // 50 MB does not. A shell counts in units of 512 bytes, some in units of 1024.
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f 40000 && exec \"$@\"", "sh"));
    command.addAll(java(FillsTheDisk.class, directory));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    List<String> lines = output.lines().toList();
    assertThat(lines).as(output).hasSize(5);
    assertThat(lines.get(0)).isEqualTo("checkpoint 1");
    assertThat(lines.get(1))
        .startsWith("StorageException")
        .contains("blobs", directory.resolve("databases/streambed-rocksdb/db-0").toString())
        .containsIgnoringCase("file too large")
        .contains("last checkpoint");
    assertThat(lines.get(2)).startsWith("StorageException").contains("earlier failure");
    assertThat(lines.get(3)).startsWith("StorageException").contains("earlier failure");
    assertThat(lines.get(4)).isEqualTo("closed");
    expectCheckpoint();
  }

  private void expectCheckpoint() {
    StateBackend elsewhere = backend(directory, "elsewhere");
    try (ClaimedCheckpoints claim = elsewhere.checkpoints().claim(JOB)) {
      assertThat(claim.completed()).containsExactly(1L);
      OpenedCheckpoint opened = claim.latest().orElseThrow();
      List<KeyedStateHandle> handles =
          opened.metadata().operators().get(0).subtasks().get(0).keyed();
      try (KeyedStateBackend<Long> restored =
          keyed(elsewhere, new Restored(handles, opened.inputs(), RestoreProgress.NONE))) {
        ValueState<byte[]> blobs = restored.getState(BLOBS);
        for (long key = 0; key < CHECKPOINTED; key++) {
          restored.setCurrentKey(key);
          assertThat(blobs.value()).as("key %d", key).isEqualTo(blob(key));
        }
        assertThat(restored.entries()).isEqualTo(CHECKPOINTED);
      }
    }
  }

  /** Main of the child process: a checkpoint, then more state than its files may hold. */
  static final class FillsTheDisk {
    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
      StateBackend backend = backend(Path.of(arguments[0]), "databases");
      try (ClaimedCheckpoints claim = backend.checkpoints().claim(JOB);
          KeyedStateBackend<Long> keyed = keyed(backend, Restored.NOTHING)) {
        ValueState<byte[]> blobs = keyed.getState(BLOBS);
        for (long key = 0; key < CHECKPOINTED; key++) {
          put(keyed, blobs, key);
        }
        checkpoint(claim, keyed, 1);
        System.out.println("checkpoint 1");
        told(
            () -> {
              for (long key = CHECKPOINTED; key < 500_000; key++) {
                put(keyed, blobs, key);
              }
            });
        told(blobs::value);
        told(() -> checkpoint(claim, keyed, 2));
      }
      System.out.println("closed");
    }

    private static void put(KeyedStateBackend<Long> keyed, ValueState<byte[]> blobs, long key) {
      keyed.setCurrentKey(key);
      blobs.update(blob(key));
    }

    private static void checkpoint(
        ClaimedCheckpoints claim, KeyedStateBackend<Long> keyed, long id) {
      CheckpointWriter writer = claim.begin(id, SnapshotType.CHECKPOINT);
      RunnableFuture<KeyedStateHandle> snapshot =
          keyed.snapshot(id, writer, SnapshotOptions.checkpoint(Compression.NONE));
      snapshot.run();
      try {
        SubtaskState state = new SubtaskState(List.of(snapshot.get()), List.of());
        writer.commit(
            0, List.of(new OperatorSnapshot(OPERATOR, 1, GROUPS, List.of(state))), Set.of());
      } catch (InterruptedException | ExecutionException e) {
        throw new AssertionError(e);
      }
    }

    private static void told(Runnable use) {
      try {
        use.run();
        System.out.println("no failure");
      } catch (StorageException e) {
        System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
      }
    }
  }

  @Test
  void create_directoryOfAnotherProcess_isRefusedUntilThatEnds() throws Exception {
    Path databases = directory.resolve("databases");
    RocksKeyedStoreFactory mine =
        new RocksKeyedStoreFactory(new LocalFileSystem(), RocksOptions.in(databases));
    Process process = new ProcessBuilder(java(HoldsTheDirectory.class, databases)).start();
    try {
      assertThat(process.getInputStream().read()).isEqualTo('o');
      assertThatThrownBy(
              () ->
                  mine.create(StoreContext.alone(Serializers.longs(), 1, new KeyGroupRange(0, 0))))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(databases.toString())
          .hasMessageContaining("in use")
          .hasMessageContaining("a directory of its own");
      assertThat(mine.openNativeHandles()).isZero();
      assertThat(databases.resolve("streambed-rocksdb/db-0"))
          .as("the other's database")
          .isDirectory();
    } finally {
      // Killed, as processes are: what it leaves is in nobody's way.
      process.destroyForcibly().waitFor();
    }
    mine.create(StoreContext.alone(Serializers.longs(), 1, new KeyGroupRange(0, 0))).close();
    assertThat(mine.openNativeHandles()).isZero();
    assertThat(databases.resolve("streambed-rocksdb/db-0")).doesNotExist();
  }

  /** Main of the child process: opens a store, says so, and waits to be killed. */
  static final class HoldsTheDirectory {
    public static void main(String[] arguments) throws IOException {
      RocksKeyedStoreFactory factory =
          new RocksKeyedStoreFactory(new LocalFileSystem(), RocksOptions.in(Path.of(arguments[0])));
      factory.create(StoreContext.alone(Serializers.longs(), 1, new KeyGroupRange(0, 0)));
      System.out.print('o');
      System.out.flush();
      System.in.read();
    }
  }
}
