package io.streambed.rocksdb;

import static io.streambed.rocksdb.LongStores.ALL;
import static io.streambed.rocksdb.LongStores.HIGH;
import static io.streambed.rocksdb.LongStores.LOW;
import static io.streambed.rocksdb.LongStores.expectFilled;
import static io.streambed.rocksdb.LongStores.fill;
import static io.streambed.rocksdb.LongStores.lists;
import static io.streambed.rocksdb.LongStores.own;
import static io.streambed.rocksdb.LongStores.restore;
import static io.streambed.rocksdb.LongStores.values;
import static io.streambed.rocksdb.LongStores.wide;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.IncompatibleStateException;
import io.streambed.file.Compression;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.state.StateKind;
import io.streambed.store.KeyedStore;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RunnableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which handles fit a store and each other, and what of them is told before a restore. */
class RocksRestoreFitTest {
  private LongStores stores;

  @BeforeEach
  void setUp(@TempDir Path directory) {
    stores = new LongStores(directory);
  }

  /** Longs that do or do not say how long they are; the bytes are the same. */
  private record Longs(int fixedLength) implements Serializer<Long> {
    @Override
    public void write(Long value, ByteWriter out) {
      Serializers.longs().write(value, out);
    }

    @Override
    public Long read(ByteReader in) {
      return Serializers.longs().read(in);
    }

    @Override
    public Long copy(Long value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<Long> duplicate() {
      return this;
    }

    @Override
    public KeyHasher<Long> keyHasher() {
      return Serializers.longs().keyHasher();
    }

    @Override
    public SerializerSnapshot snapshot() {
      return new SerializerSnapshot("own-longs", 1, Map.of(), Map.of());
    }
  }

