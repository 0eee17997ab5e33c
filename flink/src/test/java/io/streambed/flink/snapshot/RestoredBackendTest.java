package io.streambed.flink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataInputStreamWrapper;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.BackendBuildingException;
import org.apache.flink.runtime.state.CheckpointStorageLocationReference;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupsSavepointStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SavepointKeyedStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.streaming.api.operators.StreamOperatorStateHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend does with state that came from a snapshot. */
class RestoredBackendTest {
  private static final KeyGroupRange ALL = KeyGroupRange.of(0, BackendRig.KEY_GROUPS - 1);
  private static final CheckpointOptions CHECKPOINT =
      CheckpointOptions.forCheckpointWithDefaultLocation();

  private final CheckpointStreamFactory streams = new MemCheckpointStreamFactory(1 << 20);

  private KeyedStateHandle written(BackendRig rig) throws Exception {
    try (CheckpointableKeyedStateBackend<String> backend = rig.create(ALL)) {
      BackendRig.fill(backend, 5);
      return BackendRig.snapshot(backend, streams, CHECKPOINT).getJobManagerOwnedSnapshot();
    }
  }

  @Test
  void getKeys_beforeTheJobDeclaresTheState_leavesItFreeToMigrate() throws Exception {
    try (BackendRig rig = new BackendRig();
        CheckpointableKeyedStateBackend<String> backend = rig.create(ALL, written(rig))) {
      assertThat(backend.getKeys("value", VoidNamespace.INSTANCE)).hasSize(12).contains("key4");
      assertThat(backend.getKeys("never written", VoidNamespace.INSTANCE)).isEmpty();
      ValueStateDescriptor<Long> withTtl = new ValueStateDescriptor<>("value", Types.LONG);
      withTtl.enableTimeToLive(StateTtlConfig.newBuilder(Duration.ofDays(1)).build());
      backend.setCurrentKey("key4");
      assertThat(
              backend
                  .getPartitionedState(
                      VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, withTtl)
                  .value())
          .isEqualTo(20);
    }
  }

  @Test
  void snapshot_ofStatesThatNobodyDeclared_hasThemAll() throws Exception {
    try (BackendRig rig = new BackendRig();
        CheckpointableKeyedStateBackend<String> first = rig.create(ALL, written(rig))) {
      KeyedStateHandle again =
          BackendRig.snapshot(first, streams, CHECKPOINT).getJobManagerOwnedSnapshot();
      try (CheckpointableKeyedStateBackend<String> second = rig.create(ALL, again)) {
        assertThat(BackendRig.dump(second))
            .isEqualTo(BackendRig.dump(first))
            .hasSizeGreaterThan(60);
      }
    }
  }

  /** Flink closes the registry that came with the parameters once a restore is over. */
  @Test
  void snapshot_afterTheRegistryOfTheRestoreIsClosed_isTaken() throws Exception {
    CloseableRegistry ofRestore = new CloseableRegistry();
    try (BackendRig rig = new BackendRig();
        CheckpointableKeyedStateBackend<String> backend =
            rig.create(ALL, ofRestore, written(rig))) {
      ofRestore.close();
      assertThat(BackendRig.snapshot(backend, streams, CHECKPOINT).getJobManagerOwnedSnapshot())
          .isNotNull();
    }
  }

