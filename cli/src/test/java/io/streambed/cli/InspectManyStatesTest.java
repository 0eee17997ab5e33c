package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.cli.Cli.Result;
import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.rocksdb.RocksKeyedStoreFactory;
import io.streambed.rocksdb.RocksOptions;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RunnableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inspect} on a checkpoint of so many states that some of them share files. */
class InspectManyStatesTest {
  private static final int STATES = 40;

  @TempDir Path directory;

  @Test
  void inspect_statesThatShareFiles_showsTheirFilesOnce() throws Exception {
    String written = checkpoint();
    Result result = Cli.call("inspect", written).succeeds();
    assertThat(result.out())
        .containsPattern("state-0 +value +1 +[0-9.]+ KiB +1")
        .containsPattern("state-39 +value +0 +0 B")
        .containsPattern("\\(states that share files\\) +shared +8 +[0-9.]+ KiB +1")
        .containsPattern("total +" + STATES + " +[0-9.]+ KiB +[1-9]")
        .contains("of which only the sum is known");
    assertThat(Cli.call("inspect", written, "--verify").succeeds().out())
        .contains("33 of the streams are shared files");
  }

  private String checkpoint() throws Exception {
    LocalFileSystem files = new LocalFileSystem();
    FileCheckpointStorage storage =
        new FileCheckpointStorage(
            files,
            FileStorageOptions.in(directory.resolve("checkpoints")).withSmallFileThresholdBytes(0),
            UUID::randomUUID);
    RocksKeyedStoreFactory factory =
        new RocksKeyedStoreFactory(files, RocksOptions.in(directory.resolve("databases")));
    try (ClaimedCheckpoints claim = storage.claim("many");
        KeyedStateBackend<Long> backend =
            new KeyedStateBackend<>(
                factory.create(StoreContext.alone(Serializers.longs(), 4, new KeyGroupRange(0, 3))),
                new TaskInfo("many", "operator", 0))) {
      backend.setCurrentKey(1L);
      for (int i = 0; i < STATES; i++) {
        backend.getState(new ValueStateDescriptor<>("state-" + i, Serializers.ints())).update(i);
      }
      CheckpointWriter writer = claim.begin(1, SnapshotType.CHECKPOINT);
      RunnableFuture<KeyedStateHandle> snapshot =
          backend.snapshot(1, writer, SnapshotOptions.checkpoint(Compression.NONE));
      snapshot.run();
      SubtaskState state = new SubtaskState(List.of(snapshot.get()), List.of());
      writer.commit(1, List.of(new OperatorSnapshot("operator", 1, 4, List.of(state))), Set.of());
      return writer.location();
    }
  }
}
