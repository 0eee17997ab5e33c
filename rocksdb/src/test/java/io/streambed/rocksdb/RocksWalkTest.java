package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.serial.Serializers;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.TableCursor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues and walks under random changes, and what their memory of the database must not lose. */
class RocksWalkTest {
  @TempDir Path directory;
  private RocksKeyedStoreFactory factory;

  @BeforeEach
  void makeFactory() {
    factory = Blobs.factory(Blobs.options(directory));
  }

  private static QueueSpec<Long> queue(Comparator<Long> order) {
    return new QueueSpec<>("queue", Serializers.longs(), at -> (int) (at & 7), order);
  }

  @Test
  void openQueue_anotherOrder_pollsInIt() {
    try (KeyedStore<String> store = Blobs.store(factory)) {
      OrderedSet<Long> queue = store.openQueue(queue(null));
      for (long element = 1; element < 8; element++) {
        queue.add(element);
      }
      assertThat(queue.peek()).isEqualTo(1);
      OrderedSet<Long> reopened = store.openQueue(queue(Comparator.reverseOrder()));
      for (long element = 7; element > 0; element--) {
        assertThat(reopened.poll()).isEqualTo(element);
      }
      assertThat(reopened.poll()).isNull();
    }
  }

  @Test
  void poll_orderFailsAfterwards_losesNothing() {
    boolean[] fails = new boolean[1];
    Comparator<Long> order =
        (left, right) -> {
          if (fails[0]) {
            throw new IllegalStateException("cannot compare");
          }
          return Long.compare(left, right);
        };
    try (KeyedStore<String> store = Blobs.store(factory)) {
      OrderedSet<Long> queue = store.openQueue(queue(order));
      for (long element = 0; element < 40; element++) {
        queue.add(element);
      }
      List<Long> polled = new ArrayList<>();
      for (int i = 0; polled.size() < 40; i++) {
        fails[0] = i % 3 == 1;
        if (i % 3 == 2) {
          store.checkInvariants();
        }
        try {
          polled.add(queue.poll());
        } catch (IllegalStateException e) {
          assertThat(e).hasMessage("cannot compare");
        }
      }
      assertThat(polled).isSorted().doesNotHaveDuplicates().doesNotContainNull();
      fails[0] = false;
      assertThat(queue.poll()).isNull();
    }
  }

  @Test
  void queue_randomOperationsAndReopenings_isATreeSet() throws IOException {
    for (int seed = 0; seed < 4; seed++) {
      int timers = 1 + seed % 4;
      RocksKeyedStoreFactory small =
          Blobs.factory(Blobs.options(directory).withTimersPerKeyGroup(timers));
      Random random = new Random(seed);
      Comparator<Long> order =
          seed % 2 == 0 ? null : Comparator.comparingLong(element -> element >> 5);
      Comparator<Long> all =
          order == null
              ? Comparator.<Long>naturalOrder()
              : order.thenComparing(e -> e & 7).thenComparing(e -> e);
      TreeSet<Long> model = new TreeSet<>(all);
      KeyedStore<String> store = Blobs.store(small);
      OrderedSet<Long> queue = store.openQueue(queue(order));
      for (int step = 0; step < 2000; step++) {
        long element = random.nextInt(300);
        String at = "seed " + seed + " step " + step;
        switch (random.nextInt(12)) {
          case 0, 1, 2, 3 -> assertThat(queue.add(element)).as(at).isEqualTo(model.add(element));
          case 4, 5 -> assertThat(queue.remove(element)).as(at).isEqualTo(model.remove(element));
          case 6, 7 -> assertThat(queue.poll()).as(at).isEqualTo(model.pollFirst());
          case 8 ->
              assertThat(queue.peek()).as(at).isEqualTo(model.isEmpty() ? null : model.first());
          case 9 -> assertThat(queue.size()).as(at).isEqualTo(model.size());
          case 10 -> {
            int group = random.nextInt(8);
            assertThat(queue.inKeyGroup(group))
                .as(at)
                .isEqualTo(model.stream().filter(e -> (e & 7) == group).sorted().toList());
          }
          default -> {
            if (random.nextInt(20) == 0) {
              if (random.nextBoolean()) {
                store.closeState("queue");
              } else {
                KeyedStore<String> next = Blobs.store(small);
                try (FrozenView view = store.freeze(1)) {
                  if (random.nextBoolean()) {
                    next.openQueue(queue(order));
                  }
                  store.close();
                  next.load(view);
                }
                store = next;
              }
              queue = store.openQueue(queue(order));
            }
            store.checkInvariants();
          }
        }
      }
      store.close();
      assertThat(small.openNativeHandles()).isZero();
    }
  }

