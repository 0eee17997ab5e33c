package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.keyed.KeyAndNamespace;
import io.streambed.keyed.ListKind;
import io.streambed.keyed.ValueKind;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapState;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.ListTable;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import io.streambed.store.ValueTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What iterators of every store give when the state changes under them: the rules on iteration in
 * the documentation of package {@code io.streambed.state}. Subclass it in a test and name the
 * store.
 */
public abstract class IterationContract {
  /** The heap keeps a map of up to 8,192 entries in another form than a larger one. */
  private static final int[] SIZES = {7, 8300};

  /** How many entries an iterator has given when the map changes. */
  private static final int GIVEN = 5;

  /** A contract over the stores that a subclass names. */
  protected IterationContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  /** What happens to a map, or to all that a state holds, while it is iterated over. */
  enum Change {
    CLEAR,
    REMOVE_OTHERS,
    REMOVE_ALL_BY_ITERATOR,
    CLEAR_AND_PUT_FEW,
    CLEAR_AND_PUT_MANY,
    REMOVE_MOST_AND_PUT_THEM_AGAIN,
    GROW,
    SNAPSHOT_AND_CLEAR;

    /** Whether the entries that were not given yet are gone for good. */
    boolean removes() {
      return this != GROW && this != REMOVE_MOST_AND_PUT_THEM_AGAIN;
    }
  }

  /** The three iterators of a map, and that of its entries once more. */
  private enum View {
    ITERATOR(map -> map.iterator()),
    ENTRIES(map -> map.entries().iterator()),
    KEYS(map -> map.keys().iterator()),
    VALUES(map -> map.values().iterator());

    private final Function<MapState<?, Long>, Iterator<?>> iterator;

    View(Function<MapState<?, Long>, Iterator<?>> iterator) {
      this.iterator = iterator;
    }
  }

