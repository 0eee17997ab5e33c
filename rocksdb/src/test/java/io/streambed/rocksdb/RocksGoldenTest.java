package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An incremental checkpoint that an earlier version wrote is restored for ever: the second of two,
 * with table files of both. First, all keys from 0 to 19 were written, then the odd ones again.
 */
class RocksGoldenTest {
  private static final Path VERSION_1 =
      Path.of("src", "test", "resources", "increment-version-1", "chk-2-1");
  private static final int KEYS = 20;

  @TempDir private Path directory;

  private static List<KeyGroupRange> ranges(int parallelism) {
    List<KeyGroupRange> ranges = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      ranges.add(KeyGroups.rangeOf(8, parallelism, i));
    }
    return ranges;
  }

  @Test
  void restore_firstVersion_givesEverything() throws IOException {
    RocksKeyedStoreFactory factory =
        new RocksKeyedStoreFactory(new LocalFileSystem(), RocksOptions.in(directory), 2);
    for (int parallelism : List.of(1, 3)) {
      int keys = 0;
      TreeSet<Long> timers = new TreeSet<>();
      for (KeyGroupRange range : ranges(parallelism)) {
        KeyedStateBackend<Long> backend =
            new KeyedStateBackend<>(
                factory.create(StoreContext.alone(Serializers.longs(), 8, range)),
                new TaskInfo("golden", "operator", 0));
        OpenedCheckpoint from = FileCheckpointStorage.open(new LocalFileSystem(), VERSION_1);
        backend.restore(
            from.metadata().operators().get(0).subtasks().get(0).keyed(),
            from.inputs(),
            RestoreProgress.NONE);
        keys += expectKeys(backend, range);
        OrderedSet<Long> queue =
            backend.openQueue(new QueueSpec<>("timers", Serializers.longs(), at -> (int) (at % 8)));
        for (Long at = queue.poll(); at != null; at = queue.poll()) {
          timers.add(at);
        }
        backend.close();
      }
      assertThat(keys).isEqualTo(KEYS);
      TreeSet<Long> expected = new TreeSet<>();
      for (long key = 0; key < KEYS; key++) {
        expected.add(key * 10);
        expected.add(key % 2 == 1 ? key * 10 + 1 : key * 10);
      }
      assertThat(timers).isEqualTo(expected);
    }
    assertThat(factory.openNativeHandles()).isZero();
  }

  /** Gives the number of the keys that are the subtask's. */
  private static int expectKeys(KeyedStateBackend<Long> backend, KeyGroupRange range) {
    int keys = 0;
    for (long key = 0; key < KEYS; key++) {
      int group = KeyGroups.assign(Serializers.longs().keyHasher().hash(key), 8);
      if (range.contains(group)) {
        keys++;
        backend.setCurrentKey(key);
        expectKey(backend, key, key % 2 == 1);
      }
    }
    return keys;
  }

  private static void expectKey(KeyedStateBackend<Long> backend, long key, boolean twice) {
    var values = backend.getState(new ValueStateDescriptor<>("values", Serializers.strings()));
    var lists = backend.getListState(new ListStateDescriptor<>("lists", Serializers.ints()));
    var maps =
        backend.getMapState(
            new MapStateDescriptor<>("maps", Serializers.strings(), Serializers.doubles()));
    var empty = backend.getState(new ValueStateDescriptor<>("empty", Serializers.ints()));
    assertThat(values.value()).isEqualTo("v" + key + (twice ? 1 : 0));
    assertThat(lists.get())
        .containsExactlyElementsOf(twice ? List.of((int) key, (int) key + 1) : List.of((int) key));
    assertThat(maps.get("u0")).isEqualTo(key + 0.5);
    assertThat(maps.get("u1")).isEqualTo(twice ? key + 0.5 : null);
    assertThat(empty.value()).isNull();
    empty.update(1);
    assertThat(empty.value()).isEqualTo(1);
  }
}
