package io.streambed.flink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.error.StreambedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.checkpoint.SnapshotType;
import org.apache.flink.runtime.state.BackendBuildingException;
import org.apache.flink.runtime.state.CheckpointStorageLocationReference;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.filesystem.FsCheckpointStreamFactory;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damage to the files that Streambed wrote for Flink, restored the way Flink does it: every bit
 * flipped, every length, files in each other's place. Each is either noticed, with one typed error,
 * or harmless: what is restored equals what was written.
 */
class HandleDamageTest {
  private static final KeyGroupRange ALL = KeyGroupRange.of(0, BackendRig.KEY_GROUPS - 1);

  @TempDir private Path directory;

  /** Counts of what became of the mutations. */
  private int trials;

  private int noticed;
  private int harmless;

  private KeyGroupsStateHandle write(BackendRig rig, int seed, SnapshotType type) throws Exception {
    try (CheckpointableKeyedStateBackend<String> backend = rig.create(ALL)) {
      BackendRig.fill(backend, seed);
      var root = org.apache.flink.core.fs.Path.fromLocalFile(directory.toFile());
      var streams = new FsCheckpointStreamFactory(root.getFileSystem(), root, root, 0, 4096);
      var options = new CheckpointOptions(type, CheckpointStorageLocationReference.getDefault());
      KeyedStateHandle handle =
          BackendRig.snapshot(backend, streams, options).getJobManagerOwnedSnapshot();
      assertThat(((KeyGroupsStateHandle) handle).getDelegateStateHandle())
          .isInstanceOf(FileStateHandle.class);
      return (KeyGroupsStateHandle) handle;
    }
  }

  private static byte[] content(KeyGroupsStateHandle handle) throws IOException {
    return Files.readAllBytes(
        Path.of(((FileStateHandle) handle.getDelegateStateHandle()).getFilePath().toUri()));
  }

  private static KeyGroupsStateHandle over(KeyGroupsStateHandle handle, StreamStateHandle stream) {
    return KeyGroupsStateHandle.restore(
        handle.getGroupRangeOffsets(), stream, handle.getStateHandleId());
  }

  private static KeyGroupsStateHandle over(KeyGroupsStateHandle handle, byte[] bytes) {
    return over(handle, new ByteStreamStateHandle("damaged", bytes));
  }

  private void restore(
      BackendRig rig, KeyGroupsStateHandle handle, List<String> written, String mutation)
      throws Exception {
    trials++;
    try (CheckpointableKeyedStateBackend<String> backend = rig.create(ALL, handle)) {
      assertThat(BackendRig.dump(backend)).as(mutation).isEqualTo(written);
      harmless++;
    } catch (BackendBuildingException e) {
      assertThat(e).as(mutation).hasMessageContaining("operator-7");
      assertThat(e.getCause())
          .as(mutation)
          .isInstanceOfAny(StreambedException.class, IOException.class);
      noticed++;
    }
  }

  @ParameterizedTest
  @CsvSource({"false,checkpoint", "true,checkpoint", "false,savepoint"})
  void restore_everyBitAndLength_isNoticedOrHarmless(boolean compressed, String type)
      throws Exception {
    try (BackendRig rig = new BackendRig()) {
      if (compressed) {
        rig.useCompression();
      }
      KeyGroupsStateHandle handle =
          write(
              rig,
              3,
              type.equals("savepoint")
                  ? SavepointType.savepoint(SavepointFormatType.NATIVE)
                  : CheckpointType.CHECKPOINT);
      List<String> written;
      try (CheckpointableKeyedStateBackend<String> backend = rig.create(ALL, handle)) {
        written = BackendRig.dump(backend);
      }
      Set<String> states = new HashSet<>();
      written.forEach(line -> states.add(line.substring(0, line.indexOf(' '))));
      assertThat(states)
          .containsExactlyInAnyOrder("value", "list", "map", "reducing", "aggregating", "timers");
      byte[] bytes = content(handle);
      for (int bit = 0; bit < 8 * bytes.length; bit++) {
        byte[] flipped = bytes.clone();
        flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
        restore(rig, over(handle, flipped), written, "bit " + bit);
      }
      for (int length = 0; length < bytes.length; length++) {
        restore(rig, over(handle, Arrays.copyOf(bytes, length)), written, "length " + length);
      }
      assertThat(harmless).as("mutations that changed nothing").isLessThan(trials / 100);
      System.out.printf(
          "Damage in Flink (%s, compressed %s): %d bytes, %d trials, %d noticed, %d harmless,"
              + " silently wrong 0%n",
          type, compressed, bytes.length, trials, noticed, harmless);
    }
  }

  @Test
  void restore_fileShorterThanFlinkRemembers_isNoticed() throws Exception {
    try (BackendRig rig = new BackendRig()) {
      KeyGroupsStateHandle handle = write(rig, 3, CheckpointType.CHECKPOINT);
      FileStateHandle file = (FileStateHandle) handle.getDelegateStateHandle();
      byte[] bytes = content(handle);
      for (int length = 0; length < bytes.length; length += 7) {
        Files.write(Path.of(file.getFilePath().toUri()), Arrays.copyOf(bytes, length));
        restore(rig, over(handle, file), List.of(), "length " + length);
      }
      Files.delete(Path.of(file.getFilePath().toUri()));
      restore(rig, over(handle, file), List.of(), "missing");
      assertThat(noticed).isEqualTo(trials);
    }
  }

  @Test
  void restore_fileOfAnotherSnapshotInItsPlace_isNoticed() throws Exception {
    try (BackendRig rig = new BackendRig()) {
      KeyGroupsStateHandle one = write(rig, 3, CheckpointType.CHECKPOINT);
      KeyGroupsStateHandle other = write(rig, 4, CheckpointType.CHECKPOINT);
      assertThat(content(one)).hasSameSizeAs(content(other));
      restore(rig, over(one, other.getDelegateStateHandle()), List.of(), "swapped");
      assertThat(noticed).isEqualTo(1);
    }
  }
}
