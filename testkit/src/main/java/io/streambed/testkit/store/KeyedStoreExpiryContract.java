package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Expiry;
import io.streambed.entry.Schema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.StoreContext;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every store owes to state that expires: stamps that stay with their entries, and filters
 * that decide what goes into a snapshot. Subclass it in a test and name the store.
 */
public abstract class KeyedStoreExpiryContract {
  /** A contract over the stores that a subclass names. */
  protected KeyedStoreExpiryContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  @EveryTypes
  <K, N, U, V> void freeze_withFilters_writesWhatTheyKeepAndChangesNothingHere(
      SampleTypes<K, N, U, V> types) {
    V dropped = types.values().at(8);
    V replaced = types.values().at(4);
    SnapshotFilter<V> filter =
        (value, stamp) ->
            value.equals(dropped) ? null : value.equals(replaced) ? types.values().at(40) : value;
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      ValueTable<K, N, V> values =
          rig.store.openValues(Rig.with(rig.valueSpec(), Expiry.NONE, filter));
      ListTable<K, N, V> lists = rig.store.openLists(Rig.with(rig.listSpec(), Expiry.NONE, filter));
      MapTable<K, N, U, V> maps = rig.store.openMaps(Rig.with(rig.mapSpec(), Expiry.NONE, filter));
      rig.fill(12);
      // Opened again without filters by fill: the last declaration counts.
      rig.store.openValues(Rig.with(rig.valueSpec(), Expiry.NONE, filter));
      rig.store.openLists(Rig.with(rig.listSpec(), Expiry.NONE, filter));
      rig.store.openMaps(Rig.with(rig.mapSpec(), Expiry.NONE, filter));
      var expectedValues = rig.contents(values);
      expectedValues.values().removeIf(dropped::equals);
      expectedValues.replaceAll((cell, v) -> v.equals(replaced) ? rig.value(40) : v);
      var expectedLists = rig.contents(lists);
      expectedLists.replaceAll(
          (cell, list) -> {
            List<V> kept = new ArrayList<>(list);
            kept.removeIf(dropped::equals);
            Collections.replaceAll(kept, replaced, rig.value(40));
            return kept;
          });
      expectedLists.values().removeIf(List::isEmpty);
      var expectedMaps = rig.contents(maps);
      for (Map<U, V> map : expectedMaps.values()) {
        map.values().removeIf(dropped::equals);
        map.replaceAll((userKey, v) -> replaced.equals(v) ? rig.value(40) : v);
      }
      var here = List.of(rig.contents(values), rig.contents(lists), rig.contents(maps));
      try (Rig<K, N, U, V> moved = rig.moved()) {
        assertThat(moved.contents(moved.values())).isEqualTo(expectedValues).hasSize(11);
        assertThat(moved.contents(moved.lists())).isEqualTo(expectedLists);
        assertThat(moved.contents(moved.maps())).isEqualTo(expectedMaps);
      }
      assertThat(List.of(rig.contents(values), rig.contents(lists), rig.contents(maps)))
          .isEqualTo(here);
    }
  }

  @Test
  void freeze_filters_areAskedForOnceAFreezeOnTheStoresThread() throws IOException {
    List<Thread> asked = new ArrayList<>();
    try (KeyedStore<String> store =
        factory().create(StoreContext.alone(Serializers.strings(), 4, new KeyGroupRange(0, 3)))) {
      ValueTable<String, Long, Integer> values =
          store.openValues(
              new TableSpec<Long, Void, Integer>(
                  "values",
                  StateKind.VALUE,
                  Serializers.longs(),
                  null,
                  Serializers.ints(),
                  Expiry.NONE,
                  () -> {
                    asked.add(Thread.currentThread());
                    int limit = asked.size();
                    return (value, stamp) -> value < limit ? null : value;
                  }));
      for (int i = 0; i < 10; i++) {
        store.context().setKey("key" + i);
        values.namespace(1L);
        values.put(i, 0);
      }
      try (FrozenView first = store.freeze(1);
          FrozenView second = store.freeze(2)) {
        assertThat(asked).containsExactly(Thread.currentThread(), Thread.currentThread());
        assertThat(EntryCollector.of(second, new KeyGroupRange(0, 3)).get("values")).hasSize(8);
        assertThat(EntryCollector.of(first, new KeyGroupRange(0, 3)).get("values")).hasSize(9);
      }
      assertThat(asked).hasSize(2);
    }
  }

  @EveryTypes
  <K, N, U, V> void freezeAndLoad_stampedTables_keepsEveryStamp(SampleTypes<K, N, U, V> types)
      throws IOException {
    List<Long> filtered = new ArrayList<>();
    SnapshotFilter<V> watching =
        (value, stamp) -> {
          filtered.add(stamp);
          return value;
        };
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types);
        Rig<K, N, U, V> early = new Rig<>(factory(), types);
        Rig<K, N, U, V> late = new Rig<>(factory(), types)) {
      Stamped<K, N, U, V> tables = new Stamped<>(rig, null);
      for (int i = 0; i < 300; i++) {
        tables.put(i);
      }
      tables.check(300);
      Stamped<K, N, U, V> opened = new Stamped<>(early, null);
      try (FrozenView view = rig.store.freeze(1)) {
        early.store.load(view);
        late.store.load(view);
      }
      opened.check(300);
      Stamped<K, N, U, V> again = new Stamped<>(late, watching);
      again.check(300);
      try (FrozenView view = late.store.freeze(2)) {
        EntryCollector.of(view, Rig.ALL);
      }
      assertThat(filtered).hasSize(900).contains(-299L, -1L).doesNotContain(0L);
    }
  }

  /** Sweeps all of a table; gives the number of keys and namespaces that something is left of. */
  static <K, N> long sweep(Table<K, N> table, long oldestLive) {
    long left = 0;
    for (TableCursor<K, N> cursor = table.cursor(); cursor.advance(); ) {
      left += table.sweep(cursor, oldestLive) ? 1 : 0;
    }
    return left;
  }

  @EveryTypes
  <K, N, U, V> void freeze_withAFilterOfStamps_leavesOutWhatIsTooOldAndDecodesNoneOfIt(
      SampleTypes<K, N, U, V> types) throws IOException {
    List<Long> decoded = new ArrayList<>();
    SnapshotFilter<V> live =
        new SnapshotFilter<>() {
          @Override
          public boolean keeps(long stamp) {
            return stamp >= -10;
          }

          @Override
          public V filter(V value, long stamp) {
            decoded.add(stamp);
            return value;
          }
        };
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types);
        Rig<K, N, U, V> restored = new Rig<>(factory(), types)) {
      Stamped<K, N, U, V> tables = new Stamped<>(rig, live);
      for (int i = 0; i < 300; i++) {
        tables.put(i);
      }
      Stamped<K, N, U, V> after = new Stamped<>(restored, null);
      try (FrozenView view = rig.store.freeze(1)) {
        restored.store.load(view);
      }
      after.check(10);
      assertThat(after.values.entries()).isEqualTo(10);
      assertThat(after.lists.entries()).isEqualTo(10);
      assertThat(after.maps.entries()).as("with the null values").isEqualTo(10 + 300);
      assertThat(decoded).allMatch(stamp -> stamp >= -10);
    }
  }

  @EveryTypes
  <K, N, U, V> void load_withoutTimestampsIntoStamped_givesTheLoadTime(
      SampleTypes<K, N, U, V> types) throws IOException {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types);
        Rig<K, N, U, V> early = new Rig<>(factory(), types);
        Rig<K, N, U, V> late = new Rig<>(factory(), types)) {
      rig.fill(40);
      Stamped<K, N, U, V> opened = new Stamped<>(early, null, () -> 77);
      try (FrozenView view = rig.store.freeze(1)) {
        early.store.load(view);
        late.store.load(view);
      }
      Stamped<K, N, U, V> after = new Stamped<>(late, null, () -> 77);
      for (Stamped<K, N, U, V> tables : List.of(opened, after)) {
        tables.checkFilled(rig, 40, 77);
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void load_withTimestampsIntoUnstamped_dropsThem(SampleTypes<K, N, U, V> types)
      throws IOException {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types);
        Rig<K, N, U, V> early = new Rig<>(factory(), types);
        Rig<K, N, U, V> late = new Rig<>(factory(), types)) {
      Stamped<K, N, U, V> tables = new Stamped<>(rig, null);
      for (int i = 0; i < 40; i++) {
        tables.put(i);
      }
      early.values();
      early.lists();
      early.maps();
      try (FrozenView view = rig.store.freeze(1)) {
        early.store.load(view);
        late.store.load(view);
      }
      for (Rig<K, N, U, V> loaded : List.of(early, late)) {
        assertThat(loaded.contents(loaded.values())).isEqualTo(rig.contents(tables.values));
        assertThat(loaded.contents(loaded.lists())).isEqualTo(rig.contents(tables.lists));
        assertThat(loaded.contents(loaded.maps())).isEqualTo(rig.contents(tables.maps));
        loaded.at(loaded.values(), 1, 1);
        assertThat(loaded.values().get()).isEqualTo(rig.value(1));
        assertThat(loaded.values().stamp()).isZero();
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void load_withoutTimestampsIntoStampedWithoutLoadTime_isRefusedAndStaysCarried(
      SampleTypes<K, N, U, V> types) throws IOException {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types);
        Rig<K, N, U, V> open = new Rig<>(factory(), types);
        Rig<K, N, U, V> moved = new Rig<>(factory(), types)) {
      rig.fill(4);
      new Stamped<>(open, null);
      try (FrozenView view = rig.store.freeze(1)) {
        assertThatThrownBy(() -> open.store.load(view))
            .isInstanceOf(IncompatibleStateException.class)
            .hasMessageContaining("expiry STAMPED");
        moved.store.load(view);
      }
      List<ThrowingCallable> opens =
          List.of(
              () -> moved.store.openValues(Rig.with(rig.valueSpec(), Expiry.STAMPED, null)),
              () -> moved.store.openLists(Rig.with(rig.listSpec(), Expiry.STAMPED, null)),
              () -> moved.store.openMaps(Rig.with(rig.mapSpec(), Expiry.STAMPED, null)));
      for (ThrowingCallable opening : opens) {
        assertThatThrownBy(opening)
            .isInstanceOf(IncompatibleStateException.class)
            .hasMessageContaining("expiry STAMPED");
      }
      assertThat(moved.store.carried()).hasSize(3);
      assertThat(moved.contents(moved.values())).isEqualTo(rig.contents(rig.values()));
    }
  }

  @EveryTypes
  <K, N, U, V> void load_partsWithAndWithoutTimestamps_eachIsReadAsItWasWritten(
      SampleTypes<K, N, U, V> types) throws IOException {
    KeyGroupRange first = new KeyGroupRange(0, 1);
    try (Rig<K, N, U, V> without = new Rig<>(factory(), types, first);
        Rig<K, N, U, V> with = new Rig<>(factory(), types, new KeyGroupRange(2, 3));
        Rig<K, N, U, V> joined = new Rig<>(factory(), types);
        Rig<K, N, U, V> again = new Rig<>(factory(), types)) {
      without.fill(40);
      Stamped<K, N, U, V> stamped = new Stamped<>(with, null);
      for (int i = 0; i < 40; i++) {
        if (with.owns(types.keys().at(i))) {
          stamped.put(i);
        }
      }
      for (Rig<K, N, U, V> part : List.of(without, with)) {
        try (FrozenView view = part.store.freeze(1)) {
          joined.store.load(view);
        }
      }
      // Both parts travel on through a snapshot of a store that has opened neither.
      try (FrozenView view = joined.store.freeze(2)) {
        ByteWriter schema = new ByteWriter();
        view.schema().write(schema);
        assertThat(Schema.read(new ByteReader().set(schema.view()))).isEqualTo(view.schema());
        again.store.load(view);
      }
      Stamped<K, N, U, V> tables = new Stamped<>(again, null, () -> 77);
      tables.checkFilled(without, 40, 77);
      for (int i = 0; i < 40; i++) {
        if (with.owns(types.keys().at(i))) {
          tables.check(i, i + 1);
        }
      }
    }
  }

  /** Tables with stamps that follow from the key's number. */
  private static final class Stamped<K, N, U, V> {
    private final Rig<K, N, U, V> rig;
    private final ValueTable<K, N, V> values;
    private final ListTable<K, N, V> lists;
    private final MapTable<K, N, U, V> maps;

    Stamped(Rig<K, N, U, V> rig, SnapshotFilter<V> filter) {
      this(rig, filter, null);
    }

    Stamped(Rig<K, N, U, V> rig, SnapshotFilter<V> filter, LongSupplier loadTime) {
      this.rig = rig;
      this.values = rig.store.openValues(Rig.stamped(rig.valueSpec(), filter, loadTime));
      this.lists = rig.store.openLists(Rig.stamped(rig.listSpec(), filter, loadTime));
      this.maps = rig.store.openMaps(Rig.stamped(rig.mapSpec(), filter, loadTime));
    }

    private void at(int i) {
      rig.at(values, i, 1);
      lists.namespace(rig.types.namespaces().at(1));
      maps.namespace(rig.types.namespaces().at(1));
    }

    void put(int i) {
      at(i);
      values.put(rig.value(i), -i - 1);
      lists.append(rig.value(i), -i - 1);
      maps.put(rig.types.userKeys().at(i), rig.value(i), -i - 1);
      maps.put(rig.types.userKeys().at(i + 1), null, i);
    }

    /** That each of so many keys that a rig owns has what that was filled with, and a stamp. */
    void checkFilled(Rig<K, N, U, V> filled, int keys, long stamp) {
      for (int i = 0; i < keys; i++) {
        if (!filled.owns(rig.types.keys().at(i))) {
          continue;
        }
        rig.at(values, i, i & 1);
        assertThat(values.get()).isEqualTo(rig.value(i));
        assertThat(values.stamp()).isEqualTo(stamp);
        lists.namespace(rig.types.namespaces().at(1));
        assertThat(lists.read(stamp)).containsExactly(rig.value(i + 1), rig.value(i + 2));
        assertThat(lists.read(stamp + 1)).isNull();
        maps.namespace(rig.types.namespaces().at(i % 3));
        assertThat(maps.get(rig.types.userKeys().at(i))).isEqualTo(rig.value(i));
        assertThat(maps.stamp()).isEqualTo(stamp);
        assertThat(maps.contains(rig.types.userKeys().at(i + 1))).isTrue();
        assertThat(maps.stamp()).isEqualTo(stamp);
      }
    }

    void check(int count) {
      check(0, count);
    }

    void check(int from, int to) {
      for (int i = from; i < to; i++) {
        at(i);
        assertThat(values.get()).isEqualTo(rig.value(i));
        assertThat(values.stamp()).isEqualTo(-i - 1);
        assertThat(lists.read(-i - 1)).containsExactly(rig.value(i));
        assertThat(lists.read(-i)).isNull();
        assertThat(maps.get(rig.types.userKeys().at(i))).isEqualTo(rig.value(i));
        assertThat(maps.stamp()).isEqualTo(-i - 1);
        assertThat(maps.contains(rig.types.userKeys().at(i + 1))).isTrue();
        assertThat(maps.stamp()).isEqualTo(i);
      }
    }
  }
}
