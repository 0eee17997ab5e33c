package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.entry.EntryCursor;
import io.streambed.entry.Expiry;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.SerializationException;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.keyed.KeyedStateView;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateKind;
import io.streambed.state.StateQuery;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.TaskInfo;
import io.streambed.store.ValueTable;
import io.streambed.testkit.store.ByteStoreFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What only a form of binary keys, merged lists and columns of loaded states can get wrong. */
class RocksFormTest implements RocksStores {
  private static final KeyGroupRange ALL = new KeyGroupRange(0, 3);

  private static <K> KeyedStore<K> store(Serializer<K> keys) {
    return FACTORY.create(StoreContext.alone(keys, 4, ALL));
  }

  private static TableSpec<String, Void, Integer> named(StateKind kind, Expiry expiry) {
    return new TableSpec<>(
        "state", kind, Serializers.strings(), null, Serializers.ints(), expiry, null);
  }

  private static QueueSpec<Integer> queue() {
    return new QueueSpec<>("queue", Serializers.ints(), number -> number & 3);
  }

  @Test
  @Tag("FLINK-9804")
  void cursor_namespacesThatBeginWithEachOther_meetsThemAll() {
    Set<String> namespaces = new TreeSet<>();
    for (int length = 0; length < 150; length++) {
      namespaces.add("n".repeat(length));
    }
    try (KeyedStore<String> store = store(new RawText())) {
      ValueTable<String, String, Integer> values =
          store.openValues(
              new TableSpec<String, Void, Integer>(
                  "values", StateKind.VALUE, new RawText(), null, Serializers.ints()));
      store.context().setKey("k");
      for (String namespace : namespaces) {
        values.namespace(namespace);
        values.put(namespace.length(), 0);
      }
      List<String> met = new ArrayList<>();
      TableCursor<String, String> cursor = values.cursor();
      while (cursor.advance()) {
        assertThat(cursor.key()).isEqualTo("k");
        met.add(cursor.namespace());
      }
      assertThat(met).containsExactlyInAnyOrderElementsOf(namespaces);
    }
  }

  @Test
  @Tag("FLINK-9804")
  void keys_thatEndLikeNamespacesBegin_stayApart() {
    try (KeyedStore<String> store = store(new RawText())) {
      MapTable<String, String, String, Integer> maps =
          store.openMaps(
              new TableSpec<>(
                  "maps", StateKind.MAP, new RawText(), new RawText(), Serializers.ints()));
      String[] parts = {"", "a", "aa", "aaa", "\u0001a"};
      int number = 0;
      for (String key : parts) {
        for (String namespace : parts) {
          for (String userKey : parts) {
            store.context().setKey(key);
            maps.namespace(namespace);
            maps.put(userKey, number++, 0);
          }
        }
      }
      assertThat(maps.entries()).isEqualTo(number);
      store.context().setKey("a");
      maps.namespace("aa");
      maps.clear();
      assertThat(maps.entries()).isEqualTo(number - parts.length);
    }
  }

  @Test
  void view_partsThatOthersBeginWith_areNotTakenForThose() {
    var value = new ValueStateDescriptor<>("value", Serializers.ints());
    var map = new MapStateDescriptor<>("map", new RawText(), Serializers.ints());
    try (KeyedStateBackend<String> backend =
        new KeyedStateBackend<>(store(new RawText()), new TaskInfo("job", "operator", 0))) {
      backend.setCurrentKey("aa");
      var values = backend.open(value, new RawText());
      var maps = backend.open(map, new RawText());
      values.setCurrentNamespace("aa");
      maps.setCurrentNamespace("aa");
      values.update(1);
      maps.put("aa", 2);
      try (KeyedStateView<String> view = backend.freeze()) {
        for (String part : new String[] {"", "a", "aa", "aaa"}) {
          boolean there = part.equals("aa");
          StateQuery<Integer> ofValue = StateQuery.of(value);
          StateQuery<Integer> ofEntry = StateQuery.ofEntry(map, part);
          assertThat(view.query(ofValue.in(new RawText(), "aa"), part).isPresent())
              .isEqualTo(there);
          assertThat(view.query(ofValue.in(new RawText(), part), "aa").isPresent())
              .isEqualTo(there);
          assertThat(view.query(ofEntry.in(new RawText(), "aa"), "aa").isPresent())
              .isEqualTo(there);
        }
      }
    }
  }