  /** A map under iteration, where each entry has a number that is its value. */
  private record Iterated<U>(
      BackendRig<String> rig,
      MapState<U, Long> map,
      IntFunction<U> userKey,
      ToIntFunction<U> numberOf,
      int size) {
    void fill() {
      map.clear();
      for (int i = 0; i < size; i++) {
        map.put(userKey.apply(i), (long) i);
      }
    }

    /** Numbers below the size are of the map as it was, others were put later. */
    void apply(Change change, Set<Integer> given) {
      switch (change) {
        case CLEAR -> map.clear();
        case REMOVE_OTHERS -> removeOthers(given);
        case REMOVE_ALL_BY_ITERATOR -> {
          for (Iterator<?> other = map.iterator(); other.hasNext(); ) {
            other.next();
            other.remove();
          }
        }
        case CLEAR_AND_PUT_FEW -> {
          map.clear();
          put(2);
        }
        case CLEAR_AND_PUT_MANY -> {
          map.clear();
          put(size + 1000);
        }
        case REMOVE_MOST_AND_PUT_THEM_AGAIN -> {
          removeOthers(given);
          for (int i = 0; i < size; i++) {
            map.put(userKey.apply(i), (long) i);
          }
        }
        case GROW -> put(2 * size);
        case SNAPSHOT_AND_CLEAR -> {
          rig.snapshot();
          map.clear();
        }
      }
    }

    private void removeOthers(Set<Integer> given) {
      for (int i = 0; i < size; i++) {
        if (!given.contains(i)) {
          map.remove(userKey.apply(i));
        }
      }
    }

    private void put(int count) {
      for (int i = size; i < size + count; i++) {
        map.put(userKey.apply(i), (long) i);
      }
    }

    @SuppressWarnings("unchecked")
    int number(View view, Object next) {
      return switch (view) {
        case ITERATOR, ENTRIES -> numberOf.applyAsInt(((Map.Entry<U, ?>) next).getKey());
        case KEYS -> numberOf.applyAsInt((U) next);
        case VALUES -> Math.toIntExact((Long) next);
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void mapIterators_mapChangesUnderThem_keepTheRules(Change change) {
    for (int size : SIZES) {
      try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings())) {
        MapState<Long, Long> byNumber =
            rig.backend.getMapState(
                new MapStateDescriptor<>("longs", Serializers.longs(), Serializers.longs()));
        MapState<UUID, Long> byObject =
            rig.backend.getMapState(
                new MapStateDescriptor<>("objects", Serializers.uuids(), Serializers.longs()));
        rig.backend.setCurrentKey("key");
        Iterated<?> numbers =
            new Iterated<>(rig, byNumber, i -> 31L * i, key -> (int) (key / 31), size);
        Iterated<?> objects =
            new Iterated<>(
                rig,
                byObject,
                i -> new UUID(i, 7),
                key -> (int) key.getMostSignificantBits(),
                size);
        iterate(numbers, change, View.values());
        iterate(objects, change, View.ENTRIES);
      }
    }
  }

  private static void iterate(Iterated<?> maps, Change change, View... views) {
    for (View view : views) {
      iterate(maps, change, view, false);
      iterate(maps, change, view, true);
    }
  }

  private static void iterate(Iterated<?> maps, Change change, View view, boolean ahead) {
    String what = change + ", " + view + " of " + maps.size() + (ahead ? ", after hasNext()" : "");
    maps.fill();
    Set<Integer> given = new HashSet<>();
    Iterator<?> iterator = view.iterator.apply(maps.map());
    while (given.size() < GIVEN) {
      given.add(maps.number(view, iterator.next()));
    }
    if (ahead) {
      assertThat(iterator.hasNext()).as(what).isTrue();
    }
    maps.apply(change, Set.copyOf(given));
    int old = given.size();
    while (iterator.hasNext()) {
      int number = maps.number(view, iterator.next());
      if (!given.add(number)) {
        throw new AssertionError(what + ": " + number + " was given twice");
      }
      old += number < maps.size() ? 1 : 0;
    }
    if (change == Change.GROW) {
      assertThat(old).as("%s: what was there from start to end", what).isEqualTo(maps.size());
    } else if (change.removes()) {
      // What hasNext() has reached is given, though it was removed since.
      assertThat(old).as("%s: what was there", what).isEqualTo(ahead ? GIVEN + 1 : GIVEN);
    }
    assertThat(iterator.hasNext()).as("%s: the end stays the end", what).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void listElements_listChangesUnderThem_areThoseOfTheStart(Change change) {
    listElements(change, Serializers.longs(), i -> (long) i);
    listElements(change, Serializers.list(Serializers.ints()), i -> new ArrayList<>(List.of(i)));
  }

  private <E> void listElements(Change change, Serializer<E> elements, IntFunction<E> element) {
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings())) {
      ListKind<String, Short, E> list =
          rig.backend.open(new ListStateDescriptor<>("list", elements), Serializers.shorts());
      rig.backend.setCurrentKey("key");
      list.setCurrentNamespace((short) 1);
      List<E> expected = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        list.add(element.apply(i));
        expected.add(element.apply(i));
      }
      List<E> given = new ArrayList<>();
      for (Iterator<E> iterator = list.get().iterator(); iterator.hasNext(); ) {
        given.add(iterator.next());
        if (given.size() == GIVEN) {
          apply(change, rig, list, element);
        }
      }
      assertThat(given).isEqualTo(expected);
    }
  }

  private static <E> void apply(
      Change change, BackendRig<?> rig, ListKind<?, ?, E> list, IntFunction<E> element) {
    switch (change) {
      case GROW -> {
        for (int i = 0; i < 300; i++) {
          list.add(element.apply(-i));
        }
      }
      case REMOVE_OTHERS, REMOVE_ALL_BY_ITERATOR -> list.update(List.of(element.apply(-1)));
      case SNAPSHOT_AND_CLEAR -> {
        rig.snapshot();
        list.clear();
      }
      default -> {
        list.clear();
        for (int i = 0; change != Change.CLEAR && i < 300; i++) {
          list.add(element.apply(-i));
        }
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void looks_whereAWalkIs_giveWhatIsThere(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> values = rig.values();
      ListTable<K, N, V> lists = rig.lists();
      MapTable<K, N, U, V> maps = rig.maps();
      rig.fill(300);
      Map<KeyAndNamespace<K, N>, V> ofValues = rig.contents(values);
      Map<KeyAndNamespace<K, N>, List<V>> ofLists = rig.contents(lists);
      Map<KeyAndNamespace<K, N>, Map<U, V>> ofMaps = rig.contents(maps);
      rig.at(values, 0, 0);
      rig.at(maps, 0, 0);
      try (FrozenView view = rig.store.freeze(1)) {
        assertThat(view.schema().states()).hasSize(3);
        Map<KeyAndNamespace<K, N>, V> valuesMet = new HashMap<>();
        for (TableCursor<K, N> at = values.cursor(); at.advance(); ) {
          valuesMet.put(cell(at), values.valueAt(at));
        }
        Map<KeyAndNamespace<K, N>, List<V>> listsMet = new HashMap<>();
        for (TableCursor<K, N> at = lists.cursor(); at.advance(); ) {
          listsMet.put(cell(at), List.copyOf(lists.listAt(at)));
        }
        Map<KeyAndNamespace<K, N>, Map<U, V>> mapsMet = new HashMap<>();
        for (TableCursor<K, N> at = maps.cursor(); at.advance(); ) {
          Map<U, V> map = new HashMap<>();
          for (MapCursor<U, V> entries = maps.entriesAt(at); entries.advance(); ) {
            map.put(entries.key(), entries.value());
          }
          mapsMet.put(cell(at), map);
        }
        assertThat(valuesMet).isEqualTo(ofValues);
        assertThat(listsMet).isEqualTo(ofLists);
        assertThat(mapsMet).isEqualTo(ofMaps);
      }
      assertThat(rig.store.context().key()).isEqualTo(types.keys().at(0));
      assertThat(maps.namespace()).isEqualTo(types.namespaces().at(0));
      TableCursor<K, N> value = values.cursor();
      TableCursor<K, N> list = lists.cursor();
      TableCursor<K, N> map = maps.cursor();
      assertThat(value.advance() && list.advance() && map.advance()).isTrue();
      clear(rig, values, cell(value));
      clear(rig, lists, cell(list));
      clear(rig, maps, cell(map));
      assertThat(values.valueAt(value)).as("removed since").isNull();
      assertThat(lists.listAt(list)).as("removed since").isNull();
      assertThat(maps.entriesAt(map).advance()).as("removed since").isFalse();
    }
  }

  private static <K, N> KeyAndNamespace<K, N> cell(TableCursor<K, N> at) {
    return new KeyAndNamespace<>(at.key(), at.namespace());
  }

  private static <K, N> void clear(
      Rig<K, N, ?, ?> rig, Table<K, N> table, KeyAndNamespace<K, N> cell) {
    rig.store.context().setKey(cell.key());
    table.namespace(cell.namespace());
    table.clear();
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void applyToAllKeys_keysChangeUnderIt_meetsThoseThatAreLeft(Change change) {
    applyToAllKeys(change, Serializers.longs(), i -> (long) i);
    applyToAllKeys(change, Serializers.strings(), i -> "key " + i);
  }

  private <K> void applyToAllKeys(Change change, Serializer<K> keys, IntFunction<K> key) {
    int count = 3000;
    try (BackendRig<K> rig = new BackendRig<>(factory(), keys)) {
      ValueKind<K, Short, UUID> values =
          rig.backend.open(
              new ValueStateDescriptor<>("values", Serializers.uuids()), Serializers.shorts());
      values.setCurrentNamespace((short) 1);
      put(rig, values, key, 0, count);
      Set<K> old = new HashSet<>();
      for (int i = 0; i < count; i++) {
        old.add(key.apply(i));
      }
      Set<K> met = new HashSet<>();
      rig.backend.applyToAllKeys(
          values,
          "values",
          (short) 1,
          (here, state) -> {
            assertThat(met.add(here)).as("%s once only", here).isTrue();
            if (met.size() == GIVEN) {
              change(change, rig, state, key, count, Set.copyOf(met));
            }
          });
      Consumer<K> isOld = here -> assertThat(old).contains(here);
      if (change == Change.GROW) {
        assertThat(met).containsAll(old);
      } else if (change.removes()) {
        met.retainAll(old);
        assertThat(met).hasSize(GIVEN).allSatisfy(isOld);
      }
    }
  }

  private static <K> void change(
      Change change,
      BackendRig<K> rig,
      ValueKind<K, Short, UUID> values,
      IntFunction<K> key,
      int count,
      Set<K> met) {
    if (change == Change.GROW) {
      put(rig, values, key, count, 3 * count);
      return;
    }
    if (change == Change.SNAPSHOT_AND_CLEAR) {
      rig.snapshot();
    }
    for (int i = 0; i < count; i++) {
      if (change != Change.REMOVE_OTHERS || !met.contains(key.apply(i))) {
        rig.backend.setCurrentKey(key.apply(i));
        values.clear();
      }
    }
    switch (change) {
      case CLEAR_AND_PUT_FEW -> put(rig, values, key, count, count + 2);
      case CLEAR_AND_PUT_MANY -> put(rig, values, key, count, 3 * count);
      default -> {}
    }
  }

  private static <K> void put(
      BackendRig<K> rig, ValueKind<K, Short, UUID> values, IntFunction<K> key, int from, int to) {
    for (int i = from; i < to; i++) {
      rig.backend.setCurrentKey(key.apply(i));
      values.update(new UUID(i, i));
    }
  }
}
