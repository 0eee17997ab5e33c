package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyAndNamespace;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.EntryCursor;
import io.streambed.store.EntrySource;
import io.streambed.store.Expiry;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import io.streambed.testkit.store.EntryCollector.Found;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What every store owes those who freeze it: a view that stays as it was, on any thread, by key
 * group, and that any store can load. Subclass it in a test and name the store.
 */
public abstract class KeyedStoreSnapshotContract {
  private final long seed = Long.getLong("streambed.seed", 7_005L);

  /** A contract over the stores that a subclass names. */
  protected KeyedStoreSnapshotContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private static <K, N, U, V> void fill(Rig<K, N, U, V> rig, int keys) {
    ValueTable<K, N, V> values = rig.values();
    ListTable<K, N, V> lists = rig.lists();
    MapTable<K, N, U, V> maps = rig.maps();
    for (int i = 0; i < keys; i++) {
      if (owns(rig, i)) {
        rig.at(values, i, i & 1);
        values.put(rig.value(i), 0);
        lists.namespace(rig.types.namespaces().at(1));
        lists.append(rig.value(i + 1), 0);
        lists.append(rig.value(i + 2), 0);
        maps.namespace(rig.types.namespaces().at(i % 3));
        maps.put(rig.types.userKeys().at(i), rig.value(i), 0);
        maps.put(rig.types.userKeys().at(i + 1), null, 0);
      }
    }
  }

  private static <K> boolean owns(Rig<K, ?, ?, ?> rig, int key) {
    int hash = rig.types.keys().serializer().keyHasher().hash(rig.types.keys().at(key));
    int group = KeyGroups.assign(hash, Rig.MAX_PARALLELISM);
    return rig.store.context().range().contains(group);
  }

  /** Everything, as one value that can be compared. */
  private static <K, N, U, V> List<Map<KeyAndNamespace<K, N>, ?>> everything(Rig<K, N, U, V> rig) {
    return List.of(rig.contents(rig.values()), rig.contents(rig.lists()), rig.contents(rig.maps()));
  }

