package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.entry.StateSchema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.MapTable;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every store owes those who load it: states carried along, migrated, refused where they do
 * not fit. Subclass it in a test and name the store.
 */
public abstract class KeyedStoreLoadContract {
  private static final int MAX_PARALLELISM = 8;
  private static final KeyGroupRange ALL = new KeyGroupRange(0, MAX_PARALLELISM - 1);

  /** A contract over the stores that a subclass names. */
  protected KeyedStoreLoadContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private KeyedStore<String> store() {
    return store(ALL);
  }

  private KeyedStore<String> store(KeyGroupRange range) {
    return factory().create(StoreContext.alone(Serializers.strings(), MAX_PARALLELISM, range));
  }

  private static <V> TableSpec<Long, Void, V> values(Serializer<V> values) {
    return new TableSpec<>("values", StateKind.VALUE, Serializers.longs(), null, values);
  }

  private static <V> TableSpec<Long, Void, V> lists(Serializer<V> values) {
    return new TableSpec<>("lists", StateKind.LIST, Serializers.longs(), null, values);
  }

  private static <U, V> TableSpec<Long, U, V> maps(Serializer<U> userKeys, Serializer<V> values) {
    return new TableSpec<>("maps", StateKind.MAP, Serializers.longs(), userKeys, values);
  }

  private static <T extends Number> QueueSpec<T> queue(Serializer<T> elements) {
    return new QueueSpec<>("queue", elements, n -> (int) (n.longValue() % MAX_PARALLELISM));
  }

  /** Thirty keys with an int each in every shape. */
  private static void fill(KeyedStore<String> store) {
    var values = store.openValues(values(Serializers.ints()));
    var lists = store.openLists(lists(Serializers.ints()));
    var maps = store.openMaps(maps(Serializers.uuids(), Serializers.ints()));
    var queue = store.openQueue(queue(Serializers.ints()));
    for (int i = 0; i < 30; i++) {
      store.context().setKey("key" + i);
      values.namespace((long) i);
      values.put(i, 0);
      lists.namespace(1L);
      lists.append(i, 0);
      lists.append(-i, 0);
      maps.namespace(2L);
      maps.put(new UUID(i, 1), i, 0);
      maps.put(new UUID(i, 2), null, 0);
      queue.add(i);
    }
  }

  private static void load(KeyedStore<String> from, KeyedStore<String> to) throws IOException {
    try (FrozenView view = from.freeze(1)) {
      to.load(view);
    }
  }

  private static List<KeyedStateStatistics> statistics(KeyedStore<String> store)
      throws IOException {
    try (FrozenView view = store.freeze(1)) {
      return KeyedStateStatistics.count(view, store.context().range());
    }
  }

  private static void checkInts(KeyedStore<String> store) {
    var values = store.openValues(values(Serializers.ints()));
    var lists = store.openLists(lists(Serializers.ints()));
    var maps = store.openMaps(maps(Serializers.uuids(), Serializers.ints()));
    var queue = store.openQueue(queue(Serializers.ints()));
    for (int i = 0; i < 30; i++) {
      store.context().setKey("key" + i);
      values.namespace((long) i);
      assertThat(values.get()).isEqualTo(i);
      lists.namespace(1L);
      assertThat(lists.read()).containsExactly(i, -i);
      maps.namespace(2L);
      assertThat(maps.get(new UUID(i, 1))).isEqualTo(i);
      assertThat(maps.contains(new UUID(i, 2))).isTrue();
      assertThat(queue.remove(i)).isTrue();
    }
    assertThat(values.entries()).isEqualTo(30);
    assertThat(lists.entries()).isEqualTo(30);
    assertThat(maps.entries()).isEqualTo(60);
    assertThat(queue.size()).isZero();
    store.checkInvariants();
  }

  @Test
  void load_statesNobodyOpens_areCarriedOverGenerations() throws IOException {
    try (KeyedStore<String> first = store();
        KeyedStore<String> second = store();
        KeyedStore<String> third = store()) {
      fill(first);
      load(first, second);
      assertThat(second.carried())
          .extracting(StateSchema::name)
          .containsExactly("lists", "maps", "queue", "values");
      assertThat(second.carried().get(1))
          .isEqualTo(maps(Serializers.uuids(), Serializers.ints()).schema());
      second.checkInvariants();
      load(second, third);
      assertThat(third.carried()).hasSize(4);
      try (FrozenView view = third.freeze(3)) {
        checkInts(third);
        assertThat(third.carried()).isEmpty();
        try (KeyedStore<String> fourth = store()) {
          fourth.load(view);
          checkInts(fourth);
        }
      }
    }
  }

