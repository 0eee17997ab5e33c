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
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.StateKind;
import io.streambed.store.KeyedStore;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import io.streambed.testkit.store.MemoryStreams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an increment costs after a hundredth of the entries changed. */
class RocksIncrementSizeTest {
  private static final int MAX_PARALLELISM = 128;
  private static final int STORED_KEY_BYTES = EntryForm.GROUP_BYTES + Long.BYTES;
  private static final int TIMES_CHANGED_BYTES = 3;

  @TempDir Path directory;
  private final MemoryStreams streams = new MemoryStreams();
  private final Random random = new Random(7);

  @ParameterizedTest
  @CsvSource({"1000000, 16", "100000, 100"})
  void write_onePercentChanged_uploadsAtMostThreeTimesThat(int entries, int valueBytes)
      throws IOException {
    // Compactions write anew what did not change; they are not the increment's doing.
    RocksKeyedStoreFactory factory =
        new RocksKeyedStoreFactory(
            new LocalFileSystem(),
            RocksOptions.in(directory).withNamed(Map.of("disable_auto_compactions", "true")));
    try (KeyedStore<Long> store =
        factory.create(
            StoreContext.alone(
                Serializers.longs(), MAX_PARALLELISM, new KeyGroupRange(0, MAX_PARALLELISM - 1)))) {
      ValueTable<Long, VoidNamespace, byte[]> values =
          store.openValues(
              new TableSpec<>(
                  "values", StateKind.VALUE, Serializers.unit(), null, Serializers.byteArrays()));
      values.namespace(VoidNamespace.INSTANCE);
      for (long key = 0; key < entries; key++) {
        put(store, values, key, valueBytes);
      }
      KeyedStateHandle.Incremental full = checkpoint(store, 1);
      for (int i = 0; i < entries / 100; i++) {
        put(store, values, i * 100L + random.nextInt(100), valueBytes);
      }
      KeyedStateHandle.Incremental increment = checkpoint(store, 2);
      Set<StreamHandle> before = new HashSet<>(full.files());
      long uploaded =
          increment.manifest().length()
              + increment.files().stream()
                  .filter(file -> !before.contains(file))
                  .mapToLong(StreamHandle::length)
                  .sum();
      long changed = entries / 100 * (long) (STORED_KEY_BYTES + valueBytes);
      long all = RocksManifest.open(increment, streams).bytes();
      System.out.printf(
          "%d entries of %d bytes, 1 %% changed: %d bytes changed, %d uploaded (%.2f times),"
              + " %d in full%n",
          entries, valueBytes, changed, uploaded, (double) uploaded / changed, all);
      assertThat(increment.files()).containsAll(full.files());
      assertThat(uploaded).isBetween(changed / 2, changed * TIMES_CHANGED_BYTES);
      assertThat(all).isGreaterThan(20 * uploaded);
    }
    assertThat(factory.openNativeHandles()).isZero();
  }

  private void put(
      KeyedStore<Long> store,
      ValueTable<Long, VoidNamespace, byte[]> values,
      long key,
      int valueBytes) {
    byte[] value = new byte[valueBytes];
    random.nextBytes(value);
    store.context().setKey(key);
    values.put(value, 0);
  }

  private KeyedStateHandle.Incremental checkpoint(KeyedStore<Long> store, long checkpoint)
      throws IOException {
    try (FrozenFiles frozen = ((IncrementalStore) store).freezeFiles(checkpoint)) {
      KeyedStateHandle.Incremental handle =
          frozen.write(
              new SnapshotOrigin("job", "operator", 0, checkpoint),
              Compression.NONE,
              streams.forCheckpoint(checkpoint));
      streams.complete(checkpoint, List.of(handle));
      return handle;
    }
  }
}
