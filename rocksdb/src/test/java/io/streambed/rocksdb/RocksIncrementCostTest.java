package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyContext;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.store.ValueTable;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/** An increment opens the table files that are new, not all there are. */
class RocksIncrementCostTest {
  private static final int TABLES = 60;

  /** What RocksDB opens whenever it lists files. */
  private static final int FEW = 5;

  @TempDir private Path directory;

  @Test
  void write_fewFilesAreNew_opensNoOthers() throws Exception {
    LongStores stores = new LongStores(directory);
    RocksHome home =
        new RocksHome(
            new LocalFileSystem(),
            RocksOptions.in(directory.resolve("stores"))
                .withNamed(Map.of("disable_auto_compactions", "true")),
            RocksHome.OWN_FAMILIES);
    RocksDatabase database = RocksDatabase.open(home);
    try (Statistics opened = new Statistics();
        RocksKeyedStore<Long> store =
            new RocksKeyedStore<>(
                new KeyContext<>(Serializers.longs(), 8, LongStores.ALL), database, 5)) {
      home.databaseOptions().setStatistics(opened);
      ValueTable<Long, VoidNamespace, Integer> values = LongStores.values(store);
      for (int i = 0; i < TABLES; i++) {
        put(store, values, i);
        stores.checkpoint(store);
      }
      int files = stores.checkpoint(store).files().size();
      assertThat(files).isGreaterThanOrEqualTo(TABLES);
      opened.reset();
      assertThat(stores.checkpoint(store).files()).hasSize(files);
      assertThat(opened.getTickerCount(TickerType.NO_FILE_OPENS)).isLessThanOrEqualTo(FEW);
      put(store, values, TABLES);
      opened.reset();
      assertThat(stores.checkpoint(store).files()).hasSize(files + 1);
      assertThat(opened.getTickerCount(TickerType.NO_FILE_OPENS)).isLessThanOrEqualTo(FEW + 2);
    }
    assertThat(home.handles.names()).isEmpty();
  }

  private static void put(
      RocksKeyedStore<Long> store, ValueTable<Long, VoidNamespace, Integer> values, int value) {
    store.context().setKey((long) value);
    values.put(value, 0);
  }
}
