package io.streambed.flink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.entry.EntryCursor;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.SerializationException;
import io.streambed.flink.serial.FlinkSnapshots;
import io.streambed.flink.serial.SerializerBridge;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsSavepointStateHandle;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.RegisteredKeyValueStateBackendMetaInfo;
import org.apache.flink.runtime.state.StateSerializerProvider;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.runtime.state.restore.FullSnapshotRestoreOperation;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.runtime.state.v2.RegisteredKeyAndUserKeyValueStateBackendMetaInfo;
import org.junit.jupiter.api.Test;

class CanonicalSourceTest {
  private static final int LAST_OF_ITS_STATE = 0x80;
  private static final int END_OF_KEY_GROUP = 0xFFFF;
  private final SerializerBridge bridge =
      new SerializerBridge(getClass().getClassLoader(), TtlTimeProvider.DEFAULT);

  private static final int KEY_GROUPS = 6;

  /** A savepoint with a state of longs, in each of some key groups a key of four bytes. */
  private CanonicalSource source(int keyBytes, int... keyGroups) throws Exception {
    var total =
        new RegisteredKeyValueStateBackendMetaInfo<>(
            StateDescriptor.Type.VALUE,
            "total",
            VoidNamespaceSerializer.INSTANCE,
            LongSerializer.INSTANCE);
    DataOutputSerializer out = new DataOutputSerializer(64);
    new KeyedBackendSerializationProxy<>(IntSerializer.INSTANCE, List.of(total.snapshot()), false)
        .write(out);
    long[] offsets = new long[KEY_GROUPS];
    for (int keyGroup : keyGroups) {
      offsets[keyGroup] = out.length();
      out.writeShort(0);
      out.writeInt(1 + keyBytes + 1);
      out.writeByte(LAST_OF_ITS_STATE | keyGroup);
      out.write(new byte[keyBytes + 1]);
      out.writeInt(Long.BYTES);
      out.writeLong(7);
      out.writeShort(END_OF_KEY_GROUP);
    }
    KeyGroupRange range = KeyGroupRange.of(0, KEY_GROUPS - 1);
    CanonicalHandle handle =
        new CanonicalHandle(
            new KeyGroupsSavepointStateHandle(
                new KeyGroupRangeOffsets(range, offsets),
                new ByteStreamStateHandle("bytes", out.getCopyOfBuffer())),
            new CloseableRegistry(),
            getClass().getClassLoader());
    var read =
        new FullSnapshotRestoreOperation<>(
                range,
                getClass().getClassLoader(),
                List.of(handle),
                StateSerializerProvider.fromNewRegisteredSerializer(IntSerializer.INSTANCE))
            .restore()
            .next();
    return new CanonicalSource(
        "savepoint-1",
        read.getRestoredKeyGroups(),
        new Schema(
            KEY_GROUPS,
            FlinkSnapshots.wrap(IntSerializer.INSTANCE.snapshotConfiguration()),
            handle.states()),
        IntSerializer.INSTANCE,
        bridge);
  }

  @Test
  void entries_ascending_haveTheEntries() throws Exception {
    CanonicalSource source = source(Integer.BYTES, 1, 4);

    assertThat(count(source.entries(1))).isEqualTo(1);
    assertThat(count(source.entries(2))).isZero();
    assertThat(count(source.entries(4))).isEqualTo(1);
    assertThat(count(source.entries(5))).isZero();
  }

  @Test
  void entries_ofAKeyGroupThatHasPassed_areRefused() throws Exception {
    CanonicalSource source = source(Integer.BYTES, 1);
    source.entries(3);

    for (int passed : new int[] {3, 1}) {
      assertThatThrownBy(() -> source.entries(passed))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("key group " + passed);
    }
  }

  @Test
  void advance_keyThatItsSerializerCannotRead_namesStateAndSavepoint() throws Exception {
    CanonicalSource source = source(1, 2);

    assertThatThrownBy(() -> source.entries(2).advance())
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("\"total\"")
        .hasMessageContaining("savepoint-1")
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void fromFlink_stateOfTheSecondInterface_isReadAsThatOfTheFirst() throws Exception {
    TypeSerializer<String> userKey = StringSerializer.INSTANCE;
    var map =
        new RegisteredKeyAndUserKeyValueStateBackendMetaInfo<>(
                "map",
                org.apache.flink.api.common.state.v2.StateDescriptor.Type.MAP,
                IntSerializer.INSTANCE,
                LongSerializer.INSTANCE,
                userKey)
            .snapshot();

    StateSchema state = CanonicalSchema.fromFlink(map, getClass().getClassLoader());

    assertThat(state.kind()).isEqualTo(StateKind.MAP);
    assertThat(state.namespace())
        .isEqualTo(FlinkSnapshots.wrap(IntSerializer.INSTANCE.snapshotConfiguration()));
    assertThat(state.userKey()).isEqualTo(FlinkSnapshots.wrap(userKey.snapshotConfiguration()));
    assertThat(state.value())
        .isEqualTo(FlinkSnapshots.wrap(LongSerializer.INSTANCE.snapshotConfiguration()));
  }

  private static int count(EntryCursor cursor) throws IOException {
    int entries = 0;
    while (cursor.advance()) {
      entries++;
    }
    return entries;
  }
}