  @Test
  void cursors_randomChangesUnderTwoWalks_keepTheRules() {
    for (int seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      try (KeyedStore<String> store = Blobs.store(factory)) {
        MapTable<String, String, Long, Integer> maps = Blobs.maps(store);
        store.context().setKey("k");
        maps.namespace("n");
        Map<Long, Integer> model = new HashMap<>();
        int span = 1 + random.nextInt(600);
        for (int i = 0; i < span; i++) {
          long key = random.nextInt(span);
          maps.put(key, i, 0);
          model.put(key, i);
        }
        List<MapCursor<Long, Integer>> walks = List.of(maps.entriesCursor(), maps.entriesCursor());
        List<Set<Long>> stable =
            List.of(new HashSet<>(model.keySet()), new HashSet<>(model.keySet()));
        List<Set<Long>> met = List.of(new HashSet<>(), new HashSet<>());
        boolean[] over = new boolean[2];
        while (!over[0] || !over[1]) {
          int which = random.nextInt(2);
          if (over[which]) {
            which = 1 - which;
          }
          int steps = random.nextInt(40);
          for (int i = 0; i < steps && !over[which]; i++) {
            if (!walks.get(which).advance()) {
              over[which] = true;
            } else {
              long key = walks.get(which).key();
              assertThat(met.get(which).add(key)).as("seed " + seed).isTrue();
              assertThat(walks.get(which).value()).as("seed " + seed).isEqualTo(model.get(key));
            }
          }
          for (int i = random.nextInt(10); i > 0; i--) {
            long key = random.nextInt(span);
            if (random.nextBoolean()) {
              maps.remove(key);
              model.remove(key);
              stable.forEach(set -> set.remove(key));
            } else {
              int value = random.nextInt();
              maps.put(key, value, 0);
              model.put(key, value);
            }
          }
        }
        for (int which = 0; which < 2; which++) {
          assertThat(met.get(which)).as("seed " + seed).containsAll(stable.get(which));
        }
      }
    }
  }

  @Test
  void tableCursor_cellsChangeUnderIt_keepsTheRules() {
    for (int seed = 0; seed < 6; seed++) {
      Random random = new Random(seed);
      try (KeyedStore<String> store = Blobs.store(factory)) {
        MapTable<String, String, Long, Integer> maps = Blobs.maps(store);
        Map<String, Set<Long>> model = new HashMap<>();
        for (int i = 0; i < 1500; i++) {
          change(store, maps, model, random, true);
        }
        Set<String> stable = new HashSet<>(model.keySet());
        List<String> met = new ArrayList<>();
        TableCursor<String, String> walk = maps.cursor();
        while (walk.advance()) {
          String cell = walk.key() + "/" + walk.namespace();
          assertThat(model).as("seed " + seed).containsKey(cell);
          met.add(cell);
          for (int i = random.nextInt(4); i > 0; i--) {
            change(store, maps, model, random, random.nextBoolean());
          }
          stable.retainAll(model.keySet());
        }
        assertThat(met).as("seed " + seed).doesNotHaveDuplicates().containsAll(stable);
      }
    }
  }

  private static void change(
      KeyedStore<String> store,
      MapTable<String, String, Long, Integer> maps,
      Map<String, Set<Long>> model,
      Random random,
      boolean add) {
    String key = "k".repeat(random.nextInt(20));
    String namespace = "n".repeat(random.nextInt(10));
    String cell = key + "/" + namespace;
    long userKey = random.nextInt(4);
    store.context().setKey(key);
    maps.namespace(namespace);
    if (add) {
      maps.put(userKey, 1, 0);
      model.computeIfAbsent(cell, k -> new HashSet<>()).add(userKey);
    } else if (random.nextInt(3) == 0) {
      maps.clear();
      model.remove(cell);
    } else {
      maps.remove(userKey);
      Set<Long> keys = model.get(cell);
      if (keys != null && keys.remove(userKey) && keys.isEmpty()) {
        model.remove(cell);
      }
    }
  }
}
