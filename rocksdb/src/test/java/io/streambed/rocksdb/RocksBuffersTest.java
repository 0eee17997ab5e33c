package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.error.LimitExceededException;
import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyContext;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.state.StateKind;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One large value does not hold memory for ever, neither where it was written nor where read. */
class RocksBuffersTest {
  private static final int LARGE = 5 << 20;

  @TempDir private Path directory;
  private final Blobs blobs = new Blobs();
  private RocksDatabase database;
  private RocksKeyedStore<Long> store;

  /** Byte arrays; it sees how large the buffer is that it is given. */
  private static final class Blobs implements Serializer<byte[]> {
    private static final Serializer<byte[]> BYTES = Serializers.byteArrays();
    private int roomBytes;

    @Override
    public void write(byte[] value, ByteWriter out) {
      roomBytes = out.array().length;
      out.writeBytes(value);
    }

    @Override
    public byte[] read(ByteReader in) {
      return in.readBytes(in.remaining());
    }

    @Override
    public byte[] copy(byte[] value) {
      return value.clone();
    }

    @Override
    public boolean immutable() {
      return false;
    }

    @Override
    public Serializer<byte[]> duplicate() {
      return this;
    }

    @Override
    public SerializerSnapshot snapshot() {
      return BYTES.snapshot();
    }
  }

  @BeforeEach
  void open() {
    RocksHome home =
        new RocksHome(new LocalFileSystem(), RocksOptions.in(directory), RocksHome.OWN_FAMILIES);
    database = RocksDatabase.open(home);
    store =
        new RocksKeyedStore<>(
            new KeyContext<>(Serializers.longs(), 8, LongStores.ALL), database, 5);
    store.context().setKey(1L);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private <U> TableSpec<VoidNamespace, U, byte[]> spec(StateKind kind, Serializer<U> userKey) {
    return new TableSpec<>("blobs", kind, Serializers.unit(), userKey, blobs);
  }

  private void expectSmallScratch() {
    assertThat(blobs.roomBytes).isLessThanOrEqualTo(1 << 20);
  }

  @Test
  void put_largeValue_itsScratchIsGivenBack() {
    ValueTable<Long, VoidNamespace, byte[]> values = store.openValues(spec(StateKind.VALUE, null));
    values.namespace(VoidNamespace.INSTANCE);
    values.put(new byte[LARGE], 0);
    values.put(new byte[1], 0);
    expectSmallScratch();
  }

  @Test
  void append_largeElement_itsScratchIsGivenBack() {
    ListTable<Long, VoidNamespace, byte[]> lists = store.openLists(spec(StateKind.LIST, null));
    lists.namespace(VoidNamespace.INSTANCE);
    lists.append(new byte[LARGE], 0);
    lists.append(new byte[1], 0);
    expectSmallScratch();
    lists.replace(List.of(new byte[LARGE]), 0);
    lists.append(new byte[1], 0);
    expectSmallScratch();
  }

  @Test
  void putIntoMap_largeValue_itsScratchIsGivenBack() {
    MapTable<Long, VoidNamespace, String, byte[]> maps =
        store.openMaps(spec(StateKind.MAP, Serializers.strings()));
    maps.namespace(VoidNamespace.INSTANCE);
    maps.put("u", new byte[LARGE], 0);
    maps.put("u", new byte[1], 0);
    expectSmallScratch();
  }

  @Test
  void encode_tooLarge_itsScratchIsGivenBack() {
    Codec<byte[]> codec = new Codec<>(blobs, "blobs", "namespace");
    assertThatThrownBy(() -> codec.encode(new byte[LARGE]))
        .isInstanceOf(LimitExceededException.class);
    codec.encode(new byte[1]);
    expectSmallScratch();
  }

  @Test
  void get_largeValue_nextSnapshotGivesItsBufferBack() {
    ValueTable<Long, VoidNamespace, byte[]> values = store.openValues(spec(StateKind.VALUE, null));
    values.namespace(VoidNamespace.INSTANCE);
    for (int size : new int[] {LARGE, 20 << 20}) {
      values.put(new byte[size], 0);
      assertThat(values.get()).hasSize(size);
      assertThat(database.buffer.heldBytes()).isGreaterThanOrEqualTo(size);
      store.freeze(1).close();
      assertThat(database.buffer.heldBytes()).isLessThanOrEqualTo(1 << 20);
      assertThat(values.get()).hasSize(size);
      store.freezeFiles(2).close();
      assertThat(database.buffer.heldBytes()).isLessThanOrEqualTo(1 << 20);
    }
  }
}
