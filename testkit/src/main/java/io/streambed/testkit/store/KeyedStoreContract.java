package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.entry.Expiry;
import io.streambed.entry.Limits;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.LimitExceededException;
import io.streambed.error.SerializationException;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription.Trait;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every {@link KeyedStore} owes its callers when states are opened and used: names, kinds,
 * limits, foreign keys, serializers that break their contract. Subclass it in a test and name the
 * store; {@link KeyedStoreSnapshotContract} is about what is frozen, {@link KeyedStoreLoadContract}
 * about what is loaded.
 */
public abstract class KeyedStoreContract {
  private static final int MAX_PARALLELISM = 8;
  private static final KeyGroupRange ALL = new KeyGroupRange(0, MAX_PARALLELISM - 1);
  private static final Serializer<VoidNamespace> VOID = Serializers.unit();

  /** A contract over the stores that a subclass names. */
  protected KeyedStoreContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private KeyedStore<String> store() {
    return factory().create(StoreContext.alone(Serializers.strings(), MAX_PARALLELISM, ALL));
  }

  private static <V> TableSpec<VoidNamespace, Void, V> values(String name, Serializer<V> values) {
    return new TableSpec<>(name, StateKind.VALUE, VOID, null, values);
  }

  private static <V> TableSpec<VoidNamespace, Void, V> lists(String name, Serializer<V> values) {
    return new TableSpec<>(name, StateKind.LIST, VOID, null, values);
  }

  private static <V> TableSpec<VoidNamespace, Long, V> maps(String name, Serializer<V> values) {
    return new TableSpec<>(name, StateKind.MAP, VOID, Serializers.longs(), values);
  }

  private static QueueSpec<String> queue(String name) {
    return new QueueSpec<>(name, Serializers.strings(), text -> text.length() % MAX_PARALLELISM);
  }

  @Test
  void description_ofAStoreWithFilesOfItsOwn_saysSo() {
    try (KeyedStore<String> store = store()) {
      assertThat(factory().description().is(Trait.INCREMENTAL))
          .isEqualTo(store.capability(IncrementalStore.class).isPresent());
    }
  }

  @Test
  void open_again_givesTheSameContents() {
    try (KeyedStore<String> store = store()) {
      store.context().setKey("a");
      var values = store.openValues(values("values", Serializers.ints()));
      var lists = store.openLists(lists("lists", Serializers.ints()));
      var maps = store.openMaps(maps("maps", Serializers.ints()));
      var queue = store.openQueue(queue("queue"));
      values.put(1, 0);
      lists.append(2, 0);
      maps.put(3L, 4, 0);
      queue.add("five");
      assertThat(store.openValues(values("values", Serializers.ints())).get()).isEqualTo(1);
      assertThat(store.openLists(lists("lists", Serializers.ints())).read()).containsExactly(2);
      assertThat(store.openMaps(maps("maps", Serializers.ints())).get(3L)).isEqualTo(4);
      assertThat(store.openQueue(queue("queue")).peek()).isEqualTo("five");
      store.openValues(values("values", Serializers.ints())).put(6, 0);
      assertThat(values.get()).isEqualTo(6);
    }
  }

  @Test
  void open_nameOfAnotherKindOrExpiry_isRefusedAndNothingChanges() {
    try (KeyedStore<String> store = store()) {
      store.context().setKey("a");
      var values = store.openValues(values("taken", Serializers.ints()));
      store.openQueue(queue("taken-queue"));
      values.put(1, 0);
      List<Consumer<KeyedStore<String>>> others =
          List.of(
              s -> s.openLists(lists("taken", Serializers.ints())),
              s -> s.openMaps(maps("taken", Serializers.ints())),
              s -> s.openQueue(queue("taken")),
              s -> s.openValues(values("taken-queue", Serializers.strings())),
              s ->
                  s.openValues(
                      new TableSpec<VoidNamespace, Void, Integer>(
                          "taken", StateKind.REDUCING, VOID, null, Serializers.ints())),
              s ->
                  s.openValues(
                      new TableSpec<VoidNamespace, Void, Integer>(
                          "taken",
                          StateKind.VALUE,
                          VOID,
                          null,
                          Serializers.ints(),
                          Expiry.STAMPED,
                          null)));
      for (Consumer<KeyedStore<String>> other : others) {
        assertThatThrownBy(() -> other.accept(store))
            .isInstanceOf(IncompatibleStateException.class)
            .hasMessageContaining("taken");
      }
      assertThat(values.get()).isEqualTo(1);
      assertThat(store.openValues(values("taken", Serializers.ints())).get()).isEqualTo(1);
    }
  }

