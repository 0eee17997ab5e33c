package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteWriter;
import io.streambed.error.LimitExceededException;
import io.streambed.file.LocalFileSystem;
import io.streambed.serial.VoidNamespace;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.PerfContext;
import org.rocksdb.PerfLevel;
import org.rocksdb.RocksDBException;

/** Long lists and large values. */
class RocksLargeValuesTest {
  @TempDir Path directory;

  /** Tens of seconds if every piece cost a copy of the list, tens of milliseconds otherwise. */
  @Test
  @Timeout(20)
  void read_listOfManyAppends_takesTimeOfItsLength() {
    RocksKeyedStoreFactory factory =
        new RocksKeyedStoreFactory(new LocalFileSystem(), RocksOptions.in(directory));
    try (KeyedStore<String> store = Blobs.store(factory)) {
      ListTable<String, VoidNamespace, byte[]> lists = Blobs.lists(store);
      store.context().setKey("k");
      for (int i = 0; i < 50_000; i++) {
        lists.append(new byte[100], 0);
      }
      assertThat(lists.read()).hasSize(50_000);
    }
  }

  @Test
  void get_valueAboveAMebibyte_isFetchedOnceAndItsBufferGivenBackInTime() throws RocksDBException {
    RocksHome home = new RocksHome(new LocalFileSystem(), RocksOptions.in(directory), 1);
    RocksDatabase database = RocksDatabase.open(home);
    Column column = database.column("blobs");
    ByteWriter large = key(1);
    ByteWriter small = key(2);
    column.put(large, new byte[3 << 20], 0, 3 << 20);
    column.put(small, new byte[10], 0, 10);
    database.db.setPerfLevel(PerfLevel.ENABLE_COUNT);
    PerfContext counts = database.db.getPerfContext();
    column.get(large);
    counts.reset();
    byte[] buffer = column.get(large).array();
    assertThat(column.get(large).array()).isSameAs(buffer);
    assertThat(counts.getReadBytes()).isEqualTo(2 * (3 << 20));
    for (int i = 0; i < 100; i++) {
      column.get(small);
    }
    assertThat(column.get(small).array()).hasSizeLessThan(1 << 20);
    assertThat(column.contains(large)).isTrue();
    assertThat(column.get(small).array()).hasSizeLessThan(1 << 20);
    counts.close();
    database.db.setPerfLevel(PerfLevel.DISABLE);
    database.close();
  }

  @Test
  void unreadable_listBeyondFourGigabytes_isALimitExceeded() {
    RocksHome home = new RocksHome(new LocalFileSystem(), RocksOptions.in(directory), 1);
    RocksDatabase database = RocksDatabase.open(home);
    assertThat(database.unreadable("lists", new RocksDBException("Merge result exceeds 4GB limit")))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("lists");
    database.requireUsable();
    database.close();
  }

  @Test
  void isEmpty_manyRemovedEntriesBehindThePrefix_looksAtNoneOfThem() throws RocksDBException {
    RocksHome home = new RocksHome(new LocalFileSystem(), RocksOptions.in(directory), 1);
    RocksDatabase database = RocksDatabase.open(home);
    Column column = database.column("blobs");
    for (int i = 100; i < 1100; i++) {
      column.putNothing(key(i));
      column.delete(key(i));
    }
    database.db.setPerfLevel(PerfLevel.ENABLE_COUNT);
    PerfContext counts = database.db.getPerfContext();
    byte[] longer = new byte[1000];
    try (Scan outer = column.scan(key(60).toByteArray());
        Scan longPrefix = column.scan(longer)) {
      counts.reset();
      assertThat(column.isEmpty(key(70).toByteArray())).isTrue();
      assertThat(outer.seek(key(60).toByteArray())).isFalse();
      assertThat(longPrefix.seek(longer)).isFalse();
      assertThat(counts.getInternalDeleteSkippedCount()).isZero();
    }
    counts.close();
    database.db.setPerfLevel(PerfLevel.DISABLE);
    database.close();
    assertThat(home.handles.count()).isZero();
  }

  private static ByteWriter key(int key) {
    ByteWriter bytes = new ByteWriter();
    bytes.writeShort(key);
    return bytes;
  }

  /** Takes gigabytes and minutes: {@code -Dstreambed.huge=true}. */
  @Test
  @EnabledIfSystemProperty(named = "streambed.huge", matches = "true")
  void read_listBeyondTwoGigabytes_isALimitExceeded() {
    try (KeyedStore<String> store = Blobs.store(Blobs.factory(Blobs.options(directory)))) {
      ListTable<String, VoidNamespace, byte[]> lists = Blobs.lists(store);
      store.context().setKey("k");
      for (int i = 0; i < 129; i++) {
        lists.append(new byte[16 << 20], 0);
      }
      assertThatThrownBy(lists::read)
          .isInstanceOf(LimitExceededException.class)
          .hasMessageContaining("lists");
      try (FrozenView view = store.freeze(1)) {
        assertThatThrownBy(view.entries(store.context().keyGroup())::advance)
            .isInstanceOf(LimitExceededException.class)
            .hasMessageContaining("lists");
      }
    }
  }
}