  @Test
  void load_intoOpenStates_fillsThem() throws IOException {
    try (KeyedStore<String> first = store();
        KeyedStore<String> second = store()) {
      fill(first);
      second.openValues(values(Serializers.ints()));
      second.openLists(lists(Serializers.ints()));
      second.openMaps(maps(Serializers.uuids(), Serializers.ints()));
      second.openQueue(queue(Serializers.ints()));
      load(first, second);
      assertThat(second.carried()).isEmpty();
      checkInts(second);
    }
  }

  @Test
  void closeState_openAgainWithAMigratingSerializer_keepsWhatWasWritten() throws IOException {
    try (KeyedStore<String> first = store();
        KeyedStore<String> second = store()) {
      fill(first);
      for (String name : List.of("values", "lists", "maps", "queue")) {
        first.closeState(name);
      }
      assertThat(first.carried()).hasSize(4);
      load(first, second);
      checkInts(second);
      ValueTable<String, Long, Long> values = first.openValues(values(Serializers.longs()));
      for (int i = 0; i < 30; i++) {
        first.context().setKey("key" + i);
        values.namespace((long) i);
        assertThat(values.get()).isEqualTo(i);
      }
      assertThat(values.entries()).isEqualTo(30);
      assertThat(first.openQueue(queue(Serializers.longs())).size()).isEqualTo(30);
      first.checkInvariants();
      assertThatThrownBy(() -> first.closeState("maps"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("maps");
    }
  }

  @Test
  void dropCarried_someStates_leavesTheOthersAndEarlierViews() throws IOException {
    try (KeyedStore<String> first = store();
        KeyedStore<String> second = store()) {
      fill(first);
      load(first, second);
      try (FrozenView before = second.freeze(1)) {
        second.dropCarried("maps");
        second.dropCarried("queue");
        assertThatThrownBy(() -> second.dropCarried("maps"))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("maps");
        assertThat(second.carried())
            .extracting(StateSchema::name)
            .containsExactly("lists", "values");
        try (FrozenView after = second.freeze(2)) {
          assertThat(EntryCollector.of(before, ALL))
              .containsOnlyKeys("lists", "maps", "queue", "values");
          assertThat(EntryCollector.of(after, ALL)).containsOnlyKeys("lists", "values");
        }
      }
      assertThat(second.openMaps(maps(Serializers.uuids(), Serializers.ints())).entries()).isZero();
      second.checkInvariants();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("FLINK-11287")
  void load_widerSerializers_migrates(boolean openFirst) throws IOException {
    try (KeyedStore<String> first = store();
        KeyedStore<String> second = store();
        KeyedStore<String> third = store()) {
      fill(first);
      if (!openFirst) {
        load(first, second);
      }
      var values = second.openValues(values(Serializers.longs()));
      var lists = second.openLists(lists(Serializers.longs()));
      var maps = second.openMaps(maps(Serializers.uuids(), Serializers.longs()));
      if (openFirst) {
        load(first, second);
      }
      for (int i = 0; i < 30; i++) {
        second.context().setKey("key" + i);
        values.namespace((long) i);
        assertThat(values.get()).isEqualTo(i);
        values.put(values.get() + (1L << 40), 0);
        lists.namespace(1L);
        assertThat(lists.read()).containsExactly((long) i, (long) -i);
        maps.namespace(2L);
        assertThat(maps.get(new UUID(i, 1))).isEqualTo(i);
        assertThat(maps.contains(new UUID(i, 2))).isTrue();
      }
      load(second, third);
      third.context().setKey("key7");
      var again = third.openValues(values(Serializers.longs()));
      again.namespace(7L);
      assertThat(again.get()).isEqualTo(7 + (1L << 40));
      assertThatThrownBy(() -> third.openLists(lists(Serializers.ints())))
          .isInstanceOf(IncompatibleStateException.class);
    }
  }

  @Test
  @Tag("FLINK-40113")
  void load_otherMaxParallelismOrKeys_isRefused() throws IOException {
    try (KeyedStore<String> first = store();
        KeyedStore<String> fewer =
            factory()
                .create(StoreContext.alone(Serializers.strings(), 4, new KeyGroupRange(0, 3)));
        KeyedStore<Long> otherKeys =
            factory().create(StoreContext.alone(Serializers.longs(), MAX_PARALLELISM, ALL));
        KeyedStore<Integer> ints =
            factory().create(StoreContext.alone(Serializers.ints(), MAX_PARALLELISM, ALL))) {
      fill(first);
      try (FrozenView view = first.freeze(1);
          FrozenView intView = ints.freeze(1)) {
        assertThatThrownBy(() -> fewer.load(view))
            .isInstanceOf(IncompatibleStateException.class)
            .hasMessageContaining("max parallelism");
        assertThatThrownBy(() -> otherKeys.load(view))
            .isInstanceOf(IncompatibleStateException.class)
            .hasMessageContaining("key");
        // Ints widen to longs as values, not as keys: their hashes decide where state lies.
        assertThatThrownBy(() -> otherKeys.load(intView))
            .isInstanceOf(IncompatibleStateException.class);
      }
    }
  }

  @Test
  void openAfterLoad_whatDoesNotFit_isRefusedAndStaysCarried() throws IOException {
    try (KeyedStore<String> first = store();
        KeyedStore<String> second = store()) {
      fill(first);
      load(first, second);
      List<Consumer<KeyedStore<String>>> misfits =
          List.of(
              s -> s.openValues(values(Serializers.strings())),
              s ->
                  s.openLists(
                      new TableSpec<Long, Void, Integer>(
                          "values", StateKind.LIST, Serializers.longs(), null, Serializers.ints())),
              s ->
                  s.openValues(
                      new TableSpec<String, Void, Integer>(
                          "values",
                          StateKind.VALUE,
                          Serializers.strings(),
                          null,
                          Serializers.ints())),
              s -> s.openMaps(maps(Serializers.longs(), Serializers.ints())),
              s -> s.openQueue(new QueueSpec<>("queue", Serializers.strings(), text -> 0)));
      for (Consumer<KeyedStore<String>> misfit : misfits) {
        assertThatThrownBy(() -> misfit.accept(second))
            .isInstanceOf(IncompatibleStateException.class);
      }
      assertThat(second.carried()).hasSize(4);
      checkInts(second);
    }
  }

  @Test
  void load_partsWithoutBytes_keepsEach() throws IOException {
    Serializer<VoidNamespace> unit = Serializers.unit();
    VoidNamespace nothing = VoidNamespace.INSTANCE;
    try (KeyedStore<String> first = store();
        KeyedStore<String> second = store()) {
      first.context().setKey("key");
      var values = first.openValues(values(unit));
      var lists = first.openLists(lists(unit));
      var maps = first.openMaps(maps(unit, unit));
      values.namespace(1L);
      values.put(nothing, 0);
      lists.namespace(1L);
      lists.append(nothing, 0);
      lists.append(nothing, 0);
      maps.namespace(1L);
      maps.put(nothing, nothing, 0);
      maps.namespace(2L);
      maps.put(nothing, null, 0);
      first.openQueue(new QueueSpec<>("queue", unit, element -> 0)).add(nothing);
      load(first, second);
      second.context().setKey("key");
      values = second.openValues(values(unit));
      lists = second.openLists(lists(unit));
      maps = second.openMaps(maps(unit, unit));
      values.namespace(1L);
      lists.namespace(1L);
      maps.namespace(1L);
      assertThat(values.get()).isEqualTo(nothing);
      assertThat(lists.read()).containsExactly(nothing, nothing);
      assertThat(maps.get(nothing)).isEqualTo(nothing);
      maps.namespace(2L);
      assertThat(maps.contains(nothing)).isTrue();
      assertThat(maps.get(nothing)).isNull();
      assertThat(second.openQueue(new QueueSpec<>("queue", unit, element -> 0)).size()).isOne();
      second.checkInvariants();
    }
  }

  record Seen(long x, long y) {}

  record SeenRenamed(long u, long y) {}

  @Test
  void open_componentsRemovedAndAddedAtOnce_isRefusedAndStaysCarried() throws IOException {
    Serializer<Seen> old = Serializers.of(Seen.class);
    Serializer<SeenRenamed> now = Serializers.of(SeenRenamed.class);
    try (KeyedStore<String> first = store();
        KeyedStore<String> second = store()) {
      first.context().setKey("key");
      var values = first.openValues(values(old));
      var lists = first.openLists(lists(Serializers.list(old)));
      var maps = first.openMaps(maps(old, old));
      var queue = first.openQueue(new QueueSpec<>("queue", old, seen -> 0));
      values.namespace(1L);
      values.put(new Seen(1, 2), 0);
      lists.namespace(1L);
      lists.append(List.of(new Seen(3, 4)), 0);
      maps.namespace(1L);
      maps.put(new Seen(5, 6), new Seen(7, 8), 0);
      queue.add(new Seen(9, 10));
      load(first, second);
      List<Consumer<KeyedStore<String>>> renamed =
          List.of(
              s -> s.openValues(values(now)),
              s -> s.openLists(lists(Serializers.list(now))),
              s -> s.openMaps(maps(old, now)),
              s -> s.openMaps(maps(now, old)),
              s -> s.openQueue(new QueueSpec<>("queue", now, seen -> 0)));
      for (Consumer<KeyedStore<String>> open : renamed) {
        assertThatThrownBy(() -> open.accept(second))
            .isInstanceOf(IncompatibleStateException.class)
            .hasMessageContaining("state \"")
            .hasMessageContainingAll("Seen", "SeenRenamed", "lost components (x)", "others (u)");
      }
      assertThat(second.carried()).hasSize(4);
      second.context().setKey("key");
      var again = second.openMaps(maps(old, old));
      again.namespace(1L);
      assertThat(again.get(new Seen(5, 6))).isEqualTo(new Seen(7, 8));
    }
  }

  @Test
  void loadAfterOpen_anotherKind_isRefused() throws IOException {
    try (KeyedStore<String> first = store();
        KeyedStore<String> second = store()) {
      fill(first);
      second.openLists(
          new TableSpec<Long, Void, Integer>(
              "values", StateKind.LIST, Serializers.longs(), null, Serializers.ints()));
      assertThatThrownBy(() -> load(first, second))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("values");
    }
  }

  @Test
  @Tag("FLINK-37524")
  void load_partsWithDifferentSerializers_eachIsReadAsItWasWritten() throws IOException {
    try (KeyedStore<String> ints = store(new KeyGroupRange(0, 3));
        KeyedStore<String> longs = store(new KeyGroupRange(4, MAX_PARALLELISM - 1));
        KeyedStore<String> joined = store();
        KeyedStore<String> again = store()) {
      String first = EntryCollector.keyOf(1, MAX_PARALLELISM, 0);
      String second = EntryCollector.keyOf(5, MAX_PARALLELISM, 0);
      put(ints, ints.openValues(values(Serializers.ints())), first, 7);
      put(longs, longs.openValues(values(Serializers.longs())), second, 8L);
      load(ints, joined);
      load(longs, joined);
      assertThat(statistics(joined))
          .extracting(state -> state.total().entries())
          .containsExactly(1L, 1L);
      assertThatThrownBy(() -> joined.openValues(values(Serializers.ints())))
          .isInstanceOf(IncompatibleStateException.class);
      // Both parts are still there, and travel on through a container of their own.
      load(joined, again);
      ValueTable<String, Long, Long> values = again.openValues(values(Serializers.longs()));
      again.context().setKey(first);
      values.namespace(1L);
      assertThat(values.get()).isEqualTo(7L);
      again.context().setKey(second);
      assertThat(values.get()).isEqualTo(8L);
      assertThat(again.carried()).isEmpty();
    }
  }

  private static <V> void put(
      KeyedStore<String> store, ValueTable<String, Long, V> table, String key, V value) {
    store.context().setKey(key);
    table.namespace(1L);
    table.put(value, 0);
  }

  @Test
  void load_partsOfDifferentKinds_isRefused() throws IOException {
    try (KeyedStore<String> values = store();
        KeyedStore<String> lists = store();
        KeyedStore<String> joined = store()) {
      values.openValues(values(Serializers.ints()));
      lists.openLists(
          new TableSpec<Long, Void, Integer>(
              "values", StateKind.LIST, Serializers.longs(), null, Serializers.ints()));
      load(values, joined);
      assertThatThrownBy(() -> load(lists, joined))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("values");
    }
  }

  @Test
  void read_sinkFails_passesItsFailureOnAndTheViewStaysReadable() throws IOException {
    try (KeyedStore<String> store = store()) {
      fill(store);
      try (FrozenView view = store.freeze(1)) {
        assertThatThrownBy(
                () -> {
                  for (int group = 0; group < MAX_PARALLELISM; group++) {
                    view.read(
                        group,
                        (keyGroup, state, entry) -> {
                          throw new IOException("the disk is full");
                        });
                  }
                })
            .hasMessage("the disk is full");
        try (KeyedStore<String> other = store()) {
          other.load(view);
          MapTable<String, Long, UUID, Integer> maps =
              other.openMaps(maps(Serializers.uuids(), Serializers.ints()));
          assertThat(maps.entries()).isEqualTo(60);
          checkInts(other);
        }
      }
    }
  }
}