  @Test
  void restore_twoHandlesAfterARescale_takesItsOwnKeyGroupsOnly() throws Exception {
    try (BackendRig rig = new BackendRig()) {
      KeyedStateHandle all = written(rig);
      try (CheckpointableKeyedStateBackend<String> low = rig.create(KeyGroupRange.of(0, 1), all);
          CheckpointableKeyedStateBackend<String> high = rig.create(KeyGroupRange.of(2, 5), all);
          CheckpointableKeyedStateBackend<String> whole = rig.create(ALL, all)) {
        KeyedStateHandle one =
            BackendRig.snapshot(low, streams, CHECKPOINT).getJobManagerOwnedSnapshot();
        KeyedStateHandle other =
            BackendRig.snapshot(high, streams, CHECKPOINT).getJobManagerOwnedSnapshot();
        try (CheckpointableKeyedStateBackend<String> joined = rig.create(ALL, other, one)) {
          assertThat(BackendRig.dump(joined)).isEqualTo(BackendRig.dump(whole));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void restore_threeHandlesAfterARescale_opensOneAtATime(boolean compressed, boolean canonical)
      throws Exception {
    try (BackendRig rig = new BackendRig()) {
      if (compressed) {
        rig.useCompression();
      }
      KeyedStateHandle all = written(rig);
      OpenStreams streams = new OpenStreams();
      KeyedStateHandle[] parts = new KeyedStateHandle[3];
      for (int i = 0; i < parts.length; i++) {
        try (CheckpointableKeyedStateBackend<String> part =
            rig.create(KeyGroupRange.of(2 * i, 2 * i + 1), all)) {
          parts[i] = streams.watch(canonical ? savepoint(part) : checkpoint(part));
        }
      }
      try (CheckpointableKeyedStateBackend<String> whole = rig.create(ALL, all);
          CheckpointableKeyedStateBackend<String> joined = rig.create(ALL, parts);
          CheckpointableKeyedStateBackend<String> overlapping =
              rig.create(KeyGroupRange.of(1, 4), parts);
          CheckpointableKeyedStateBackend<String> ofAll = rig.create(KeyGroupRange.of(1, 4), all)) {
        assertThat(BackendRig.dump(joined))
            .isEqualTo(BackendRig.dump(whole))
            .hasSizeGreaterThan(60);
        assertThat(BackendRig.dump(overlapping)).isEqualTo(BackendRig.dump(ofAll)).isNotEmpty();
      }
      assertThat(streams.opened).isEqualTo(6);
      assertThat(streams.mostOpen).isOne();
      assertThat(streams.open).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void restore_handleCutOff_leavesNoStreamOpen(boolean canonical) throws Exception {
    try (BackendRig rig = new BackendRig();
        CheckpointableKeyedStateBackend<String> backend = rig.create(ALL, written(rig))) {
      KeyGroupsStateHandle handle = canonical ? savepoint(backend) : checkpoint(backend);
      byte[] bytes = handle.getDelegateStateHandle().asBytesIfInMemory().orElseThrow();
      OpenStreams streams = new OpenStreams();
      for (int length = 0; length < bytes.length; length += 11) {
        StreamStateHandle cut = new ByteStreamStateHandle("cut", Arrays.copyOf(bytes, length));
        KeyedStateHandle damaged = streams.watch(over(handle, cut));

        assertThatThrownBy(() -> rig.create(ALL, damaged))
            .as("%d of %d bytes", length, bytes.length)
            .isInstanceOf(BackendBuildingException.class)
            .hasMessageContaining("operator-7");
        assertThat(streams.open).isZero();
      }
      assertThat(streams.opened).isPositive();
    }
  }

  @Test
  void restore_fileSystemThatThrowsUnchecked_namesTheOperator() throws Exception {
    try (BackendRig rig = new BackendRig()) {
      KeyGroupsStateHandle handle = (KeyGroupsStateHandle) written(rig);

      assertThatThrownBy(() -> rig.create(ALL, over(handle, new Unreachable())))
          .isInstanceOf(BackendBuildingException.class)
          .hasMessageContaining("operator-7")
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  private static final class Unreachable extends ByteStreamStateHandle {
    private static final long serialVersionUID = 1L;

    Unreachable() {
      super("unreachable", new byte[0]);
    }

    @Override
    public FSDataInputStream openInputStream() {
      throw new IllegalStateException("the connection pool is shut down");
    }
  }

  private KeyGroupsStateHandle checkpoint(CheckpointableKeyedStateBackend<String> backend)
      throws Exception {
    return (KeyGroupsStateHandle)
        BackendRig.snapshot(backend, streams, CHECKPOINT).getJobManagerOwnedSnapshot();
  }

  private KeyGroupsStateHandle savepoint(CheckpointableKeyedStateBackend<String> backend)
      throws Exception {
    var task =
        StreamOperatorStateHandler.prepareCanonicalSavepoint(backend, new CloseableRegistry())
            .snapshot(
                1,
                1,
                streams,
                new CheckpointOptions(
                    SavepointType.savepoint(SavepointFormatType.CANONICAL),
                    CheckpointStorageLocationReference.getDefault()));
    task.run();
    return (KeyGroupsStateHandle) task.get().getJobManagerOwnedSnapshot();
  }

  /** The same handle over another stream. */
  private static KeyGroupsStateHandle over(KeyGroupsStateHandle handle, StreamStateHandle stream) {
    return handle instanceof SavepointKeyedStateHandle
        ? new KeyGroupsSavepointStateHandle(handle.getGroupRangeOffsets(), stream)
        : KeyGroupsStateHandle.restore(
            handle.getGroupRangeOffsets(), stream, handle.getStateHandleId());
  }

  /** Counts the streams of handles. */
  private static final class OpenStreams {
    private int opened;
    private int open;
    private int mostOpen;

    KeyGroupsStateHandle watch(KeyGroupsStateHandle handle) throws IOException {
      StreamStateHandle stream = handle.getDelegateStateHandle();
      byte[] bytes = stream.asBytesIfInMemory().orElseThrow();
      return over(handle, new Watched(bytes));
    }

    private final class Watched extends ByteStreamStateHandle {
      private static final long serialVersionUID = 1L;

      Watched(byte[] bytes) {
        super("watched", bytes);
      }

      @Override
      public FSDataInputStream openInputStream() throws IOException {
        opened++;
        mostOpen = Math.max(mostOpen, ++open);
        return new FSDataInputStreamWrapper(super.openInputStream()) {
          private boolean closed;

          @Override
          public void close() throws IOException {
            open -= closed ? 0 : 1;
            closed = true;
            super.close();
          }
        };
      }
    }
  }
}
