package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.entry.Expiry;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.Table;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What every store owes to sweeps that go over a table part by part. Subclass it in a test and name
 * the store; {@code -Dstreambed.seed=N} sets the seed of the random tests.
 */
public abstract class KeyedStoreSweepContract {
  private final long seed = Long.getLong("streambed.seed", 7_003L);

  /** A contract over the stores that a subclass names. */
  protected KeyedStoreSweepContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private static <K, N, U, V> ValueTable<K, N, V> values(Rig<K, N, U, V> rig) {
    return rig.store.openValues(Rig.with(rig.valueSpec(), Expiry.STAMPED, null));
  }

  private static <K, N, U, V> ListTable<K, N, V> lists(Rig<K, N, U, V> rig) {
    return rig.store.openLists(Rig.with(rig.listSpec(), Expiry.STAMPED, null));
  }

  private static <K, N, U, V> MapTable<K, N, U, V> maps(Rig<K, N, U, V> rig) {
    return rig.store.openMaps(Rig.with(rig.mapSpec(), Expiry.STAMPED, null));
  }

  /** Sweeps to the end of a table; gives the number of calls. */
  private static int sweep(Table<?, ?> table, int entries, long oldestLive) {
    int calls = 1;
    while (!table.sweep(entries, oldestLive)) {
      calls++;
    }
    return calls;
  }

