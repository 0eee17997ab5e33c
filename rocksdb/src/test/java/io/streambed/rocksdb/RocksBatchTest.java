package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyContext;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.state.StateKind;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.TableSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many elements at once are one write of the database, however large they are. */
class RocksBatchTest {
  private static final int LARGE_BYTES = 1 << 20;

  @TempDir private Path directory;
  private RocksDatabase database;
  private RocksKeyedStore<Long> store;

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

  private static <U, V> TableSpec<VoidNamespace, U, V> spec(
      StateKind kind, Serializer<U> userKeys, Serializer<V> values) {
    return new TableSpec<>("batches", kind, Serializers.unit(), userKeys, values);
  }

  @Test
  void appendAll_aThousandElements_isOneWriteOfTheDatabase() {
    ListTable<Long, VoidNamespace, Long> lists =
        store.openLists(spec(StateKind.LIST, null, Serializers.longs()));
    lists.namespace(VoidNamespace.INSTANCE);
    lists.append(0L, 0);
    long before = database.db.getLatestSequenceNumber();
    lists.appendAll(LongStream.rangeClosed(1, 1_000).boxed().toList(), 0);
    assertThat(database.db.getLatestSequenceNumber()).isEqualTo(before + 1);
    assertThat(lists.read()).hasSize(1_001).startsWith(0L, 1L).endsWith(999L, 1_000L);
  }

  @Test
  void putAll_someMebibytesBeforeWhatIsRefused_writesNothing() {
    MapTable<Long, VoidNamespace, String, byte[]> maps =
        store.openMaps(spec(StateKind.MAP, Serializers.strings(), Serializers.byteArrays()));
    maps.namespace(VoidNamespace.INSTANCE);
    maps.put("present", new byte[1], 0);
    Map<String, byte[]> map = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      map.put("large " + i, new byte[LARGE_BYTES]);
    }
    map.put(null, new byte[1]);
    long before = database.db.getLatestSequenceNumber();
    assertThatThrownBy(() -> maps.putAll(map, 0)).isInstanceOf(NullPointerException.class);
    assertThat(database.db.getLatestSequenceNumber()).isEqualTo(before);
    map.remove(null);
    maps.putAll(map, 0);
    assertThat(maps.entries()).isEqualTo(4);
    assertThat(maps.get("large 2")).hasSize(LARGE_BYTES);
  }
}
