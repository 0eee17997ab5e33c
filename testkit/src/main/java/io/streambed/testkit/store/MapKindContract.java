package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.keyed.MapKind;
import io.streambed.serial.Serializers;
import io.streambed.state.MapState;
import io.streambed.state.MapStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/**
 * What map state owes users, over any store: nulls, bulk changes, iterators that remove and entries
 * that write through. Subclass it in a test and name the store.
 */
public abstract class MapKindContract {
  private static final MapStateDescriptor<UUID, List<Integer>> DESCRIPTOR =
      new MapStateDescriptor<>("map", Serializers.uuids(), Serializers.list(Serializers.ints()));

  /** A contract over the stores that a subclass names. */
  protected MapKindContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private BackendRig<Long> rig() {
    return new BackendRig<>(factory(), Serializers.longs());
  }

  private static UUID user(int number) {
    return new UUID(number, 31L * number);
  }

  private static List<Integer> value(int number) {
    return new ArrayList<>(List.of(number, number));
  }

  /** A map of the current key with entries of 0 until {@code count}, every fifth value null. */
  private static Map<UUID, List<Integer>> fill(MapState<UUID, List<Integer>> map, int count) {
    Map<UUID, List<Integer>> expected = new HashMap<>();
    for (int i = 0; i < count; i++) {
      map.put(user(i), i % 5 == 0 ? null : value(i));
      expected.put(user(i), i % 5 == 0 ? null : value(i));
    }
    return expected;
  }

  private static Map<UUID, List<Integer>> contents(MapState<UUID, List<Integer>> map) {
    Map<UUID, List<Integer>> contents = new HashMap<>();
    for (Map.Entry<UUID, List<Integer>> entry : map.entries()) {
      assertThat(contents.containsKey(entry.getKey())).as("twice").isFalse();
      contents.put(entry.getKey(), entry.getValue());
    }
    return contents;
  }

