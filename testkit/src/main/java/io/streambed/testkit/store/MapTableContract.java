package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.entry.Expiry;
import io.streambed.keyed.KeyAndNamespace;
import io.streambed.store.BoundMap;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import java.io.IOException;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What every store's {@link MapTable} owes the kinds of state. Subclass it in a test and name the
 * store; {@code -Dstreambed.seed=N} sets the seed of the random tests.
 */
public abstract class MapTableContract {
  private final long seed = Long.getLong("streambed.seed", 7_003L);

  /** A contract over the stores that a subclass names. */
  protected MapTableContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  @EveryTypes
  <K, N, U, V> void put_severalMaps_eachHasItsOwnEntries(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      Map<KeyAndNamespace<K, N>, Map<U, V>> expected = new HashMap<>();
      rig.at(table, 0, 0);
      assertThat(table.isEmpty()).isTrue();
      assertThat(table.entriesCursor().advance()).isFalse();
      for (int i = 0; i < 60; i++) {
        rig.at(table, i % 3, i / 30);
        table.put(types.userKeys().at(i), rig.value(i), 0);
        expected
            .computeIfAbsent(rig.cell(i % 3, i / 30), cell -> new HashMap<>())
            .put(types.userKeys().at(i), rig.value(i));
      }
      assertThat(rig.contents(table)).isEqualTo(expected);
      assertThat(table.entries()).isEqualTo(60);
      rig.at(table, 0, 0);
      assertThat(table.isEmpty()).isFalse();
      assertThat(table.get(types.userKeys().at(3))).isEqualTo(rig.value(3));
      assertThat(table.get(types.userKeys().at(4))).isNull();
      assertThat(table.contains(types.userKeys().at(3))).isTrue();
      assertThat(table.contains(types.userKeys().at(4))).isFalse();
      table.put(types.userKeys().at(3), rig.value(33), 0);
      assertThat(table.get(types.userKeys().at(3))).isEqualTo(rig.value(33));
      assertThat(table.entries()).isEqualTo(60);
    }
  }

  @EveryTypes
  <K, N, U, V> void getAll_ofAnyUserKeys_givesEachInItsPlace(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table =
          rig.store.openMaps(Rig.with(rig.mapSpec(), Expiry.STAMPED, null));
      rig.at(table, 1, 1);
      List<U> asked = new ArrayList<>();
      for (int number : new int[] {7, 1, 3, 1, 2, 0}) {
        asked.add(types.userKeys().at(number));
      }
      assertThat(table.getAll(asked)).containsOnlyNulls().hasSize(6);
      for (int i = 0; i < 5; i++) {
        table.put(types.userKeys().at(i), i == 2 ? null : rig.value(i), 10 + i);
      }
      assertThat(table.getAll(asked))
          .containsExactly(null, rig.value(1), rig.value(3), rig.value(1), null, rig.value(0));
      assertThat(table.getAll(asked, 11))
          .containsExactly(null, rig.value(1), rig.value(3), rig.value(1), null, null);
      rig.at(table, 2, 1);
      assertThat(table.getAll(asked)).containsOnlyNulls();
      assertThat(table.getAll(List.of())).isEmpty();
    }
  }

  @EveryTypes
  <K, N, U, V> void put_nullValue_isAnEntryWithoutValue(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      rig.at(table, 1, 1);
      table.put(types.userKeys().at(1), null, 0);
      table.put(types.userKeys().at(2), rig.value(2), 0);
      table.put(types.userKeys().at(2), null, 0);
      table.put(types.userKeys().at(3), null, 0);
      table.put(types.userKeys().at(3), rig.value(3), 0);
      Map<U, V> expected = new HashMap<>();
      expected.put(types.userKeys().at(1), null);
      expected.put(types.userKeys().at(2), null);
      expected.put(types.userKeys().at(3), rig.value(3));
      assertThat(table.contains(types.userKeys().at(1))).isTrue();
      assertThat(table.get(types.userKeys().at(1))).isNull();
      assertThat(rig.entries(table)).isEqualTo(expected);
      try (Rig<K, N, U, V> moved = rig.moved()) {
        assertThat(moved.contents(moved.maps())).isEqualTo(Map.of(rig.cell(1, 1), expected));
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void putAll_absentAndPresentMaps_replacesAndAdds(SampleTypes<K, N, U, V> types) {
    for (int size : new int[] {3, 9_000}) {
      try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
        MapTable<K, N, U, V> table = rig.maps();
        rig.at(table, 1, 1);
        table.putAll(Map.of(), 0);
        assertThat(rig.cells(table)).isEmpty();
        Map<U, V> first = new HashMap<>();
        Map<U, V> second = new HashMap<>();
        for (int i = 0; i < size; i++) {
          first.put(types.userKeys().at(i), rig.value(i));
          second.put(types.userKeys().at(i + size / 2), i % 5 == 0 ? null : rig.value(-i));
        }
        table.putAll(first, 0);
        assertThat(rig.entries(table)).isEqualTo(first);
        table.putAll(second);
        Map<U, V> expected = new HashMap<>(first);
        expected.putAll(second);
        rig.at(table, 2, 1);
        table.putAll(first, 0);
        assertThat(rig.contents(table))
            .isEqualTo(Map.of(rig.cell(1, 1), expected, rig.cell(2, 1), first));
        assertThat(table.entries()).isEqualTo(expected.size() + size);
        rig.store.checkInvariants();
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void putAll_nullUserKeyAmongThem_changesNothing(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      rig.at(table, 1, 1);
      Map<U, V> map = new LinkedHashMap<>();
      map.put(types.userKeys().at(1), rig.value(1));
      map.put(null, rig.value(2));
      for (int round = 0; round < 2; round++) {
        assertThatThrownBy(() -> table.putAll(map, 0)).isInstanceOf(NullPointerException.class);
        assertThat(table.entries()).isEqualTo(round);
        table.put(types.userKeys().at(2), rig.value(2), 0);
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void putAll_underAWalk_theWalkMeetsWhatIsThereNow(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      rig.at(table, 1, 1);
      Map<U, V> changed = new HashMap<>();
      for (int i = 0; i < 50; i++) {
        table.put(types.userKeys().at(i), rig.value(i), 0);
        changed.put(types.userKeys().at(i), rig.value(-i));
      }
      MapCursor<U, V> cursor = table.entriesCursor();
      assertThat(cursor.advance()).isTrue();
      table.putAll(changed, 0);
      while (cursor.advance()) {
        assertThat(cursor.value()).isEqualTo(changed.get(cursor.key()));
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void anyAccess_nullUserKey_failsAndChangesNothing(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      rig.at(table, 1, 1);
      for (int round = 0; round < 2; round++) {
        assertThatThrownBy(() -> table.get(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> table.contains(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> table.remove(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> table.put(null, rig.value(1), 0))
            .isInstanceOf(NullPointerException.class);
        assertThat(table.entries()).isEqualTo(round);
        table.put(types.userKeys().at(1), rig.value(1), 0);
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void remove_lastEntry_leavesNoMap(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      rig.at(table, 1, 1);
      table.remove(types.userKeys().at(1));
      table.put(types.userKeys().at(1), null, 0);
      table.put(types.userKeys().at(2), rig.value(2), 0);
      table.remove(types.userKeys().at(1));
      table.remove(types.userKeys().at(1));
      assertThat(rig.entries(table)).isEqualTo(Map.of(types.userKeys().at(2), rig.value(2)));
      table.remove(types.userKeys().at(2));
      assertThat(table.isEmpty()).isTrue();
      assertThat(table.entries()).isZero();
      assertThat(rig.cells(table)).isEmpty();
    }
  }

  @EveryTypes
  <K, N, U, V> void clear_largeMap_removesTheCurrentOneOnly(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      for (int i = 0; i < 3000; i++) {
        rig.at(table, i & 1, 1);
        table.put(types.userKeys().at(i), rig.value(i), 0);
      }
      table.clear();
      table.clear();
      assertThat(table.isEmpty()).isTrue();
      assertThat(table.entries()).isEqualTo(1500);
      assertThat(rig.cells(table)).containsExactly(rig.cell(0, 1));
    }
  }

  private static <K, N, U, V> MapTable<K, N, U, V> stamped(Rig<K, N, U, V> rig) {
    return rig.store.openMaps(Rig.with(rig.mapSpec(), Expiry.STAMPED, null));
  }

  @EveryTypes
  <K, N, U, V> void stamp_tablesWithAndWithout_isThatOfWhatWasFoundLast(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      rig.at(table, 1, 1);
      table.put(types.userKeys().at(1), rig.value(1), 5);
      table.get(types.userKeys().at(1));
      assertThat(table.stamp()).isZero();
      assertThat(table.renew(types.userKeys().at(1), 0, 9)).isEqualTo(rig.value(1));
      assertThat(table.stamp()).isZero();
      assertThat(KeyedStoreExpiryContract.sweep(table, Long.MAX_VALUE)).isOne();
    }
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = stamped(rig);
      rig.at(table, 1, 1);
      assertThat(table.contains(types.userKeys().at(1))).isFalse();
      assertThat(table.stamp()).isZero();
      for (int i = 0; i < 2000; i++) {
        table.put(types.userKeys().at(i), i % 3 == 0 ? null : rig.value(i), -i);
      }
      table.put(types.userKeys().at(7), rig.value(8), 7);
      table.bound().put(types.userKeys().at(8), rig.value(9), 8);
      table.putAll(Map.of(types.userKeys().at(6), rig.value(7)), 6);
      assertThat(table.get(types.userKeys().at(6))).isEqualTo(rig.value(7));
      assertThat(table.stamp()).isEqualTo(6);
      assertThat(table.get(types.userKeys().at(7))).isEqualTo(rig.value(8));
      assertThat(table.stamp()).isEqualTo(7);
      assertThat(table.get(types.userKeys().at(8))).isEqualTo(rig.value(9));
      assertThat(table.stamp()).isEqualTo(8);
      for (int i = 9; i < 2000; i++) {
        assertThat(table.contains(types.userKeys().at(i))).isTrue();
        assertThat(table.stamp()).isEqualTo(-i);
        assertThat(table.get(types.userKeys().at(i))).isEqualTo(i % 3 == 0 ? null : rig.value(i));
        assertThat(table.stamp()).as("of null values too").isEqualTo(-i);
      }
      assertThat(table.get(types.userKeys().at(3000))).isNull();
      assertThat(table.stamp()).isZero();
      Map<U, Long> stamps = new HashMap<>();
      for (MapCursor<U, V> cursor = table.entriesCursor(); cursor.advance(); ) {
        stamps.put(cursor.key(), cursor.stamp());
      }
      assertThat(stamps).hasSize(2000).containsEntry(types.userKeys().at(7), 7L);
      assertThat(stamps).containsEntry(types.userKeys().at(1999), -1999L);
    }
  }

  private static <V> V valueOrNull(Rig<?, ?, ?, V> rig, int i) {
    return i % 3 == 0 ? null : rig.value(i);
  }

  @EveryTypes
  <K, N, U, V> void putAll_whoseArgumentThrowsHalfway_putsNothing(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      rig.at(table, 1, 1);
      Map<U, V> torn = new HashMap<>();
      torn.put(types.userKeys().at(1), rig.value(1));
      torn.put(types.userKeys().at(2), rig.value(2));
      Map<U, V> argument =
          new AbstractMap<>() {
            @Override
            public Set<Entry<U, V>> entrySet() {
              Iterator<Entry<U, V>> entries = torn.entrySet().iterator();
              int[] given = {0};
              return new AbstractSet<>() {
                @Override
                public Iterator<Entry<U, V>> iterator() {
                  return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                      return true;
                    }

                    @Override
                    public Entry<U, V> next() {
                      if (given[0]++ == 1) {
                        throw new IllegalStateException("torn");
                      }
                      return entries.next();
                    }
                  };
                }

                @Override
                public int size() {
                  return torn.size();
                }
              };
            }
          };
      assertThatThrownBy(() -> table.putAll(argument)).hasMessage("torn");
      assertThat(table.isEmpty()).isTrue();
    }
  }

  @EveryTypes
  <K, N, U, V> void renew_afterAFreeze_movesTheStampOfWhatIsNotTooOld(SampleTypes<K, N, U, V> types)
      throws IOException {
    for (int size : new int[] {20, 10_000}) {
      try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
        MapTable<K, N, U, V> table = stamped(rig);
        rig.at(table, 1, 1);
        for (int i = 0; i < size; i++) {
          table.put(types.userKeys().at(i), valueOrNull(rig, i), i);
        }
        try (FrozenView view = rig.store.freeze(1);
            Rig<K, N, U, V> before = new Rig<>(factory(), types)) {
          for (int i = 0; i < 20; i++) {
            assertThat(table.renew(types.userKeys().at(i), 10, 1 << 20))
                .isEqualTo(valueOrNull(rig, i));
            assertThat(table.stamp()).as("as it was").isEqualTo(i);
          }
          MapTable<K, N, U, V> frozen = stamped(before);
          before.store.load(view);
          before.at(frozen, 1, 1);
          for (int i = 0; i < 20; i++) {
            table.get(types.userKeys().at(i));
            assertThat(table.stamp()).isEqualTo(i < 10 ? i : 1 << 20);
            assertThat(frozen.get(types.userKeys().at(i))).isEqualTo(valueOrNull(rig, i));
            assertThat(frozen.stamp()).isEqualTo(i);
          }
        }
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void sweep_underAWalk_removesEntriesThatAreTooOld(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = stamped(rig);
      for (int key = 0; key < 4; key++) {
        rig.at(table, key, 1);
        for (int i = 0; i < 3_000; i++) {
          table.put(types.userKeys().at(i), i % 5 == 0 ? null : rig.value(i), key * 1_000 + i);
        }
      }
      try (FrozenView view = rig.store.freeze(1)) {
        assertThat(view).isNotNull();
        assertThat(KeyedStoreExpiryContract.sweep(table, 3_000)).isEqualTo(3);
        assertThat(table.entries()).isEqualTo(1_000 + 2_000 + 3_000);
        assertThat(KeyedStoreExpiryContract.sweep(table, 5_999)).isOne();
        assertThat(table.entries()).isOne();
        rig.at(table, 3, 1);
        assertThat(table.get(types.userKeys().at(2_999))).isEqualTo(rig.value(2_999));
        rig.at(table, 2, 1);
        assertThat(table.isEmpty()).isTrue();
        rig.store.checkInvariants();
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void cursor_keyChangesUnderTheWalk_staysWithItsMap(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      for (int i = 0; i < 4000; i++) {
        rig.at(table, i & 1, 1);
        table.put(types.userKeys().at(i), rig.value(i), 0);
      }
      rig.at(table, 0, 1);
      MapCursor<U, V> cursor = table.entriesCursor();
      Map<U, V> found = new HashMap<>();
      while (cursor.advance()) {
        rig.at(table, found.size() + 1, found.size());
        found.put(cursor.key(), cursor.value());
      }
      rig.at(table, 0, 1);
      assertThat(found).hasSize(2000).isEqualTo(rig.entries(table));
    }
  }

  @EveryTypes
  <K, N, U, V> void bound_anotherKeyAndNamespaceCurrent_readsAndChangesItsMap(
      SampleTypes<K, N, U, V> types) {
    // Small maps, and large ones that a store may keep in another way.
    for (int entries : new int[] {4, 9_000}) {
      try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
        MapTable<K, N, U, V> table = rig.maps();
        Map<U, V> expected = new HashMap<>();
        for (int i = 0; i < entries; i++) {
          for (int key = 0; key < 2; key++) {
            rig.at(table, key, key);
            table.put(types.userKeys().at(i), rig.value(i), 0);
          }
          expected.put(types.userKeys().at(i), rig.value(i));
        }
        rig.at(table, 0, 0);
        BoundMap<U, V> bound = table.bound();
        rig.at(table, 1, 1);
        try (FrozenView view = rig.store.freeze(1)) {
          Map<U, V> changed = changeAll(bound, expected, rig, types);
          assertThat(rig.contents(table))
              .isEqualTo(Map.of(rig.cell(0, 0), changed, rig.cell(1, 1), expected));
          try (Rig<K, N, U, V> plain = rig.plain(view)) {
            assertThat(plain.contents(plain.maps()))
                .isEqualTo(Map.of(rig.cell(0, 0), expected, rig.cell(1, 1), expected));
          }
        }
        rig.at(table, 0, 0);
        table.clear();
        rig.at(table, 1, 1);
        assertThat(bound.cursor().advance()).isFalse();
        bound.remove(types.userKeys().at(1));
        bound.put(types.userKeys().at(2), rig.value(2), 0);
        assertThat(rig.contents(table).get(rig.cell(0, 0)))
            .isEqualTo(Map.of(types.userKeys().at(2), rig.value(2)));
        bound.remove(types.userKeys().at(2));
        assertThat(rig.cells(table)).containsExactly(rig.cell(1, 1));
        assertThat(table.entries()).isEqualTo(entries);
      }
    }
  }

  /** Removes every third entry that is met, changes the next one, and adds one. */
  private static <U, V> Map<U, V> changeAll(
      BoundMap<U, V> bound,
      Map<U, V> contents,
      Rig<?, ?, U, V> rig,
      SampleTypes<?, ?, U, V> types) {
    Map<U, V> changed = new HashMap<>(contents);
    MapCursor<U, V> cursor = bound.cursor();
    for (int i = 0; cursor.advance(); i++) {
      assertThat(cursor.value()).isEqualTo(contents.get(cursor.key()));
      if (i % 3 == 0) {
        bound.remove(cursor.key());
        changed.remove(cursor.key());
      } else if (i % 3 == 1) {
        bound.put(cursor.key(), rig.value(-i), 0);
        changed.put(cursor.key(), rig.value(-i));
      }
    }
    bound.put(types.userKeys().at(contents.size()), null, 0);
    changed.put(types.userKeys().at(contents.size()), null);
    return changed;
  }

  @EveryTypes
  <K, N, U, V> void cursor_changesUnderTheWalk_keepsItsRules(SampleTypes<K, N, U, V> types) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      rig.at(table, 1, 1);
      Map<U, V> model = new HashMap<>();
      for (int i = 0; i < 3000; i++) {
        table.put(types.userKeys().at(i), rig.value(i), 0);
        model.put(types.userKeys().at(i), rig.value(i));
      }
      Set<U> stays = new HashSet<>(model.keySet());
      Set<U> met = new HashSet<>();
      int removedBefore = 0;
      MapCursor<U, V> cursor = table.entriesCursor();
      for (int step = 0; cursor.advance(); step++) {
        U here = cursor.key();
        assertThat(met.add(here)).as("%s only once, seed %s", here, seed).isTrue();
        assertThat(model.containsKey(here)).as("%s is there, seed %s", here, seed).isTrue();
        assertThat(cursor.value()).as("seed %s", seed).isEqualTo(model.get(here));
        if (step % 500 == 250) {
          rig.store.freeze(step).close();
        }
        for (int i = random.nextInt(3); i > 0; i--) {
          int other = random.nextInt(6000);
          U userKey = types.userKeys().at(other);
          if (random.nextBoolean()) {
            removedBefore += model.containsKey(userKey) && !met.contains(userKey) ? 1 : 0;
            stays.remove(userKey);
            table.remove(userKey);
            model.remove(userKey);
          } else if (model.containsKey(userKey) || !met.contains(userKey)) {
            V value = other % 5 == 0 ? null : rig.value(other + step);
            table.put(userKey, value, 0);
            model.put(userKey, other % 5 == 0 ? null : rig.value(other + step));
          }
        }
      }
      assertThat(met.containsAll(stays)).as("all met that stayed, seed %s", seed).isTrue();
      assertThat(removedBefore).isGreaterThan(100);
      assertThat(rig.entries(table)).as("seed %s", seed).isEqualTo(model);
    }
  }

  @EveryTypes
  <K, N, U, V> void cursor_mapClearedAndFilledAgain_givesNothingTwice(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      rig.at(table, 1, 1);
      for (int i = 0; i < 5000; i++) {
        table.put(types.userKeys().at(i), rig.value(i), 0);
      }
      MapCursor<U, V> cursor = table.entriesCursor();
      Set<U> met = new HashSet<>();
      for (int i = 0; i < 3000; i++) {
        assertThat(cursor.advance()).isTrue();
        met.add(cursor.key());
      }
      table.clear();
      for (int i = 0; i < 500; i++) {
        table.put(types.userKeys().at(i), rig.value(i), 0);
      }
      while (cursor.advance()) {
        assertThat(met.add(cursor.key())).as("%s only once", cursor.key()).isTrue();
      }
      assertThat(rig.entries(table)).hasSize(500);
    }
  }

  @Test
  void put_thousandsOfUserKeysOfOneHash_allAreKept() {
    SampleTypes<?, ?, ?, ?> types = SampleTypes.oneHash();
    fillAndEmpty(types);
  }

  private <K, N, U, V> void fillAndEmpty(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      rig.at(table, 1, 1);
      for (int i = 0; i < 1800; i++) {
        table.put(types.userKeys().at(i), rig.value(i), 0);
      }
      for (int i = 0; i < 1800; i += 2) {
        table.remove(types.userKeys().at(i));
      }
      assertThat(rig.entries(table)).hasSize(900);
      for (int i = 0; i < 1800; i++) {
        assertThat(table.get(types.userKeys().at(i))).isEqualTo(i % 2 == 0 ? null : rig.value(i));
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void lookup_fromOutside_givesEntriesAndLeavesTheCurrentKeyAlone(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      rig.at(table, 5, 1);
      Map<U, V> expected = new HashMap<>();
      for (int i = 0; i < 10; i++) {
        table.put(types.userKeys().at(i), i == 4 ? null : rig.value(i), 0);
        expected.put(types.userKeys().at(i), i == 4 ? null : rig.value(i));
      }
      rig.at(table, 6, 1);
      ByteView namespace = ValueTableContract.bytes(types.namespaces(), 1);
      assertThat(table.lookup(ValueTableContract.bytes(types.keys(), 7), namespace, Long.MIN_VALUE))
          .isNull();
      byte[] bytes =
          table.lookup(ValueTableContract.bytes(types.keys(), 5), namespace, Long.MIN_VALUE);
      assertThat(entries(types, bytes)).isEqualTo(expected);
      assertThat(rig.store.context().key()).isEqualTo(types.keys().at(6));
      assertThat(table.isEmpty()).isTrue();
    }
  }

  private static <U, V> Map<U, V> entries(SampleTypes<?, ?, U, V> types, byte[] bytes) {
    Map<U, V> entries = new HashMap<>();
    ByteReader in = new ByteReader(bytes);
    ByteView part = new ByteView();
    while (in.remaining() > 0) {
      in.readSized(part);
      U userKey = types.userKeys().serializer().read(new ByteReader().set(part));
      V value = null;
      if (!in.readBoolean()) {
        in.readSized(part);
        value = types.values().serializer().read(new ByteReader().set(part));
      }
      entries.put(userKey, value);
    }
    return entries;
  }

  @MutableTypes
  <K, N, U, V> void get_valuesChangedInPlaceAfterAFreeze_doNotReachTheView(
      SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      Map<U, V> expected = new HashMap<>();
      rig.at(table, 1, 1);
      for (int i = 0; i < 2000; i++) {
        table.put(types.userKeys().at(i), rig.value(i), 0);
        expected.put(types.userKeys().at(i), rig.value(i));
      }
      try (FrozenView view = rig.store.freeze(1)) {
        table.put(
            types.userKeys().at(0), types.values().change(table.get(types.userKeys().at(0)), 9), 0);
        MapCursor<U, V> cursor = table.entriesCursor();
        while (cursor.advance()) {
          table.put(cursor.key(), types.values().change(cursor.value(), 9), 0);
        }
        try (Rig<K, N, U, V> plain = rig.plain(view)) {
          assertThat(plain.contents(plain.maps())).isEqualTo(Map.of(rig.cell(1, 1), expected));
        }
      }
      assertThat(table.get(types.userKeys().at(7)))
          .isEqualTo(types.values().change(rig.value(7), 9));
    }
  }

  @EveryTypes
  <K, N, U, V> void randomOperations_withViewsOfEveryAge_agreeWithPlainMaps(
      SampleTypes<K, N, U, V> types) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = rig.maps();
      Map<KeyAndNamespace<K, N>, Map<U, V>> model = new HashMap<>();
      FrozenCopies<K, N, U, V, Map<U, V>> copies =
          new FrozenCopies<>(rig, r -> r.contents(r.maps()));
      for (int step = 0; step < 12_000; step++) {
        // One key has a large map, many have small ones.
        int key = random.nextInt(3) > 0 ? 0 : random.nextInt(1000);
        int namespace = key == 0 ? 0 : random.nextInt(2);
        int number = random.nextInt(key == 0 ? 4000 : 4);
        U userKey = types.userKeys().at(number);
        KeyAndNamespace<K, N> cell = rig.cell(key, namespace);
        Map<U, V> map = model.getOrDefault(cell, new HashMap<>());
        rig.at(table, key, namespace);
        int action = random.nextInt(100);
        if (action < (step < 8000 ? 20 : 60)) {
          table.remove(userKey);
          map.remove(userKey);
        } else if (action < 92) {
          V value = step % 7 == 0 ? null : rig.value(step);
          table.put(userKey, value, 0);
          map.put(userKey, step % 7 == 0 ? null : rig.value(step));
        } else if (action == 92 && key != 0) {
          table.clear();
          map.clear();
        } else {
          assertThat(table.contains(userKey)).isEqualTo(map.containsKey(userKey));
          assertThat(table.get(userKey))
              .as("seed %s, step %s", seed, step)
              .isEqualTo(map.get(userKey));
        }
        assertThat(table.isEmpty()).isEqualTo(map.isEmpty());
        model.put(cell, map);
        if (map.isEmpty()) {
          model.remove(cell);
        }
        if (step % 1500 == 700) {
          Map<KeyAndNamespace<K, N>, Map<U, V>> copy = new HashMap<>();
          model.forEach((c, entries) -> copy.put(c, new HashMap<>(entries)));
          copies.freeze(copy);
        } else if (step % 1900 == 1800) {
          copies.release(random);
          rig.store.checkInvariants();
        }
      }
      assertThat(table.entries()).isEqualTo(model.values().stream().mapToInt(Map::size).sum());
      assertThat(rig.contents(table)).as("seed %s", seed).isEqualTo(model);
      copies.finish();
      try (Rig<K, N, U, V> moved = rig.moved()) {
        assertThat(moved.contents(moved.maps())).isEqualTo(model);
      }
    }
  }
}
