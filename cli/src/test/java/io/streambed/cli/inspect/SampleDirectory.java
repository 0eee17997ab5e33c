package io.streambed.cli.inspect;

import io.streambed.backend.KeyedBackendOptions;
import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A directory with checkpoints of a small job, all of which are kept, and with its savepoints: some
 * streams are files, others are in the metadata.
 */
public final class SampleDirectory {
  private static final ValueStateDescriptor<Long> COUNT =
      new ValueStateDescriptor<>("count", Serializers.longs());
  private static final ListStateDescriptor<Long> OFFSETS =
      new ListStateDescriptor<>("offsets", Serializers.longs());
  private static final int KEYS = 60;
  private static final int THRESHOLD_BYTES = 200;

  private final StateBackend backend;

  /** Of a job that keeps its state in such a store. */
  public SampleDirectory(Path root, KeyedStoreFactory store) {
    FileStorageOptions options =
        FileStorageOptions.in(root)
            .withSavepointRoot(root)
            .withSmallFileThresholdBytes(THRESHOLD_BYTES);
    backend =
        StateBackend.of(
            store, new FileCheckpointStorage(new LocalFileSystem(), options, UUID::randomUUID));
  }

  /** Holds the directory as the job does. */
  public ClaimedCheckpoints claim() {
    return backend.checkpoints().claim("counts");
  }

  /** Takes these, one after the other, with ids from 1, by one attempt of the job. */
  public SampleDirectory take(SnapshotType... types) {
    try (ClaimedCheckpoints claim = claim();
        var state =
            backend.createKeyedStateBackend(
                KeyedBackendOptions.of("counts", Serializers.strings()));
        OperatorStateBackend operator = new OperatorStateBackend(0, 1)) {
      long id = 0;
      for (SnapshotType type : types) {
        id++;
        for (int i = 0; i < KEYS; i++) {
          state.setCurrentKey("key " + i);
          state.getState(COUNT).update(id * i);
        }
        operator.getListState(OFFSETS).add(id);
        CheckpointWriter writer = claim.begin(id, type);
        SnapshotOptions options =
            type == SnapshotType.SAVEPOINT
                ? SnapshotOptions.savepoint(Compression.DEFLATE)
                : SnapshotOptions.checkpoint(Compression.NONE);
        var keyed = state.snapshot(id, writer, options);
        keyed.run();
        var offsets = operator.snapshot(id, writer, options);
        offsets.run();
        var subtask = new SubtaskState(List.of(keyed.get()), List.of(offsets.get()));
        writer.commit(
            id,
            List.of(new OperatorSnapshot("counts", 1, state.maxParallelism(), List.of(subtask))),
            Set.copyOf(new HashSet<>(claim.completed())));
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return this;
  }
}