  @Test
  void putAll_entriesWithNullValues_putsThemAll() {
    try (BackendRig<Long> rig = rig()) {
      MapState<UUID, List<Integer>> map = rig.backend.getMapState(DESCRIPTOR);
      rig.backend.setCurrentKey(1L);
      Map<UUID, List<Integer>> entries = new HashMap<>();
      entries.put(user(1), value(1));
      entries.put(user(2), null);
      map.putAll(entries);
      assertThat(contents(map)).isEqualTo(entries);
      Map<UUID, List<Integer>> withNullKey = new HashMap<>(Map.of(user(3), value(3)));
      withNullKey.put(null, value(4));
      assertThatThrownBy(() -> map.putAll(withNullKey)).isInstanceOf(NullPointerException.class);
      assertThat(contents(map)).as("not even half of them").isEqualTo(entries);
      assertThatThrownBy(() -> map.put(null, value(1))).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> map.get(null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> map.remove(null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> map.contains(null)).isInstanceOf(NullPointerException.class);
    }
  }

  @Test
  void iterators_removeHalf_leaveTheOtherHalf() {
    try (BackendRig<Long> rig = rig()) {
      MapState<UUID, List<Integer>> map = rig.backend.getMapState(DESCRIPTOR);
      for (long key = 0; key < 3; key++) {
        rig.backend.setCurrentKey(key);
        Map<UUID, List<Integer>> expected = fill(map, 2500);
        Iterator<?> iterator =
            key == 0 ? map.iterator() : key == 1 ? map.keys().iterator() : map.values().iterator();
        Iterator<UUID> same = map.keys().iterator();
        for (int i = 0; iterator.hasNext(); i++) {
          iterator.next();
          UUID here = same.next();
          if (i % 2 == 0) {
            iterator.remove();
            expected.remove(here);
          }
        }
        assertThat(contents(map)).hasSize(1250).isEqualTo(expected);
      }
    }
  }

  @Test
  void iterators_removeAll_leaveNoMap() {
    try (BackendRig<Long> rig = rig()) {
      MapState<UUID, List<Integer>> map = rig.backend.getMapState(DESCRIPTOR);
      rig.backend.setCurrentKey(1L);
      fill(map, 1500);
      Iterator<Map.Entry<UUID, List<Integer>>> iterator = map.iterator();
      while (iterator.hasNext()) {
        iterator.next();
        iterator.remove();
      }
      assertThat(map.isEmpty()).isTrue();
      assertThat(rig.backend.<Object>getKeysAndNamespaces("map")).isEmpty();
      assertThat(rig.backend.entries()).isZero();
    }
  }

  @Test
  void setValue_onEntriesMet_writesThrough() {
    try (BackendRig<Long> rig = rig()) {
      MapState<UUID, List<Integer>> map = rig.backend.getMapState(DESCRIPTOR);
      rig.backend.setCurrentKey(1L);
      Map<UUID, List<Integer>> expected = fill(map, 2000);
      for (Map.Entry<UUID, List<Integer>> entry : map.entries()) {
        int number = (int) entry.getKey().getMostSignificantBits();
        List<Integer> old = entry.getValue();
        List<Integer> changed = number % 7 == 0 ? null : value(-number);
        assertThat(entry.setValue(changed)).isEqualTo(old).isEqualTo(expected.get(entry.getKey()));
        assertThat(entry.getValue()).isEqualTo(changed);
        expected.put(entry.getKey(), number % 7 == 0 ? null : value(-number));
      }
      assertThat(contents(map)).isEqualTo(expected);
      try (BackendRig<Long> restored = rig.restored()) {
        restored.backend.setCurrentKey(1L);
        assertThat(contents(restored.backend.getMapState(DESCRIPTOR))).isEqualTo(expected);
      }
    }
  }

  @Test
  void iterators_misused_sayNo() {
    try (BackendRig<Long> rig = rig()) {
      MapState<UUID, List<Integer>> map = rig.backend.getMapState(DESCRIPTOR);
      rig.backend.setCurrentKey(1L);
      assertThat(map.iterator().hasNext()).isFalse();
      assertThatThrownBy(() -> map.iterator().next()).isInstanceOf(NoSuchElementException.class);
      map.put(user(1), value(1));
      Iterator<UUID> keys = map.keys().iterator();
      assertThatThrownBy(keys::remove).isInstanceOf(IllegalStateException.class);
      keys.next();
      keys.remove();
      assertThatThrownBy(keys::remove).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(keys::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void iterators_removeAfterLookingAhead_removeTheEntryGiven() {
    try (BackendRig<Long> rig = rig()) {
      removeAfterLookingAhead(rig, DESCRIPTOR, i -> user((int) i));
      removeAfterLookingAhead(
          rig,
          new MapStateDescriptor<>(
              "longs", Serializers.longs(), Serializers.list(Serializers.ints())),
          i -> 1L << i);
    }
  }

  /** Removes what ends the walk, too: there hasNext() finds nothing ahead. */
  private static <U> void removeAfterLookingAhead(
      BackendRig<Long> rig, MapStateDescriptor<U, List<Integer>> state, LongFunction<U> userKeys) {
    MapState<U, List<Integer>> map = rig.backend.getMapState(state);
    for (long key = 0; key < 2; key++) {
      rig.backend.setCurrentKey(key);
      for (int i = 0; i < 9; i++) {
        map.put(userKeys.apply(i), value(i));
      }
      Set<U> expected = new HashSet<>();
      Iterator<U> iterator = map.keys().iterator();
      for (int i = 0; iterator.hasNext(); i++) {
        U given = iterator.next();
        iterator.hasNext();
        if (i % 2 == key) {
          iterator.remove();
          assertThatThrownBy(iterator::remove).isInstanceOf(IllegalStateException.class);
        } else {
          expected.add(given);
        }
      }
      assertThat(map.keys()).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void iterators_usedUnderAnotherKey_changeTheMapTheyAreOf() {
    // Small maps, and large ones that a store may keep in another way.
    for (int entries : new int[] {3, 9_000}) {
      try (BackendRig<Long> rig = rig()) {
        MapKind<Long, String, UUID, List<Integer>> map =
            rig.backend.open(DESCRIPTOR, Serializers.strings());
        Map<UUID, List<Integer>> others = Map.of();
        Map<UUID, List<Integer>> expected = Map.of();
        for (long key = 0; key < 2; key++) {
          for (String namespace : List.of("a", "b")) {
            rig.backend.setCurrentKey(key);
            map.setCurrentNamespace(namespace);
            others = fill(map, entries);
            expected = new HashMap<>(others);
          }
        }
        rig.backend.setCurrentKey(0L);
        map.setCurrentNamespace("a");
        Iterator<UUID> order = map.keys().iterator();
        List<UUID> met = List.of(order.next(), order.next(), order.next());
        Iterator<UUID> keys = map.keys().iterator();
        keys.next();
        Iterator<List<Integer>> values = map.values().iterator();
        values.next();
        values.next();
        Iterator<Map.Entry<UUID, List<Integer>>> iterator = map.iterator();
        iterator.next();
        iterator.next();
        Map.Entry<UUID, List<Integer>> third = iterator.next();

        map.setCurrentNamespace("b");
        keys.hasNext();
        keys.remove();
        third.setValue(value(2));
        rig.backend.setCurrentKey(1L);
        map.setCurrentNamespace("a");
        values.remove();
        third.setValue(value(3));

        assertThat(third).isEqualTo(Map.entry(met.get(2), value(3)));
        expected.remove(met.get(0));
        expected.remove(met.get(1));
        expected.put(met.get(2), value(3));
        for (long key = 0; key < 2; key++) {
          for (String namespace : List.of("a", "b")) {
            rig.backend.setCurrentKey(key);
            map.setCurrentNamespace(namespace);
            assertThat(contents(map))
                .isEqualTo(key == 0 && namespace.equals("a") ? expected : others);
          }
        }
        iterator.remove();
        assertThat(contents(map)).isEqualTo(others);
        assertThat(rig.backend.entries()).isEqualTo(4L * entries - 3);
      }
    }
  }

  @Test
  void views_iteratedUnderAnotherKey_areOfTheMapTheyWereAskedFor() {
    try (BackendRig<Long> rig = rig()) {
      MapState<UUID, List<Integer>> map = rig.backend.getMapState(DESCRIPTOR);
      rig.backend.setCurrentKey(1L);
      map.put(user(1), value(1));
      Iterable<Map.Entry<UUID, List<Integer>>> entries = map.entries();
      Iterable<UUID> keys = map.keys();
      Iterable<List<Integer>> values = map.values();
      map.put(user(2), value(2));
      rig.backend.setCurrentKey(2L);
      map.put(user(3), value(3));
      assertThat(entries)
          .containsExactlyInAnyOrder(Map.entry(user(1), value(1)), Map.entry(user(2), value(2)));
      assertThat(keys).containsExactlyInAnyOrder(user(1), user(2));
      assertThat(values).containsExactlyInAnyOrder(value(1), value(2));
    }
  }

  @Test
  void views_comparedAndPrinted_areAsThoseOfAJavaMap() {
    try (BackendRig<Long> rig = rig()) {
      MapState<UUID, List<Integer>> map = rig.backend.getMapState(DESCRIPTOR);
      rig.backend.setCurrentKey(1L);
      assertThat(map.entries()).isEqualTo(Set.of()).hasToString("[]");
      map.put(user(1), value(1));
      Map<UUID, List<Integer>> same = Map.of(user(1), value(1));
      assertThat(map.entries()).isEqualTo(same.entrySet()).hasToString("[" + user(1) + "=[1, 1]]");
      assertThat(map.entries().iterator().next()).hasToString(user(1) + "=[1, 1]");
      assertThat(map.keys()).isEqualTo(same.keySet()).hasToString("[" + user(1) + "]");
      assertThat(map.values()).isInstanceOf(Collection.class).hasToString("[[1, 1]]");
      assertThat(map.entries().hashCode()).isEqualTo(same.entrySet().hashCode());
      map.put(user(2), null);
      assertThat((Collection<?>) map.values()).hasSize(2);
      ((Collection<?>) map.keys()).remove(user(1));
      assertThat((Collection<?>) map.entries()).hasSize(1).hasToString("[" + user(2) + "=null]");
    }
  }

  @Test
  void iterator_entryRemovedBeforeItIsReached_isNotGiven() {
    try (BackendRig<Long> rig = rig()) {
      MapState<UUID, List<Integer>> map = rig.backend.getMapState(DESCRIPTOR);
      rig.backend.setCurrentKey(1L);
      fill(map, 10);
      Iterator<UUID> keys = map.keys().iterator();
      UUID first = keys.next();
      for (int i = 0; i < 10; i++) {
        if (!user(i).equals(first)) {
          map.remove(user(i));
        }
      }
      assertThat(keys.hasNext()).isFalse();
      assertThat(map.keys()).containsExactly(first);
    }
  }

  @Test
  void entries_equalPairs_areEqualAsPlainEntriesAre() {
    try (BackendRig<Long> rig = rig()) {
      MapState<UUID, List<Integer>> map = rig.backend.getMapState(DESCRIPTOR);
      rig.backend.setCurrentKey(1L);
      map.put(user(1), value(1));
      Map.Entry<UUID, List<Integer>> entry = map.iterator().next();
      assertThat(entry).isEqualTo(Map.entry(user(1), value(1)));
      assertThat(entry.hashCode()).isEqualTo(Map.entry(user(1), value(1)).hashCode());
      assertThat(entry).isNotEqualTo(Map.entry(user(1), value(2)));
    }
  }

  @Test
  void values_changedInPlaceAndPutBackAfterASnapshot_areInTheNextOnly() {
    try (BackendRig<Long> rig = rig()) {
      MapKind<Long, String, UUID, List<Integer>> map =
          rig.backend.open(DESCRIPTOR, Serializers.strings());
      rig.backend.setCurrentKey(1L);
      map.setCurrentNamespace("n");
      map.put(user(1), value(1));
      try (BackendRig<Long> before = rig.restored()) {
        List<Integer> changed = map.get(user(1));
        changed.add(9);
        map.put(user(1), changed);
        try (BackendRig<Long> after = rig.restored()) {
          var old = before.backend.open(DESCRIPTOR, Serializers.strings());
          var next = after.backend.open(DESCRIPTOR, Serializers.strings());
          before.backend.setCurrentKey(1L);
          after.backend.setCurrentKey(1L);
          old.setCurrentNamespace("n");
          next.setCurrentNamespace("n");
          assertThat(old.get(user(1))).containsExactly(1, 1);
          assertThat(next.get(user(1))).containsExactly(1, 1, 9);
        }
      }
    }
  }
}