  @Test
  void open_otherSerializers_isRefusedEvenIfTheyCouldMigrate() {
    try (KeyedStore<String> store = store()) {
      store.context().setKey("a");
      store.openValues(values("values", Serializers.ints())).put(1, 0);
      store.openMaps(maps("maps", Serializers.ints())).put(1L, 1, 0);
      store.openQueue(queue("queue"));
      List<Consumer<KeyedStore<String>>> others =
          List.of(
              s -> s.openValues(values("values", Serializers.strings())),
              s -> s.openValues(values("values", Serializers.longs())),
              s ->
                  s.openValues(
                      new TableSpec<Long, Void, Integer>(
                          "values",
                          StateKind.VALUE,
                          Serializers.longs(),
                          null,
                          Serializers.ints())),
              s ->
                  s.openMaps(
                      new TableSpec<>(
                          "maps", StateKind.MAP, VOID, Serializers.strings(), Serializers.ints())),
              s -> s.openQueue(new QueueSpec<>("queue", Serializers.ints(), number -> 1)));
      for (Consumer<KeyedStore<String>> other : others) {
        assertThatThrownBy(() -> other.accept(store))
            .isInstanceOf(IncompatibleStateException.class);
      }
      assertThat(store.openValues(values("values", Serializers.ints())).get()).isEqualTo(1);
      assertThat(store.openMaps(maps("maps", Serializers.ints())).get(1L)).isEqualTo(1);
    }
  }

