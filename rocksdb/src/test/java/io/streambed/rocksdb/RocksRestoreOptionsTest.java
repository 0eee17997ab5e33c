package io.streambed.rocksdb;

import static io.streambed.rocksdb.LongStores.ALL;
import static io.streambed.rocksdb.LongStores.HIGH;
import static io.streambed.rocksdb.LongStores.LOW;
import static io.streambed.rocksdb.LongStores.expectFilled;
import static io.streambed.rocksdb.LongStores.fill;
import static io.streambed.rocksdb.LongStores.lists;
import static io.streambed.rocksdb.LongStores.restore;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.IncompatibleStateException;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.store.KeyedStore;
import io.streambed.store.StoreContext;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restores with options of RocksDB that change its files. */
class RocksRestoreOptionsTest {
  private LongStores stores;

  @BeforeEach
  void setUp(@TempDir Path directory) {
    stores = new LongStores(directory);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "compression=kNoCompression",
        "track_and_verify_wals_in_manifest=true",
        "allow_2pc=true",
        "atomic_flush=true",
        "compaction_style=kCompactionStyleUniversal",
        "allow_ingest_behind=true",
        "cf_allow_ingest_behind=true",
        "two_write_queues=true",
        "enable_pipelined_write=true",
        "manual_wal_flush=true",
        "write_dbid_to_manifest=false",
        "memtable_factory=vector",
        "max_open_files=4",
        "format_version=2",
        "level_compaction_dynamic_level_bytes=false",
        "use_direct_io_for_flush_and_compaction=true",
        "avoid_unnecessary_blocking_io=true",
        "strict_bytes_per_sync=true",
        "preserve_internal_time_seconds=1000",
        "min_write_buffer_number_to_merge=2",
      })
  void restore_withAnOption_isEqual(String option) throws IOException {
    RocksKeyedStoreFactory factory = stores.factory(option);
    KeyedStateHandle.Incremental low;
    KeyedStateHandle.Incremental high;
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, LOW))) {
      fill(store, 7);
      low = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store =
        factory.create(StoreContext.alone(Serializers.longs(), 8, HIGH))) {
      fill(store, 7);
      high = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store =
        factory.create(StoreContext.alone(Serializers.longs(), 8, HIGH))) {
      restore(store, stores.streams, high);
      expectFilled(store, 7);
    }
    KeyedStateHandle.Incremental all;
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
      restore(store, stores.streams, low, high);
      expectFilled(store, 7);
      all = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, LOW))) {
      restore(store, stores.streams, all);
      expectFilled(store, 7);
    }
    assertThat(factory.openNativeHandles()).isZero();
  }

  @Test
  void restore_fewerLevelsThanBefore_isToldWithAWayOut() throws IOException {
    KeyedStateHandle.Incremental handle;
    RocksKeyedStoreFactory factory = stores.factory("level0_file_num_compaction_trigger=1");
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
      for (int i = 0; i < 4; i++) {
        fill(store, i);
        lists(store).clear();
        stores.checkpoint(store);
      }
      handle = stores.checkpoint(store);
    }
    assertThat(RocksManifest.open(handle, stores.streams).tables().all())
        .anySatisfy(table -> assertThat(table.file().level()).isGreaterThan(1));
    try (KeyedStore<Long> store =
        stores.factory("num_levels=2").create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
      assertThatThrownBy(() -> restore(store, stores.streams, handle))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("options")
          .hasMessageContaining("savepoint");
    }
  }
}