  @EveryTypes
  <K, N, U, V> void read_anotherThreadWhileTheOwnerWrites_givesTheMomentOfTheFreeze(
      SampleTypes<K, N, U, V> types) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      fill(rig, 2000);
      ValueTable<K, N, V> values = rig.values();
      ListTable<K, N, V> lists = rig.lists();
      MapTable<K, N, U, V> maps = rig.maps();
      for (int round = 0; round < 4; round++) {
        var expected = everything(rig);
        FrozenView view = rig.store.freeze(round);
        CompletableFuture<Rig<K, N, U, V>> reading =
            CompletableFuture.supplyAsync(() -> rig.plain(view));
        for (int i = 0; i < 20_000 && (i < 2000 || !reading.isDone()); i++) {
          int key = random.nextInt(4000);
          rig.at(values, key, key & 1);
          lists.namespace(types.namespaces().at(1));
          maps.namespace(types.namespaces().at(key % 3));
          switch (random.nextInt(6)) {
            case 0 -> values.clear();
            case 1 ->
                values.<Integer>fold(
                    i, (old, n) -> old == null ? rig.value(n) : types.values().change(old, n), 0);
            case 2 -> lists.append(rig.value(i), 0);
            case 3 -> {
              if (lists.read() != null) {
                lists.read().forEach(element -> {});
              }
            }
            case 4 -> maps.put(types.userKeys().at(i % 10), rig.value(i), 0);
            default -> maps.remove(types.userKeys().at(key));
          }
        }
        try (Rig<K, N, U, V> plain = reading.join()) {
          assertThat(everything(plain)).as("seed %s, round %s", seed, round).isEqualTo(expected);
        }
        view.close();
        rig.store.checkInvariants();
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void read_anotherThread_usesSerializersOfItsOwn(SampleTypes<K, N, U, V> plain) {
    SampleTypes<K, N, U, V> types =
        new SampleTypes<>(
            plain.name(),
            confined(plain.keys()),
            confined(plain.namespaces()),
            confined(plain.userKeys()),
            confined(plain.values()));
    SnapshotFilter<V> keepAll = (value, stamp) -> value;
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types);
        Rig<K, N, U, V> filtered = new Rig<>(factory(), types)) {
      filtered.store.openValues(Rig.with(rig.valueSpec(), Expiry.NONE, keepAll));
      filtered.store.openLists(Rig.with(rig.listSpec(), Expiry.NONE, keepAll));
      filtered.store.openMaps(Rig.with(rig.mapSpec(), Expiry.NONE, keepAll));
      for (Rig<K, N, U, V> each : List.of(rig, filtered)) {
        fill(each, 50);
        // What the owner has read and written before belongs to its thread; then the other's turn.
        var expected = everything(each);
        try (FrozenView view = each.store.freeze(1)) {
          Map<String, List<Found>> found =
              CompletableFuture.supplyAsync(() -> collect(view, Rig.ALL)).join();
          assertThat(found).containsOnlyKeys("value", "list", "map");
        }
        assertThat(everything(each)).isEqualTo(expected);
      }
    }
  }

  private static <T> Samples<T> confined(Samples<T> samples) {
    return new Samples<>(new Confined<>(samples.serializer()), samples.of(), samples.join());
  }

  private static Map<String, List<Found>> collect(EntrySource source, KeyGroupRange range) {
    try {
      return EntryCollector.of(source, range);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @EveryTypes
  <K, N, U, V> void read_byKeyGroup_givesEachEntryInItsOwnInTheOrderOfTheSchema(
      SampleTypes<K, N, U, V> types) throws IOException {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types, new KeyGroupRange(1, 2))) {
      fill(rig, 400);
      try (FrozenView view = rig.store.freeze(1)) {
        for (int group = 0; group < Rig.MAX_PARALLELISM; group++) {
          List<Integer> states = new ArrayList<>();
          int asked = group;
          view.read(
              group,
              (keyGroup, state, entry) -> {
                assertThat(keyGroup).isEqualTo(asked);
                assertThat(groupOf(types.keys(), entry.key)).isEqualTo(asked);
                states.add(state);
              });
          assertThat(states).isSorted();
          assertThat(states.isEmpty()).isEqualTo(group == 0 || group == 3);
        }
        assertThat(collect(view, Rig.ALL)).isEqualTo(collect(view, Rig.ALL));
      }
    }
  }

  private static <K> int groupOf(Samples<K> keys, ByteView bytes) {
    K key =
        keys.serializer().read(new ByteReader().set(bytes.array(), bytes.offset(), bytes.length()));
    return KeyGroups.assign(keys.serializer().keyHasher().hash(key), Rig.MAX_PARALLELISM);
  }

  @EveryTypes
  <K, N, U, V> void read_viewThatSaysItIsSorted_isSorted(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      fill(rig, 1500);
      try (FrozenView view = rig.store.freeze(1)) {
        collect(view, Rig.ALL)
            .forEach(
                (state, entries) -> {
                  assertThat(entries).isNotEmpty();
                  if (view.sorted()) {
                    assertThat(entries).isSortedAccordingTo(KeyedStoreSnapshotContract::compare);
                  }
                });
      }
    }
  }

  private static int compare(Found left, Found right) {
    int order = Integer.compare(left.keyGroup(), right.keyGroup());
    order = order != 0 ? order : left.key().compareTo(right.key());
    order = order != 0 ? order : left.namespace().compareTo(right.namespace());
    return order != 0 ? order : left.userKey().compareTo(right.userKey());
  }

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
      fill(rig, 12);
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
        factory().create(Serializers.strings(), 4, new KeyGroupRange(0, 3))) {
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
        assertThat(collect(second, new KeyGroupRange(0, 3)).get("values")).hasSize(8);
        assertThat(collect(first, new KeyGroupRange(0, 3)).get("values")).hasSize(9);
      }
      assertThat(asked).hasSize(2);
    }
  }

  private KeyedStore<String> storeOfTexts() {
    KeyedStore<String> store = factory().create(Serializers.strings(), 4, new KeyGroupRange(0, 3));
    store.context().setKey("key");
    return store;
  }

  private static TableSpec<Long, Void, List<String>> texts(StateKind kind, Faulty serializer) {
    return new TableSpec<>("texts", kind, Serializers.longs(), null, serializer);
  }

  @Test
  void fold_viewIsLetGoWhileTheFunctionRuns_keepsTheResult() {
    try (KeyedStore<String> store = storeOfTexts()) {
      ValueTable<String, Long, List<String>> values =
          store.openValues(texts(StateKind.VALUE, new Faulty()));
      values.namespace(1L);
      values.put(new ArrayList<>(List.of("a")), 0);
      FrozenView view = store.freeze(1);
      values.fold(
          "b",
          (old, added) -> {
            view.close();
            return new ArrayList<>(List.of(old.get(0) + added));
          },
          0);
      assertThat(values.get()).containsExactly("ab");
      store.checkInvariants();
    }
  }

  @Test
  void take_viewIsLetGoWhileTheValueIsCopied_removesIt() {
    Faulty serializer = new Faulty();
    try (KeyedStore<String> store = storeOfTexts()) {
      ValueTable<String, Long, List<String>> values =
          store.openValues(texts(StateKind.VALUE, serializer));
      values.namespace(1L);
      values.put(new ArrayList<>(List.of("a")), 0);
      FrozenView view = store.freeze(1);
      serializer.atCopy = view::close;
      assertThat(values.take(1L)).containsExactly("a");
      assertThat(values.take(1L)).isNull();
      assertThat(values.entries()).isZero();
      store.checkInvariants();
      view.close();
    }
  }

  @Test
  void moveInto_elementsThatCannotBeCopied_changesNothing() {
    Faulty serializer = new Faulty();
    try (KeyedStore<String> store = storeOfTexts()) {
      ListTable<String, Long, List<String>> lists =
          store.openLists(texts(StateKind.LIST, serializer));
      lists.namespace(1L);
      lists.append(new ArrayList<>(List.of("a")), 0);
      try (FrozenView view = store.freeze(1)) {
        assertThat(view.schema().states()).hasSize(1);
        serializer.fault = Faulty.Fault.COPY_THROWS;
        try {
          lists.moveInto(2L, List.of(1L));
        } catch (IllegalStateException e) {
          // A store of bytes copies nothing and moves the list: that is right, too.
          lists.namespace(2L);
          assertThat(lists.read()).isNull();
          lists.namespace(1L);
        }
        serializer.fault = Faulty.Fault.NONE;
        long target = lists.read() == null ? 2L : 1L;
        lists.namespace(target);
        assertThat(lists.read()).containsExactly(List.of("a"));
        assertThat(lists.entries()).isEqualTo(1);
        store.checkInvariants();
      }
    }
  }

  @Test
  void entries_severalWalksOfOneView_doNotDisturbEachOther() throws IOException {
    try (KeyedStore<String> store =
        factory().create(Serializers.strings(), 4, new KeyGroupRange(0, 3))) {
      MapTable<String, Long, String, Integer> maps =
          store.openMaps(
              new TableSpec<>(
                  "maps",
                  StateKind.MAP,
                  Serializers.longs(),
                  Serializers.strings(),
                  Serializers.ints()));
      for (int i = 0; i < 40; i++) {
        store.context().setKey("key" + i);
        maps.namespace(1L);
        maps.put("a", i, 0);
        maps.put("b", -i, 0);
      }
      EntryCursor left;
      try (FrozenView view = store.freeze(1)) {
        int count = 0;
        EntryCursor ahead = view.entries(2);
        while (ahead.advance()) {
          count++;
          int others = 0;
          EntryCursor other = view.entries(count % 4);
          while (other.advance()) {
            others++;
          }
          assertThat(others).isPositive();
          assertThat(other.advance()).isFalse();
        }
        assertThat(collect(view, new KeyGroupRange(2, 2)).get("maps")).hasSize(count);
        left = view.entries(1);
      }
      assertThatThrownBy(left::advance).isInstanceOf(IllegalStateException.class);
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
        collect(view, Rig.ALL);
      }
      assertThat(filtered).hasSize(900).contains(-299L, -1L).doesNotContain(0L);
    }
  }

  /** Tables with stamps that follow from the key's number. */
  private static final class Stamped<K, N, U, V> {
    private final Rig<K, N, U, V> rig;
    private final ValueTable<K, N, V> values;
    private final ListTable<K, N, V> lists;
    private final MapTable<K, N, U, V> maps;

    Stamped(Rig<K, N, U, V> rig, SnapshotFilter<V> filter) {
      this.rig = rig;
      this.values = rig.store.openValues(Rig.with(rig.valueSpec(), Expiry.STAMPED, filter));
      this.lists = rig.store.openLists(Rig.with(rig.listSpec(), Expiry.STAMPED, filter));
      this.maps = rig.store.openMaps(Rig.with(rig.mapSpec(), Expiry.STAMPED, filter));
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

    void check(int count) {
      for (int i = 0; i < count; i++) {
        at(i);
        assertThat(values.get()).isEqualTo(rig.value(i));
        assertThat(values.stamp()).isEqualTo(-i - 1);
        assertThat(lists.stamp()).isEqualTo(-i - 1);
        assertThat(maps.stamp(rig.types.userKeys().at(i))).isEqualTo(-i - 1);
        assertThat(maps.stamp(rig.types.userKeys().at(i + 1))).isEqualTo(i);
      }
    }
  }

  @EveryTypes
  <K, N, U, V> void freeze_confirmedOrAborted_changesNoContents(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      fill(rig, 100);
      var expected = everything(rig);
      FrozenView first = rig.store.freeze(1);
      FrozenView second = rig.store.freeze(2);
      rig.store.aborted(2);
      rig.store.confirmed(1);
      second.close();
      try (Rig<K, N, U, V> plain = rig.plain(first)) {
        assertThat(everything(plain)).isEqualTo(expected);
      }
      first.close();
      assertThat(everything(rig)).isEqualTo(expected);
    }
  }

  @EveryTypes
  <K, N, U, V> void load_partsOfARescale_takesTheOwnKeyGroupsOfEach(SampleTypes<K, N, U, V> types)
      throws IOException {
    Map<Integer, Integer> sizes = new HashMap<>();
    for (int parallelism : new int[] {1, 2, 3, 4}) {
      try (Rig<K, N, U, V> whole = new Rig<>(factory(), types);
          Rig<K, N, U, V> low = new Rig<>(factory(), types, new KeyGroupRange(0, 1));
          Rig<K, N, U, V> high = new Rig<>(factory(), types, new KeyGroupRange(2, 3))) {
        // Registered in another order, so that the states' numbers differ between the parts.
        high.maps();
        high.values();
        fill(whole, 300);
        fill(low, 300);
        fill(high, 300);
        Map<KeyAndNamespace<K, N>, V> joined = new HashMap<>();
        int size = 0;
        for (int subtask = 0; subtask < parallelism; subtask++) {
          KeyGroupRange range = KeyGroups.rangeOf(Rig.MAX_PARALLELISM, parallelism, subtask);
          try (Rig<K, N, U, V> part = new Rig<>(factory(), types, range);
              FrozenView lowView = low.store.freeze(1);
              FrozenView highView = high.store.freeze(1)) {
            if (subtask == 0) {
              part.lists();
            }
            part.store.load(highView);
            part.store.load(lowView);
            joined.putAll(part.contents(part.values()));
            size += part.contents(part.values()).size();
            part.contents(part.maps()).forEach((cell, map) -> assertThat(map).isNotEmpty());
            assertThat(part.contents(part.lists()).keySet())
                .allMatch(cell -> owned(part, cell.key()));
          }
        }
        assertThat(joined).hasSize(size).isEqualTo(whole.contents(whole.values()));
        sizes.put(parallelism, size);
      }
    }
    assertThat(sizes.values()).containsOnly(300);
  }

  private static <K> boolean owned(Rig<K, ?, ?, ?> rig, K key) {
    int hash = rig.types.keys().serializer().keyHasher().hash(key);
    return rig.store.context().range().contains(KeyGroups.assign(hash, Rig.MAX_PARALLELISM));
  }

  @EveryTypes
  <K, N, U, V> void load_sparseAndEmptyKeyGroups_givesWhatIsThere(SampleTypes<K, N, U, V> types)
      throws IOException {
    try (Rig<K, N, U, V> empty = new Rig<>(factory(), types);
        Rig<K, N, U, V> one = new Rig<>(factory(), types)) {
      everything(empty);
      try (Rig<K, N, U, V> moved = empty.moved()) {
        assertThat(everything(moved)).isEqualTo(List.of(Map.of(), Map.of(), Map.of()));
      }
      fill(one, 1);
      try (Rig<K, N, U, V> moved = one.moved()) {
        assertThat(moved.contents(moved.values())).isEqualTo(Map.of(one.cell(0, 0), one.value(0)));
      }
    }
  }
}
