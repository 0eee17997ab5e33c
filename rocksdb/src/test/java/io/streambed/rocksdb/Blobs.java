package io.streambed.rocksdb;

import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.state.StateKind;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.nio.file.Path;
import java.util.Map;

/** Stores of eight key groups with states of bytes, for tests of what RocksDB does with them. */
final class Blobs {
  private Blobs() {}

  static RocksOptions options(Path databases) {
    return RocksOptions.in(databases)
        .withMemoryBytes(RocksOptions.MIN_MEMORY_BYTES)
        .withNamed(Map.of("write_buffer_size", "65536"));
  }

  static RocksKeyedStoreFactory factory(RocksOptions options) {
    return new RocksKeyedStoreFactory(new LocalFileSystem(), options);
  }

  static KeyedStore<String> store(RocksKeyedStoreFactory of) {
    return of.create(StoreContext.alone(Serializers.strings(), 8, new KeyGroupRange(0, 7)));
  }

  static ValueTable<String, VoidNamespace, byte[]> values(KeyedStore<String> store) {
    ValueTable<String, VoidNamespace, byte[]> table =
        store.openValues(
            new TableSpec<>(
                "blobs", StateKind.VALUE, Serializers.unit(), null, Serializers.byteArrays()));
    table.namespace(VoidNamespace.INSTANCE);
    return table;
  }

  static ListTable<String, VoidNamespace, byte[]> lists(KeyedStore<String> store) {
    ListTable<String, VoidNamespace, byte[]> table =
        store.openLists(
            new TableSpec<>(
                "lists", StateKind.LIST, Serializers.unit(), null, Serializers.byteArrays()));
    table.namespace(VoidNamespace.INSTANCE);
    return table;
  }

  static MapTable<String, String, Long, Integer> maps(KeyedStore<String> store) {
    return store.openMaps(
        new TableSpec<>(
            "maps", StateKind.MAP, Serializers.strings(), Serializers.longs(), Serializers.ints()));
  }
}