  @Test
  void freeze_longListWithStamps_comesInRunsAndArrivesWhole() throws IOException {
    for (Expiry expiry : Expiry.values()) {
      try (KeyedStore<String> store = store(Serializers.strings());
          KeyedStore<String> other =
              new ByteStoreFactory().create(StoreContext.alone(Serializers.strings(), 4, ALL))) {
        ListTable<String, String, Integer> lists = store.openLists(named(StateKind.LIST, expiry));
        store.context().setKey("k");
        lists.namespace("n");
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
          lists.append(i, i);
          expected.add(i);
        }
        try (FrozenView view = store.freeze(1)) {
          EntryCursor entries = view.entries(store.context().keyGroup());
          int runs = 0;
          while (entries.advance()) {
            runs++;
          }
          assertThat(runs).isBetween(3, 10);
          other.load(view);
        }
        ListTable<String, String, Integer> loaded = other.openLists(named(StateKind.LIST, expiry));
        other.context().setKey("k");
        loaded.namespace("n");
        assertThat(loaded.read()).containsExactlyElementsOf(expected);
        assertThat(loaded.read(49_000)).hasSize(expiry.stamped() ? 1_000 : 50_000);
      }
    }
  }

  @Test
  void load_intoAnOpenQueue_isCountedAndComesInOrder() throws IOException {
    try (KeyedStore<String> first = store(Serializers.strings());
        KeyedStore<String> second = store(Serializers.strings())) {
      var source = first.openQueue(queue());
      var target = second.openQueue(queue());
      for (int i = 0; i < 100; i++) {
        source.add(i);
        target.add(i + 50);
      }
      assertThat(target.peek()).isEqualTo(50);
      try (FrozenView view = first.freeze(1)) {
        second.load(view);
      }
      assertThat(target.size()).isEqualTo(150);
      second.checkInvariants();
      for (int i = 0; i < 150; i++) {
        assertThat(target.poll()).isEqualTo(i);
      }
      assertThat(target.poll()).isNull();
      assertThat(target.size()).isZero();
    }
  }

  @Test
  void open_loadedStateThatCannotBeTakenOver_leavesNoColumnBehind() throws IOException {
    try (KeyedStore<String> ints = store(Serializers.strings());
        KeyedStore<String> loaded = store(Serializers.strings())) {
      var queue =
          ints.openQueue(new QueueSpec<>("queue", Serializers.ints(), number -> number & 3));
      for (int i = 0; i < 100_000; i++) {
        queue.add(i);
      }
      try (FrozenView view = ints.freeze(1)) {
        loaded.load(view);
      }
      int before = FACTORY.openNativeHandles();
      for (int round = 0; round < 3; round++) {
        // Readable as longs, but of other key groups from the first big number on.
        assertThatThrownBy(
                () ->
                    loaded.openQueue(
                        new QueueSpec<>(
                            "queue",
                            Serializers.longs(),
                            n -> (int) (n < 99_000 || (n & 3) < 3 ? n & 3 : 0))))
            .isInstanceOfAny(SerializationException.class, IncompatibleStateException.class);
      }
      assertThat(FACTORY.openNativeHandles()).isEqualTo(before);
      try (FrozenView view = loaded.freeze(1)) {
        assertThat(KeyedStateStatistics.count(view, loaded.context().range()))
            .extracting(state -> state.total().entries())
            .containsExactly(100_000L);
      }
      var opened =
          loaded.openQueue(new QueueSpec<>("queue", Serializers.ints(), number -> number & 3));
      assertThat(opened.size()).isEqualTo(100_000);
      assertThat(opened.peek()).isZero();
    }
  }
}