  @Test
  void open_kindOfAnotherShape_isACallersBug() {
    try (KeyedStore<String> store = store()) {
      TableSpec<VoidNamespace, Void, Integer> list = lists("list", Serializers.ints());
      TableSpec<VoidNamespace, Void, Integer> value = values("value", Serializers.ints());
      assertThatThrownBy(() -> store.openValues(list)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.openLists(value)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.openMaps(value)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void open_moreStatesThanTheLimit_isRefused() {
    try (KeyedStore<String> store =
        factory().create(StoreContext.alone(Serializers.strings(), 1, new KeyGroupRange(0, 0)))) {
      store.context().setKey("a");
      for (int i = 0; i < Limits.MAX_STATES; i++) {
        store.openValues(values("state" + i, Serializers.ints()));
      }
      assertThatThrownBy(() -> store.openValues(values("one more", Serializers.ints())))
          .isInstanceOf(LimitExceededException.class)
          .hasMessageContainingAll("\"one more\"", "16385", "16384", "map state");
      assertThatThrownBy(() -> store.openQueue(queue("one more")))
          .isInstanceOf(LimitExceededException.class);
      var last = store.openValues(values("state" + (Limits.MAX_STATES - 1), Serializers.ints()));
      last.put(5, 0);
      assertThat(last.get()).isEqualTo(5);
    }
  }

  @Test
  void open_inMidStreamWhileViewsLive_isNotInThem() throws IOException {
    try (KeyedStore<String> store = store()) {
      store.context().setKey("a");
      store.openValues(values("first", Serializers.ints())).put(1, 0);
      try (FrozenView before = store.freeze(1)) {
        store.openValues(values("second", Serializers.longs())).put(2L, 0);
        store.openQueue(queue("third")).add("x");
        try (FrozenView after = store.freeze(2)) {
          assertThat(EntryCollector.of(before, ALL)).containsOnlyKeys("first");
          assertThat(EntryCollector.of(after, ALL)).containsOnlyKeys("first", "second", "third");
        }
      }
    }
  }

  @Test
  void close_storeAndViews_viewsStayReadable() throws IOException {
    KeyedStore<String> store = store();
    store.context().setKey("a");
    store.openValues(values("values", Serializers.ints())).put(1, 0);
    FrozenView view = store.freeze(1);
    store.close();
    store.close();
    assertThat(EntryCollector.of(view, ALL).get("values")).hasSize(1);
    view.close();
    view.close();
    assertThatThrownBy(() -> EntryCollector.of(view, ALL))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.freeze(2)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.load(view)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.openValues(values("values", Serializers.ints())))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anyAccess_keyOfAForeignKeyGroup_isRefusedAndNothingChanges() {
    try (KeyedStore<String> store =
        factory()
            .create(
                StoreContext.alone(
                    Serializers.strings(), MAX_PARALLELISM, new KeyGroupRange(2, 3)))) {
      var values = store.openValues(values("values", Serializers.ints()));
      var lists = store.openLists(lists("lists", Serializers.ints()));
      var maps = store.openMaps(maps("maps", Serializers.ints()));
      String foreign = keyOf(5);
      for (String foreignKey : List.of(keyOf(1), foreign, keyOf(4))) {
        store.context().setKey(foreignKey);
        List<Runnable> accesses =
            List.of(
                values::get,
                () -> values.put(1, 0),
                values::clear,
                lists::read,
                () -> lists.append(1, 0),
                () -> maps.get(1L),
                () -> maps.put(1L, 1, 0),
                maps::isEmpty);
        for (Runnable access : accesses) {
          assertThatThrownBy(access::run)
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("2..3");
        }
      }
      assertThat(values.entries() + lists.entries() + maps.entries()).isZero();
      assertThat(
              values.lookup(
                  EntryCollector.encode(foreign), EntryCollector.encode(""), Long.MIN_VALUE))
          .isNull();
      store.context().setKey(keyOf(2));
      values.put(7, 0);
      assertThat(values.get()).isEqualTo(7);
    }
  }

  private static String keyOf(int keyGroup) {
    return EntryCollector.keyOf(keyGroup, MAX_PARALLELISM, 0);
  }

  @Test
  void lookup_bytesThatAreNoKey_isRefused() {
    try (KeyedStore<Long> store =
        factory().create(StoreContext.alone(Serializers.longs(), MAX_PARALLELISM, ALL))) {
      var values = store.openValues(values("values", Serializers.ints()));
      assertThatThrownBy(
              () ->
                  values.lookup(
                      EntryCollector.encode("short"), EntryCollector.encode(""), Long.MIN_VALUE))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("values");
    }
  }

  @Test
  void cursor_everythingMetIsCleared_leavesNothing() {
    try (KeyedStore<String> store = store()) {
      ListTable<String, VoidNamespace, Integer> lists =
          store.openLists(lists("lists", Serializers.ints()));
      MapTable<String, VoidNamespace, Long, Integer> maps =
          store.openMaps(maps("maps", Serializers.ints()));
      for (int i = 0; i < 5000; i++) {
        store.context().setKey("key" + i);
        lists.append(i, 0);
        maps.put((long) i, i, 0);
        maps.put(-1L, null, 0);
      }
      for (var table : List.of(lists, maps)) {
        Set<String> met = new HashSet<>();
        TableCursor<String, VoidNamespace> cursor = table.cursor();
        while (cursor.advance()) {
          assertThat(met.add(cursor.key())).isTrue();
          store.context().setKey(cursor.key());
          table.clear();
        }
        assertThat(met).hasSize(5000);
        assertThat(table.entries()).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Faulty.Fault.class,
      names = {"NONE", "COPY_THROWS"},
      mode = EnumSource.Mode.EXCLUDE)
  void serializer_breaksItsContract_isNamedAndTheStoreStaysUsable(Faulty.Fault fault)
      throws IOException {
    Faulty serializer = new Faulty();
    try (KeyedStore<String> store = store();
        KeyedStore<String> next = store()) {
      var broken = store.openLists(lists("broken", serializer));
      var sound = store.openValues(values("sound", Serializers.ints()));
      store.context().setKey("a");
      broken.append(List.of("first"), 0);
      sound.put(1, 0);
      serializer.fault = fault;
      // A store meets the serializer when it writes, when it freezes, when it loads or when it
      // reads: at the latest then it has to tell.
      assertThatThrownBy(
              () -> {
                broken.append(List.of("second"), 0);
                try (FrozenView view = store.freeze(1)) {
                  next.load(view);
                }
                var loaded = next.openLists(lists("broken", serializer));
                next.context().setKey("a");
                loaded.read().forEach(element -> {});
              })
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("broken");
      serializer.fault = Faulty.Fault.NONE;
      assertThat(sound.get()).isEqualTo(1);
      assertThat(broken.read()).startsWith(List.of("first"));
      store.checkInvariants();
      try (FrozenView view = store.freeze(2)) {
        assertThat(EntryCollector.of(view, ALL)).containsOnlyKeys("broken", "sound");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = Faulty.Fault.class, names = "WRITE_THROWS")
  void put_serializerThrows_leavesTheOldValueOrFailsInTheSnapshot(Faulty.Fault fault) {
    Faulty serializer = new Faulty();
    try (KeyedStore<String> store = store()) {
      ValueTable<String, VoidNamespace, List<String>> values =
          store.openValues(values("values", serializer));
      store.context().setKey("a");
      values.put(List.of("old"), 0);
      serializer.fault = fault;
      try {
        values.put(List.of("new"), 0);
        assertThatThrownBy(
                () -> {
                  try (FrozenView view = store.freeze(1)) {
                    EntryCollector.of(view, ALL);
                  }
                })
            .isInstanceOf(SerializationException.class)
            .hasMessageContaining("values");
      } catch (SerializationException e) {
        serializer.fault = Faulty.Fault.NONE;
        assertThat(values.get()).isEqualTo(List.of("old"));
      }
    }
  }
}
