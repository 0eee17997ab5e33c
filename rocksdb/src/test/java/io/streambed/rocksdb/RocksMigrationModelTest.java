package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.entry.StateSchema;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroupRange;
import io.streambed.rocksdb.MigratingTables.Version;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random use of states whose type changes twice, in steps so small that no migration ends before
 * the next begins: with snapshots of files, views and restores in between, some of them at another
 * parallelism. Longer runs: {@code -Dstreambed.model.operations=}, {@code -Dstreambed.seed=}.
 */
class RocksMigrationModelTest implements BriefStores {
  private static final MigrationPace SLOW = new MigrationPace(0, 50, 2, 1 << 20);

  private LongStores stores;
  private RocksKeyedStoreFactory factory;
  private Random random;
  private boolean stamped;
  private KeyedStore<Long> store;
  private MigratingModel model;
  private MigratingTables<?> tables;
  private int version;

  /** By number of types: how many states had entries of so many when a checkpoint was taken. */
  private int[] statesOfTypes;

  private static KeyedStore<Long> store(KeyedStoreFactory factory, KeyGroupRange range) {
    return factory.create(StoreContext.alone(Serializers.longs(), 8, range));
  }

  private void open(KeyedStore<Long> newStore, MigratingModel newModel) {
    store = newStore;
    model = newModel;
    tables = new MigratingTables<>(store, model, Version.ALL.get(version), stamped);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void migration_randomUseSnapshotsAndRestores_agreesWithTheModel(long seed) throws IOException {
    long first = Long.getLong("streambed.seed", 1);
    int operations = Integer.getInteger("streambed.model.operations", 800);
    random = new Random(first + seed);
    stamped = seed % 2 == 0;
    stores = new LongStores(DIRECTORY);
    // With one family each, and with columns that share one.
    factory = BriefStores.factory("migrating-" + seed, seed > 2 ? 2 : RocksHome.OWN_FAMILIES, SLOW);
    open(store(factory, LongStores.ALL), new MigratingModel());
    for (int i = 0; i < 600; i++) {
      tables.step(random);
    }
    statesOfTypes = new int[4];
    // Few operations between the first restores: what is used is migrated by that.
    int restores = 0;
    while (restores < 4) {
      KeyedStateHandle.Incremental handle = stores.checkpoint(store);
      countTypes(handle);
      MigratingModel then = model.copy();
      for (int i = random.nextInt(operations / (restores < 2 ? 40 : 8)); i > 0; i--) {
        tables.step(random);
      }
      checkView();
      tables.compare();
      store.close();
      // Twice a later type, then the same one again.
      version = Math.min(Version.ALL.size() - 1, version + 1);
      open(restored(handle), then);
      restores++;
      for (int i = random.nextInt(operations / (restores < 2 ? 40 : 8)); i > 0; i--) {
        tables.step(random);
      }
      if (random.nextInt(3) == 0) {
        tables.compare();
        reopen();
      }
    }
    assertThat(statesOfTypes[2]).as("checkpoints with two types of a state").isPositive();
    assertThat(statesOfTypes[3]).as("checkpoints with three").isPositive();
    tables.compare();
    while (!factory.metrics().migrating().isEmpty()) {
      tables.step(random);
    }
    tables.compare();
    assertThat(RocksManifest.open(stores.checkpoint(store), stores.streams).schema().states())
        .as("nothing is left under an older type")
        .hasSize(3);
    store.close();
    assertThat(factory.openNativeHandles()).isZero();
  }

  private void countTypes(KeyedStateHandle.Incremental handle) throws IOException {
    RocksManifest.open(handle, stores.streams).schema().states().stream()
        .collect(Collectors.groupingBy(StateSchema::name, Collectors.counting()))
        .values()
        .forEach(types -> statesOfTypes[types.intValue()]++);
  }

  /** A store with the state of a checkpoint, of one subtask or of two that were one before. */
  private KeyedStore<Long> restored(KeyedStateHandle.Incremental handle) throws IOException {
    KeyedStore<Long> whole = store(factory, LongStores.ALL);
    if (random.nextBoolean()) {
      LongStores.restore(whole, stores.streams, handle);
      return whole;
    }
    try (KeyedStore<Long> low = store(factory, LongStores.LOW);
        KeyedStore<Long> high = store(factory, LongStores.HIGH)) {
      LongStores.restore(low, stores.streams, handle);
      LongStores.restore(high, stores.streams, handle);
      if (random.nextBoolean()) {
        new MigratingTables<>(low, new MigratingModel(), Version.ALL.get(version), stamped);
      }
      LongStores.restore(whole, stores.streams, stores.checkpoint(high), stores.checkpoint(low));
    }
    return whole;
  }

  /** What a view has is the whole state, under the present type; another store takes it over. */
  private void checkView() throws IOException {
    try (KeyedStore<Long> heap = store(new HeapKeyedStoreFactory(), LongStores.ALL);
        FrozenView view = store.freeze(1)) {
      assertThat(view.schema().states()).hasSize(3);
      MigratingModel then = model.copy();
      for (int i = 0; i < 20; i++) {
        tables.step(random);
      }
      heap.load(view);
      new MigratingTables<>(heap, then, Version.ALL.get(version), stamped).compare();
    }
  }

  /** Closes the states and opens them again, under the same type or a later one. */
  private void reopen() {
    List.of("values", "lists", "maps").forEach(store::closeState);
    version = Math.min(Version.ALL.size() - 1, version + random.nextInt(2));
    open(store, model);
    tables.compare();
  }
}
