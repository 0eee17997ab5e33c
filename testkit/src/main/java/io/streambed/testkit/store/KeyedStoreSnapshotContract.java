package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Expiry;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyAndNamespace;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.snapshot.StateStatistics;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.ListTable;
import io.streambed.store.MapTable;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import io.streambed.testkit.store.EntryCollector.Found;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
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

  /** Everything, as one value that can be compared. */
  private static <K, N, U, V> List<Map<KeyAndNamespace<K, N>, ?>> everything(Rig<K, N, U, V> rig) {
    return List.of(rig.contents(rig.values()), rig.contents(rig.lists()), rig.contents(rig.maps()));
  }

  @EveryTypes
  @Tag("FLINK-9263")
  @Tag("FLINK-26967")
  <K, N, U, V> void read_anotherThreadWhileTheOwnerWrites_givesTheMomentOfTheFreeze(
      SampleTypes<K, N, U, V> types) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      rig.fill(2000);
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
                    i, (old, n) -> old == null ? rig.value(n) : types.values().change(old, n));
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
  <K, N, U, V> void statistics_openAndCarriedStates_countWhatTheMomentOfTheFreezeHeld(
      SampleTypes<K, N, U, V> types) throws Exception {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types);
        Rig<K, N, U, V> carrying = new Rig<>(factory(), types)) {
      rig.fill(500);
      ListTable<K, N, V> lists = rig.lists();
      rig.at(lists, 3, 1);
      for (int i = 0; i < 8_000; i++) {
        lists.append(rig.value(i), 0);
      }
      Map<String, Long> expected =
          Map.of(
              "value", rig.values().entries(),
              "list", lists.entries(),
              "map", rig.maps().entries());
      FrozenView view = rig.store.freeze(1);
      CompletableFuture<List<KeyedStateStatistics>> counting =
          CompletableFuture.supplyAsync(() -> counted(view));
      rig.values().clear();
      lists.clear();
      rig.at(rig.values(), 1_000_000, 0);
      rig.values().put(rig.value(1), 0);
      List<KeyedStateStatistics> counted = counting.join();
      assertThat(entriesOf(counted)).isEqualTo(expected);
      for (KeyedStateStatistics state : counted) {
        assertThat(state.total().bytes()).isGreaterThan(state.total().entries());
        assertThat(state.keyGroups().keySet()).hasSizeGreaterThan(1);
        assertThat(state.keyGroups().values())
            .extracting(StateStatistics::entries)
            .allMatch(entries -> entries > 0);
      }
      carrying.store.load(view);
      assertThat(carrying.store.carried()).hasSize(3);
      try (FrozenView carried = carrying.store.freeze(2)) {
        assertThat(counted(carried)).containsExactlyInAnyOrderElementsOf(counted);
      }
      view.close();
    }
  }

  private static List<KeyedStateStatistics> counted(FrozenView view) {
    try {
      return KeyedStateStatistics.count(view, Rig.ALL);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Long> entriesOf(List<KeyedStateStatistics> counted) {
    return counted.stream()
        .collect(
            Collectors.toMap(state -> state.schema().name(), state -> state.total().entries()));
  }

  @EveryTypes
  @Tag("FLINK-6207")
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
        each.fill(50);
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
      rig.fill(400);
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

  private KeyedStore<String> storeOfTexts() {
    KeyedStore<String> store =
        factory().create(StoreContext.alone(Serializers.strings(), 4, new KeyGroupRange(0, 3)));
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
          });
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
        factory().create(StoreContext.alone(Serializers.strings(), 4, new KeyGroupRange(0, 3)))) {
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
  <K, N, U, V> void freeze_closedInAnotherOrder_changesNoContents(SampleTypes<K, N, U, V> types) {
    try (Rig<K, N, U, V> rig = new Rig<>(factory(), types)) {
      rig.fill(100);
      var expected = everything(rig);
      FrozenView first = rig.store.freeze(1);
      FrozenView second = rig.store.freeze(2);
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
        whole.fill(300);
        low.fill(300);
        high.fill(300);
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
                .allMatch(cell -> part.owns(cell.key()));
          }
        }
        assertThat(joined).hasSize(size).isEqualTo(whole.contents(whole.values()));
        sizes.put(parallelism, size);
      }
    }
    assertThat(sizes.values()).containsOnly(300);
  }

  @EveryTypes
  @Tag("FLINK-19748")
  <K, N, U, V> void load_sparseAndEmptyKeyGroups_givesWhatIsThere(SampleTypes<K, N, U, V> types)
      throws IOException {
    try (Rig<K, N, U, V> empty = new Rig<>(factory(), types);
        Rig<K, N, U, V> one = new Rig<>(factory(), types)) {
      everything(empty);
      try (Rig<K, N, U, V> moved = empty.moved()) {
        assertThat(everything(moved)).isEqualTo(List.of(Map.of(), Map.of(), Map.of()));
      }
      one.fill(1);
      try (Rig<K, N, U, V> moved = one.moved()) {
        assertThat(moved.contents(moved.values())).isEqualTo(Map.of(one.cell(0, 0), one.value(0)));
      }
    }
  }
}