  @EveryTypes
  <K, N, U, V> void sweep_values_removesWhatIsTooOldPartByPart(SampleTypes<K, N, U, V> types)
      throws IOException {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types);
        Rig<K, N, U, V> before = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> table = values(rig);
      for (int i = 0; i < 6_000; i++) {
        rig.at(table, i, i & 1);
        table.put(rig.value(i), i);
      }
      rig.at(table, 7, 1);
      try (FrozenView view = rig.store.freeze(1)) {
        assertThat(table.sweep(1, 4_000)).as("one call is not enough").isFalse();
        assertThat(table.entries()).isGreaterThan(2_000);
        assertThat(sweep(table, 7, 4_000)).isBetween(100, 6_000);
        assertThat(rig.store.context().key()).isEqualTo(types.keys().at(7));
        assertThat(table.namespace()).isEqualTo(types.namespaces().at(1));
        assertThat(table.entries()).isEqualTo(2_000);
        rig.store.checkInvariants();
        before.store.load(view);
      }
      for (int i = 0; i < 6_000; i++) {
        rig.at(table, i, i & 1);
        assertThat(table.get()).isEqualTo(i < 4_000 ? null : rig.value(i));
      }
      assertThat(values(before).entries()).isEqualTo(6_000);
      sweep(table, 100, Long.MAX_VALUE);
      assertThat(table.entries()).isZero();
      assertThat(table.sweep(10, 0)).as("the end of an empty table").isTrue();
    }
  }

  @EveryTypes
  <K, N, U, V> void sweep_lists_removesElementsThatAreTooOldPartByPart(
      SampleTypes<K, N, U, V> types) throws IOException {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types);
        Rig<K, N, U, V> before = new Rig<>(factory(), types)) {
      ListTable<K, N, V> table = lists(rig);
      for (int i = 0; i < 900; i++) {
        rig.at(table, i % 30, 1);
        table.append(rig.value(i), i % 30 < 10 ? i : 2_000 + i);
      }
      rig.at(table, 7, 1);
      try (FrozenView view = rig.store.freeze(1)) {
        sweep(table, 3, 875);
        assertThat(table.read()).containsExactly(rig.value(877));
        assertThat(table.entries()).isEqualTo(25);
        rig.at(table, 4, 1);
        assertThat(table.read()).isNull();
        rig.at(table, 20, 1);
        assertThat(table.read()).hasSize(30);
        rig.store.checkInvariants();
        before.store.load(view);
      }
      before.at(lists(before), 7, 1);
      assertThat(lists(before).read()).hasSize(30);
      sweep(table, 100, Long.MAX_VALUE);
      assertThat(table.entries()).isZero();
    }
  }

  @EveryTypes
  <K, N, U, V> void sweep_maps_removesEntriesThatAreTooOldPartByPart(SampleTypes<K, N, U, V> types)
      throws IOException {
    // So many that one map is larger than those that a store may keep in a simple form.
    int[] sizes = {1, 10, 9_000, 100};
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types);
        Rig<K, N, U, V> before = new Rig<>(factory(), types)) {
      MapTable<K, N, U, V> table = maps(rig);
      for (int key = 0; key < sizes.length; key++) {
        rig.at(table, key, 1);
        for (int i = 0; i < sizes[key]; i++) {
          table.put(types.userKeys().at(i), i % 5 == 0 ? null : rig.value(i), i);
        }
      }
      try (FrozenView view = rig.store.freeze(1)) {
        sweep(table, 3, 5);
        assertThat(table.entries()).isEqualTo(5 + 8_995 + 95);
        sweep(table, 50, 6_000);
        assertThat(table.entries()).isEqualTo(3_000);
        rig.store.checkInvariants();
        rig.at(table, 2, 1);
        for (int i = 0; i < 9_000; i++) {
          U userKey = types.userKeys().at(i);
          assertThat(table.contains(userKey)).isEqualTo(i >= 6_000);
          assertThat(table.get(userKey)).isEqualTo(i < 6_000 || i % 5 == 0 ? null : rig.value(i));
          assertThat(table.stamp()).isEqualTo(i < 6_000 ? 0 : i);
        }
        rig.at(table, 3, 1);
        assertThat(table.isEmpty()).isTrue();
        before.store.load(view);
      }
      assertThat(maps(before).entries()).isEqualTo(1 + 10 + 9_000 + 100);
      sweep(table, 100, Long.MAX_VALUE);
      assertThat(table.entries()).isZero();
    }
  }

  @EveryTypes
  <K, N, U, V> void sweep_withoutTimestamps_removesNothing(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      rig.fill(20);
      for (Table<K, N> table : List.of(rig.values(), rig.lists(), rig.maps())) {
        long entries = table.entries();
        sweep(table, 3, Long.MAX_VALUE);
        assertThat(table.entries()).isEqualTo(entries).isPositive();
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void sweep_amongChanges_removesAllThatIsTooOldAndNothingElse(
      SampleTypes<K, N, U, V> types) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> values = values(rig);
      MapTable<K, N, U, V> maps = maps(rig);
      Map<Integer, Long> model = new HashMap<>();
      List<FrozenView> views = new ArrayList<>();
      for (long now = 1; now <= 10_000; now++) {
        // The table grows for a while, then it shrinks.
        boolean put = random.nextInt(10_000) > now;
        int key = random.nextInt(1_500);
        set(rig, values, key, put ? now : 0);
        set(rig, maps, key, put ? now : 0);
        model.put(key, put ? now : 0);
        values.sweep(5, now - 2_000);
        maps.sweep(5, now - 2_000);
        if (now % 2_000 == 0) {
          views.add(rig.store.freeze(now));
        }
      }
      rig.store.checkInvariants();
      for (FrozenView view : views) {
        view.close();
      }
      long oldestLive = 8_500;
      for (Table<K, N> table : List.of(values, maps)) {
        // What is behind the place of the sweep, then all.
        sweep(table, 5, oldestLive);
        sweep(table, 5, oldestLive);
      }
      rig.store.checkInvariants();
      for (int key : model.keySet()) {
        long stamp = model.get(key) < oldestLive ? 0 : model.get(key);
        rig.at(values, key, 1);
        assertThat(values.get()).isEqualTo(stamp == 0 ? null : rig.value(key));
        assertThat(values.stamp()).as("value of key %s, seed %s", key, seed).isEqualTo(stamp);
        at(rig, maps, key);
        assertThat(maps.contains(types.userKeys().at(key))).isEqualTo(stamp != 0);
        assertThat(maps.stamp()).as("entry of key %s, seed %s", key, seed).isEqualTo(stamp);
      }
    }
  }

  /** Sets a value and its timestamp; removes it if that is 0. */
  private static <K, N, U, V> void set(
      Rig<K, N, U, V> rig, ValueTable<K, N, V> table, int key, long stamp) {
    rig.at(table, key, 1);
    if (stamp == 0) {
      table.clear();
    } else {
      table.put(rig.value(key), stamp);
    }
  }

  /** As above; the second half of the keys share one map. */
  private static <K, N, U, V> void set(
      Rig<K, N, U, V> rig, MapTable<K, N, U, V> table, int key, long stamp) {
    at(rig, table, key);
    U userKey = rig.types.userKeys().at(key);
    if (stamp == 0) {
      table.remove(userKey);
    } else {
      table.put(userKey, rig.value(key), stamp);
    }
  }

  private static <K, N, U, V> void at(Rig<K, N, U, V> rig, MapTable<K, N, U, V> table, int key) {
    rig.at(table, Math.min(key, 750), 1);
  }
}
