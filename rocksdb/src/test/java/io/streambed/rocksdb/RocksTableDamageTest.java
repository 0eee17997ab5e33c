package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CorruptionException;
import io.streambed.error.StorageException;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Table files that are damaged under an open store: told at the read, and nothing built on it. */
class RocksTableDamageTest {
  @TempDir Path databases;

  private void damageTableFiles() throws IOException {
    for (Path path : tableFiles()) {
      if (Files.exists(path)) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
          file.write(new byte[Math.max(0, (int) file.length() - 100)]);
        }
      }
    }
  }

  /** Looks again if a compaction has removed a file meanwhile. */
  private List<Path> tableFiles() throws IOException {
    while (true) {
      try (Stream<Path> paths = Files.walk(databases)) {
        return paths.filter(file -> file.toString().endsWith(".sst")).toList();
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof NoSuchFileException)) {
          throw e;
        }
      }
    }
  }

  private static List<KeyedStateStatistics> counted(KeyedStore<?> store) throws IOException {
    try (FrozenView view = store.freeze(0)) {
      return KeyedStateStatistics.count(view, store.context().range());
    }
  }

  @Test
  void count_ofACarriedStateInADamagedTableFile_failsAndNoCheckpointLosesTheState()
      throws IOException {
    Random random = new Random(1);
    try (KeyedStore<String> store = Blobs.store(Blobs.factory(Blobs.options(databases)))) {
      ValueTable<String, VoidNamespace, byte[]> blobs = Blobs.values(store);
      for (int i = 0; i < 3_000; i++) {
        byte[] bytes = new byte[1000];
        random.nextBytes(bytes);
        store.context().setKey("key" + i);
        blobs.put(bytes, 0);
      }
      damageTableFiles();
      store.closeState("blobs");
      assertThatThrownBy(() -> counted(store))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining("blobs");
      assertThatThrownBy(() -> store.freeze(1))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("earlier failure")
          .hasCauseInstanceOf(CorruptionException.class);
    }
  }

  @Test
  void getAll_damagedTableFile_failsAndGivesNoNulls() throws IOException {
    Random random = new Random(1);
    try (KeyedStore<String> store = Blobs.store(Blobs.factory(Blobs.options(databases)))) {
      ValueTable<String, VoidNamespace, byte[]> blobs = Blobs.values(store);
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < 3_000; i++) {
        byte[] bytes = new byte[1000];
        random.nextBytes(bytes);
        keys.add("key" + i);
        store.context().setKey("key" + i);
        blobs.put(bytes, 0);
      }
      damageTableFiles();
      assertThatThrownBy(() -> blobs.getAll(keys)).isInstanceOf(CorruptionException.class);
    }
  }

  @Test
  void peek_afterAPeekThatFailed_failsAgain() throws IOException {
    Random random = new Random(1);
    QueueSpec<String> names =
        new QueueSpec<>("queue", Serializers.strings(), name -> name.charAt(0) & 7);
    try (KeyedStore<String> store = Blobs.store(Blobs.factory(Blobs.options(databases)))) {
      OrderedSet<String> queue = store.openQueue(names);
      for (int i = 0; i < 8_000; i++) {
        queue.add(
            random
                .ints(200, '0', '0' + 70)
                .mapToObj(Character::toString)
                .collect(Collectors.joining()));
      }
      store.closeState("queue");
      OrderedSet<String> opened = store.openQueue(names);
      damageTableFiles();
      assertThatThrownBy(opened::peek).isInstanceOf(CorruptionException.class);
      assertThatThrownBy(opened::peek)
          .isInstanceOf(StorageException.class)
          .hasCauseInstanceOf(CorruptionException.class);
    }
  }
}