  private KeyedStateHandle.Incremental written(
      RocksKeyedStoreFactory factory, Serializer<Long> keys) throws IOException {
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(keys, 8, ALL))) {
      fill(store, 7);
      return stores.checkpoint(store);
    }
  }

  @Test
  void restore_keySerializerThatDeclaresAnotherLength_isRefusedBeforeAnythingIsFetched()
      throws IOException {
    RocksKeyedStoreFactory factory = stores.factory();
    KeyedStateHandle.Incremental handle = written(factory, new Longs(-1));
    SnapshotInputs manifestOnly =
        stream -> {
          assertThat(stream).isEqualTo(handle.manifest());
          return stores.streams.open(stream);
        };
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(new Longs(8), 8, ALL))) {
      assertThatThrownBy(() -> restore(store, manifestOnly, handle))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("keys of any length")
          .hasMessageContaining("keys of 8 bytes each")
          .hasMessageContaining("savepoint");
    }
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(new Longs(-1), 8, ALL))) {
      restore(store, stores.streams, handle);
      expectFilled(store, 7);
    }
  }

  @Test
  void restore_storeThatWasUsedAndEmptiedAgain_isRefused() throws IOException {
    RocksKeyedStoreFactory factory = stores.factory();
    KeyedStateHandle.Incremental other = written(factory, Serializers.longs());
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
      fill(store, 9);
      for (String state : List.of("values", "lists")) {
        store.closeState(state);
        store.dropCarried(state);
      }
      assertThatThrownBy(() -> restore(store, stores.streams, other))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("not used");
    }
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
      stores.checkpoint(store);
      assertThatThrownBy(() -> restore(store, stores.streams, other))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void restore_handlesThatDoNotFitEachOther_areRefusedBeforeAnythingIsFetched() throws IOException {
    RocksKeyedStoreFactory factory = stores.factory();
    KeyedStateHandle.Incremental low;
    KeyedStateHandle.Incremental high;
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, LOW))) {
      fill(store, 7);
      low = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store =
        factory.create(StoreContext.alone(Serializers.longs(), 8, HIGH))) {
      store.openLists(
          new TableSpec<>("values", StateKind.LIST, Serializers.unit(), null, Serializers.ints()));
      high = stores.checkpoint(store);
    }
    SnapshotInputs manifestsOnly =
        stream -> {
          assertThat(stream).isIn(low.manifest(), high.manifest());
          return stores.streams.open(stream);
        };
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
      assertThatThrownBy(() -> restore(store, manifestsOnly, low, high))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("values");
    }
  }

  @Test
  void restore_filesAndAContainer_tellsProgressOfBothAsOne() throws Exception {
    RocksKeyedStoreFactory factory = stores.factory();
    KeyedStateHandle.Incremental low;
    KeyedStateHandle high;
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, LOW))) {
      fill(store, 7);
      low = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store =
        factory.create(StoreContext.alone(Serializers.longs(), 8, HIGH))) {
      fill(store, 7);
      SnapshotOptions options = SnapshotOptions.savepoint(Compression.NONE);
      RunnableFuture<KeyedStateHandle> snapshot =
          new KeyedStateBackend<>(store, new TaskInfo("job", "operator", 0))
              .snapshot(9, stores.streams, options);
      snapshot.run();
      high = snapshot.get();
    }
    assertThat(high).isInstanceOf(KeyedStateHandle.Container.class);
    long files = RocksManifest.open(low, stores.streams).bytes();
    long total = files + ((KeyedStateHandle.Container) high).data().length();
    List<Long> told = new ArrayList<>();
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
      new KeyedStateBackend<>(store, new TaskInfo("job", "operator", 0))
          .restore(
              List.of(high, low),
              stores.streams,
              (done, all) -> {
                assertThat(all).isEqualTo(total);
                told.add(done);
              });
      expectFilled(store, 7);
    }
    assertThat(told).isSorted().contains(files).last().isEqualTo(total);
  }

  @Test
  void restore_emptyStores_isEmptyAndUsable() throws IOException {
    RocksKeyedStoreFactory factory = stores.factory();
    KeyedStateHandle.Incremental low;
    KeyedStateHandle.Incremental high;
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, LOW))) {
      low = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store =
        factory.create(StoreContext.alone(Serializers.longs(), 8, HIGH))) {
      values(store);
      fill(store, 1);
      for (long key = 0; key < 500; key++) {
        if (own(store, key)) {
          values(store).clear();
          lists(store).clear();
        }
      }
      high = stores.checkpoint(store);
    }
    for (boolean open : List.of(true, false)) {
      try (KeyedStore<Long> store =
          factory.create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
        if (open) {
          values(store);
        }
        restore(store, stores.streams, low, high);
        assertThat(values(store).entries()).isZero();
        fill(store, 3);
        expectFilled(store, 3);
        KeyedStateHandle.Incremental all = stores.checkpoint(store);
        try (KeyedStore<Long> again =
            factory.create(StoreContext.alone(Serializers.longs(), 8, HIGH))) {
          restore(again, stores.streams, all);
          expectFilled(again, 3);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void restore_partsUnderSeveralDeclarations_surviveRescales(boolean openInBetween)
      throws IOException {
    RocksKeyedStoreFactory factory = stores.factory("level0_file_num_compaction_trigger=2");
    KeyedStateHandle.Incremental low;
    KeyedStateHandle.Incremental high;
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, LOW))) {
      fill(store, 7);
      low = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store =
        factory.create(StoreContext.alone(Serializers.longs(), 8, HIGH))) {
      lists(store);
      for (long key = 0; key < 500; key++) {
        if (own(store, key)) {
          wide(store).put(key + 7, 0);
          lists(store).append(key, 0);
          lists(store).append(-1L, 0);
        }
      }
      high = stores.checkpoint(store);
    }
    KeyedStateHandle.Incremental all;
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
      restore(store, stores.streams, low, high);
      all = stores.checkpoint(store);
      all = stores.checkpoint(store);
    }
    KeyedStateHandle.Incremental left;
    KeyedStateHandle.Incremental right;
    try (KeyedStore<Long> store =
        factory.create(StoreContext.alone(Serializers.longs(), 8, new KeyGroupRange(0, 4)))) {
      restore(store, stores.streams, all);
      if (openInBetween) {
        wide(store);
      }
      left = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store =
        factory.create(StoreContext.alone(Serializers.longs(), 8, new KeyGroupRange(5, 7)))) {
      restore(store, stores.streams, all);
      right = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
      restore(store, stores.streams, right, left);
      all = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store =
        factory.create(StoreContext.alone(Serializers.longs(), 8, new KeyGroupRange(1, 6)))) {
      if (openInBetween) {
        lists(store);
      }
      restore(store, stores.streams, all);
      for (long key = 0; key < 500; key++) {
        if (own(store, key)) {
          assertThat(wide(store).get()).isEqualTo(key + 7);
          assertThat(lists(store).read()).containsExactly(key, -1L);
        }
      }
      store.checkInvariants();
    }
    assertThat(factory.openNativeHandles()).isZero();
  }
}
