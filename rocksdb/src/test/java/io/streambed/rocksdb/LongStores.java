package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.FrozenFiles;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.state.StateKind;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import io.streambed.testkit.store.MemoryStreams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Stores with some values and lists under longs, and their checkpoints. */
final class LongStores {
  static final KeyGroupRange ALL = new KeyGroupRange(0, 7);
  static final KeyGroupRange LOW = new KeyGroupRange(0, 2);
  static final KeyGroupRange HIGH = new KeyGroupRange(3, 7);

  final MemoryStreams streams = new MemoryStreams();
  private final Path directory;
  private long checkpoint;
  private int factories;

  LongStores(Path directory) {
    this.directory = directory;
  }

  RocksKeyedStoreFactory factory(String... named) {
    Map<String, String> options = new HashMap<>();
    for (String one : named) {
      options.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
    }
    return new RocksKeyedStoreFactory(
        new LocalFileSystem(),
        RocksOptions.in(directory.resolve("stores" + factories++)).withNamed(options));
  }

  static ValueTable<Long, VoidNamespace, Integer> values(KeyedStore<Long> store) {
    ValueTable<Long, VoidNamespace, Integer> values =
        store.openValues(
            new TableSpec<>(
                "values", StateKind.VALUE, Serializers.unit(), null, Serializers.ints()));
    values.namespace(VoidNamespace.INSTANCE);
    return values;
  }

  static ListTable<Long, VoidNamespace, Long> lists(KeyedStore<Long> store) {
    ListTable<Long, VoidNamespace, Long> lists =
        store.openLists(
            new TableSpec<>(
                "lists", StateKind.LIST, Serializers.unit(), null, Serializers.longs()));
    lists.namespace(VoidNamespace.INSTANCE);
    return lists;
  }

  static boolean own(KeyedStore<Long> store, long key) {
    store.context().setKey(key);
    try {
      return store.context().range().contains(store.context().keyGroup());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static void fill(KeyedStore<Long> store, int plus) {
    ValueTable<Long, VoidNamespace, Integer> values = values(store);
    ListTable<Long, VoidNamespace, Long> lists = lists(store);
    for (long key = 0; key < 500; key++) {
      if (own(store, key)) {
        values.put((int) key + plus, 0);
        lists.append(key, 0);
        lists.append(-1L, 0);
      }
    }
  }

  static void expectFilled(KeyedStore<Long> store, int plus) {
    ValueTable<Long, VoidNamespace, Integer> values = values(store);
    ListTable<Long, VoidNamespace, Long> lists = lists(store);
    for (long key = 0; key < 500; key++) {
      if (own(store, key)) {
        assertThat(values.get()).isEqualTo((int) key + plus);
        assertThat(lists.read()).containsExactly(key, -1L);
      }
    }
    store.checkInvariants();
  }

  KeyedStateHandle.Incremental checkpoint(KeyedStore<Long> store) throws IOException {
    return checkpoint(store, streams);
  }

  KeyedStateHandle.Incremental checkpoint(KeyedStore<Long> store, MemoryStreams to)
      throws IOException {
    checkpoint++;
    try (FrozenFiles frozen = ((IncrementalStore) store).freezeFiles(checkpoint)) {
      KeyedStateHandle.Incremental handle =
          frozen.write(
              new SnapshotOrigin("job", "operator", 0, checkpoint),
              Compression.NONE,
              to.forCheckpoint(checkpoint));
      to.complete(checkpoint, List.of(handle));
      return handle;
    }
  }

  static void restore(
      KeyedStore<Long> store, SnapshotInputs from, KeyedStateHandle.Incremental... handles)
      throws IOException {
    ((IncrementalStore) store).restore(List.of(handles), from, RestoreProgress.NONE);
  }

  static ValueTable<Long, VoidNamespace, Long> wide(KeyedStore<Long> store) {
    ValueTable<Long, VoidNamespace, Long> values =
        store.openValues(
            new TableSpec<>(
                "values", StateKind.VALUE, Serializers.unit(), null, Serializers.longs()));
    values.namespace(VoidNamespace.INSTANCE);
    return values;
  }
}
