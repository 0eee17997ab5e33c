package io.streambed.rocksdb;

import static io.streambed.rocksdb.LongStores.ALL;
import static io.streambed.rocksdb.LongStores.restore;
import static io.streambed.rocksdb.LongStores.wide;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Expiry;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.SerializationException;
import io.streambed.rocksdb.RocksManifest.Place;
import io.streambed.serial.Alias;
import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.snapshot.StateStatistics;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.StoreContext;
import io.streambed.store.Table;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a state whose type has changed is migrated while it is used. */
class RocksMigrationTest implements BriefStores {
  private static final int KEYS = 500;

  private final LongStores stores = new LongStores(DIRECTORY);

  /** A directory for each factory: two at once cannot have the same. */
  private static int factories;

  private RocksKeyedStoreFactory factory(MigrationPace pace) {
    return BriefStores.factory("pace-" + factories++, RocksHome.OWN_FAMILIES, pace);
  }

  /** One that moves nothing when a state is opened, and later so many entries at each access. */
  private RocksKeyedStoreFactory slow(int entriesOfStep) {
    return factory(new MigrationPace(0, 1, entriesOfStep, 1 << 20));
  }

  private static KeyedStore<Long> store(RocksKeyedStoreFactory factory) {
    return factory.create(StoreContext.alone(Serializers.longs(), 8, ALL));
  }

  private static <V> ValueTable<Long, VoidNamespace, V> values(
      KeyedStore<Long> store, Serializer<V> serializer, Expiry expiry) {
    ValueTable<Long, VoidNamespace, V> values =
        store.openValues(
            new TableSpec<>(
                "values",
                StateKind.VALUE,
                Serializers.unit(),
                null,
                serializer,
                expiry,
                null,
                () -> 77));
    values.namespace(VoidNamespace.INSTANCE);
    return values;
  }

  /** A checkpoint of {@link #KEYS} integers under as many keys. */
  private KeyedStateHandle.Incremental written() throws IOException {
    try (KeyedStore<Long> store = store(slow(1))) {
      for (long key = 0; key < KEYS; key++) {
        store.context().setKey(key);
        LongStores.values(store).put((int) key, 0);
      }
      return stores.checkpoint(store);
    }
  }

  private List<Place> places(KeyedStore<Long> store) throws IOException {
    return RocksManifest.open(stores.checkpoint(store), stores.streams).places();
  }

  private static void expectAll(KeyedStore<Long> store) {
    ValueTable<Long, VoidNamespace, Long> values = wide(store);
    for (long key = 0; key < KEYS; key++) {
      store.context().setKey(key);
      assertThat(values.get()).isEqualTo(key);
    }
    assertThat(values.entries()).isEqualTo(KEYS);
    store.checkInvariants();
  }

  @Test
  void open_typeOfManyValuesHasChanged_movesThemWhileTheStateIsUsed() throws IOException {
    KeyedStateHandle.Incremental handle = written();
    RocksKeyedStoreFactory factory = factory(new MigrationPace(10, 4, 8, 1 << 20));
    try (KeyedStore<Long> store = store(factory)) {
      restore(store, stores.streams, handle);
      ValueTable<Long, VoidNamespace, Long> values = wide(store);
      assertThat(factory.metrics().migrating()).containsExactly("values");
      assertThat(places(store)).as("the older column and the present one").hasSize(2);
      int accesses = 0;
      while (!factory.metrics().migrating().isEmpty()) {
        store.context().setKey(5L);
        values.put(5L, 0);
        accesses++;
      }
      assertThat(accesses).as("four for eight entries").isBetween(230, 250);
      assertThat(places(store)).hasSize(1);
      expectAll(store);
    }
    assertThat(factory.openNativeHandles()).isZero();
  }

  @Test
  void open_typeOfFewValuesHasChanged_migratesThemAtOnce() throws IOException {
    KeyedStateHandle.Incremental handle = written();
    RocksKeyedStoreFactory factory = factory(MigrationPace.USUAL);
    try (KeyedStore<Long> store = store(factory)) {
      restore(store, stores.streams, handle);
      wide(store);
      assertThat(factory.metrics().migrating()).isEmpty();
      expectAll(store);
    }
  }

  @Test
  void restore_intoAnOpenStateOfALaterType_movesTheValuesWhileItIsUsed() throws IOException {
    KeyedStateHandle.Incremental handle = written();
    RocksKeyedStoreFactory factory = slow(2);
    try (KeyedStore<Long> store = store(factory)) {
      wide(store);
      restore(store, stores.streams, handle);
      assertThat(factory.metrics().migrating()).containsExactly("values");
      expectAll(store);
    }
  }

  record Reading(int celsius) {}

  record Renamed(@Alias("celsius") int degrees) {}

  @Test
  void open_bytesMeanTheSame_keepsTheColumnAndMovesNothing() throws IOException {
    KeyedStateHandle.Incremental handle;
    List<Place> before;
    try (KeyedStore<Long> store = store(slow(1))) {
      store.context().setKey(1L);
      values(store, Serializers.of(Reading.class), Expiry.NONE).put(new Reading(21), 0);
      before = places(store);
      handle = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store = store(slow(1))) {
      restore(store, stores.streams, handle);
      var renamed = values(store, Serializers.of(Renamed.class), Expiry.NONE);
      assertThat(places(store)).isEqualTo(before);
      store.context().setKey(1L);
      assertThat(renamed.get()).isEqualTo(new Renamed(21));
    }
  }

  @Test
  void open_typeThatDoesNotFit_isRefusedAndNothingIsMoved() throws IOException {
    KeyedStateHandle.Incremental handle = written();
    try (KeyedStore<Long> store = store(slow(10))) {
      restore(store, stores.streams, handle);
      List<Place> before = places(store);
      assertThatThrownBy(() -> values(store, Serializers.strings(), Expiry.NONE))
          .isInstanceOf(IncompatibleStateException.class);
      assertThat(places(store)).isEqualTo(before);
      expectAll(store);
    }
  }

  @Test
  void view_takenDuringAMigration_hasAllUnderThePresentTypeAfterItsEnd() throws IOException {
    KeyedStateHandle.Incremental handle = written();
    RocksKeyedStoreFactory factory = slow(3);
    try (KeyedStore<Long> store = store(factory);
        KeyedStore<Long> second = store(slow(1))) {
      restore(store, stores.streams, handle);
      ValueTable<Long, VoidNamespace, Long> values = wide(store);
      for (long key = 0; key < 50; key++) {
        store.context().setKey(key);
        assertThat(values.get()).isEqualTo(key);
      }
      try (FrozenView view = store.freeze(1)) {
        for (long key = 0; key < KEYS; key++) {
          store.context().setKey(key);
          values.put(-key, 0);
        }
        assertThat(factory.metrics().migrating()).isEmpty();
        List<KeyedStateStatistics> counted = KeyedStateStatistics.count(view, ALL);
        assertThat(counted)
            .extracting(KeyedStateStatistics::total)
            .extracting(StateStatistics::entries)
            .containsExactly((long) KEYS);
        second.load(view);
      }
      expectAll(second);
    }
  }

  @Test
  void putAll_ofAMapThatEndsTheMigrationWhileItIsAsked_putsAll() throws IOException {
    KeyedStateHandle.Incremental handle;
    try (KeyedStore<Long> store = store(slow(1))) {
      maps(store, Serializers.ints()).putAll(Map.of(1, 1, 2, 2, 3, 3), 0);
      handle = stores.checkpoint(store);
    }
    RocksKeyedStoreFactory factory = slow(1);
    try (KeyedStore<Long> store = store(factory)) {
      restore(store, stores.streams, handle);
      MapTable<Long, VoidNamespace, Integer, Long> maps = maps(store, Serializers.longs());
      maps.putAll(
          new AbstractMap<>() {
            @Override
            public Set<Entry<Integer, Long>> entrySet() {
              return asking(maps, Map.of(2, 20L, 4, 40L).entrySet());
            }
          },
          0);
      assertThat(maps.getAll(List.of(1, 2, 3, 4))).containsExactly(1L, 20L, 3L, 40L);
      assertThat(factory.metrics().migrating()).isEmpty();
      store.checkInvariants();
    }
  }

  @Test
  void walk_valueThatCannotBeConverted_givesWhatLiesBeforeItAndShowsNoEnd() throws IOException {
    KeyedStateHandle.Incremental handle;
    try (KeyedStore<Long> store = store(slow(1))) {
      var maps = maps(store, Serializers.of(Before.class));
      maps.putAll(Map.of(1, Before.KEPT, 2, Before.KEPT, 3, Before.REMOVED, 4, Before.KEPT), 0);
      handle = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store = store(slow(1))) {
      restore(store, stores.streams, handle);
      MapCursor<Integer, After> entries = maps(store, Serializers.of(After.class)).bound().cursor();
      assertThat(entries.advance()).isTrue();
      assertThat(entries.advance()).isTrue();
      assertThat(entries.key()).isEqualTo(2);
      assertThatThrownBy(entries::advance).isInstanceOf(SerializationException.class);
      assertThatThrownBy(entries::advance).isInstanceOf(SerializationException.class);
    }
  }

  private static <V> MapTable<Long, VoidNamespace, Integer, V> maps(
      KeyedStore<Long> store, Serializer<V> serializer) {
    MapTable<Long, VoidNamespace, Integer, V> maps =
        store.openMaps(
            new TableSpec<>(
                "maps", StateKind.MAP, Serializers.unit(), Serializers.ints(), serializer));
    maps.namespace(VoidNamespace.INSTANCE);
    store.context().setKey(9L);
    return maps;
  }

  /** Entries that use the table once the first one is given. */
  private static <T> Set<T> asking(
      MapTable<Long, VoidNamespace, Integer, Long> maps, Set<T> entries) {
    return new AbstractSet<>() {
      @Override
      public Iterator<T> iterator() {
        Iterator<T> each = entries.iterator();
        return new Iterator<>() {
          private int given;

          @Override
          public boolean hasNext() {
            for (int i = 0; i < 10 * given; i++) {
              assertThat(maps.get(3)).isEqualTo(3L);
            }
            return each.hasNext();
          }

          @Override
          public T next() {
            given++;
            return each.next();
          }
        };
      }

      @Override
      public int size() {
        return entries.size();
      }
    };
  }

  /** Numbers of two versions; the first reads what the second wrote as it is, not the reverse. */
  private record Numbers(int version) implements Serializer<Integer> {
    @Override
    public void write(Integer value, ByteWriter out) {
      out.writeInt(value);
    }

    @Override
    public Integer read(ByteReader in) {
      return in.readInt();
    }

    @Override
    public Integer copy(Integer value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<Integer> duplicate() {
      return this;
    }

    @Override
    public SerializerSnapshot snapshot() {
      return SerializerSnapshot.of("numbers" + version);
    }

    @Override
    public Compatibility<Integer> resolve(SerializerSnapshot written) {
      return version == 1 || written.equals(snapshot())
          ? Compatibility.asIs()
          : Compatibility.migrate(new Numbers(1));
    }
  }

  @Test
  void open_againUnderTheTypeThatIsMigrated_isRefusedAsLongAsThatLasts() throws IOException {
    KeyedStateHandle.Incremental handle;
    try (KeyedStore<Long> store = store(slow(1))) {
      for (long key = 0; key < 5; key++) {
        store.context().setKey(key);
        values(store, new Numbers(1), Expiry.NONE).put((int) key, 0);
      }
      handle = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store = store(slow(1))) {
      restore(store, stores.streams, handle);
      var values = values(store, new Numbers(2), Expiry.NONE);
      assertThatThrownBy(() -> values(store, new Numbers(1), Expiry.NONE))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("open it so after the migration");
      assertThat(places(store)).hasSize(2);
      for (long key = 0; key < 5; key++) {
        store.context().setKey(key);
        assertThat(values.get()).isEqualTo((int) key);
      }
      values.get();
      values(store, new Numbers(1), Expiry.NONE);
      assertThat(places(store)).hasSize(1);
    }
  }

  @Test
  void open_typesOfAsManyStatesAsHaveFamilies_eachHasOneAfterTheMigration() throws IOException {
    MigrationPace pace = new MigrationPace(0, 1, 1, 100);
    KeyedStateHandle.Incremental handle;
    try (KeyedStore<Long> store = store(BriefStores.factory("two-families", 2, pace))) {
      maps(store, Serializers.ints()).put(1, 1, 0);
      LongStores.values(store).put(1, 0);
      handle = stores.checkpoint(store);
    }
    RocksKeyedStoreFactory factory = BriefStores.factory("two-families", 2, pace);
    try (KeyedStore<Long> store = store(factory)) {
      restore(store, stores.streams, handle);
      var maps = maps(store, Serializers.longs());
      var values = wide(store);
      maps.put(2, 2L, 0);
      values.put(2L, 0);
      while (!factory.metrics().migrating().isEmpty()) {
        maps.get(1);
        values.get();
      }
      assertThat(places(store)).hasSize(2).noneMatch(Place::isShared);
    }
  }

  @Test
  void open_timestampsCome_allEntriesHaveTheTimeOfTheOpening() throws IOException {
    KeyedStateHandle.Incremental handle = written();
    try (KeyedStore<Long> store = store(slow(1))) {
      restore(store, stores.streams, handle);
      var values = values(store, Serializers.ints(), Expiry.STAMPED);
      store.context().setKey(400L);
      assertThat(values.get()).isEqualTo(400);
      assertThat(values.stamp()).isEqualTo(77);
      sweep(values, 77);
      assertThat(values.entries()).isEqualTo(KEYS);
      sweep(values, 78);
      assertThat(values.entries()).isZero();
    }
  }

  private static void sweep(Table<?, ?> table, long oldestLive) {
    for (int pass = 0; pass < 2; pass++) {
      while (!table.sweep(100, oldestLive)) {
        continue;
      }
    }
  }

  private static <E> ListTable<Long, VoidNamespace, E> lists(
      KeyedStore<Long> store, Serializer<E> elements) {
    ListTable<Long, VoidNamespace, E> lists =
        store.openLists(
            new TableSpec<>(
                "lists", StateKind.LIST, Serializers.unit(), null, elements, Expiry.STAMPED, null));
    lists.namespace(VoidNamespace.INSTANCE);
    store.context().setKey(1L);
    return lists;
  }

  @Test
  void sweep_ofAListThatIsNotMigratedYet_leavesTheLaterElementsUnderThePresentType()
      throws IOException {
    KeyedStateHandle.Incremental handle;
    try (KeyedStore<Long> store = store(slow(1))) {
      var lists = lists(store, Serializers.ints());
      lists.append(1, 10);
      lists.append(2, 20);
      handle = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store = store(factory(new MigrationPace(0, 1_000_000, 1, 1)))) {
      restore(store, stores.streams, handle);
      var lists = lists(store, Serializers.longs());
      sweep(lists, 15);
      assertThat(lists.read()).containsExactly(2L);
      sweep(lists, 25);
      assertThat(lists.entries()).isZero();
    }
  }

  enum Before {
    KEPT,
    REMOVED
  }

  enum After {
    KEPT
  }

  /** Eight values under keys 0 to 7, each third of which is of a constant that is gone later. */
  private KeyedStateHandle.Incremental someRemoved() throws IOException {
    try (KeyedStore<Long> store = store(slow(1))) {
      var values = values(store, Serializers.of(Before.class), Expiry.STAMPED);
      for (long key = 0; key < 8; key++) {
        store.context().setKey(key);
        values.put(key % 3 == 2 ? Before.REMOVED : Before.KEPT, 10);
      }
      return stores.checkpoint(store);
    }
  }

  @Test
  void get_valueThatCannotBeConverted_failsForItsKeyAloneUntilItIsReplaced() throws IOException {
    KeyedStateHandle.Incremental handle = someRemoved();
    RocksKeyedStoreFactory factory = slow(3);
    try (KeyedStore<Long> store = store(factory)) {
      restore(store, stores.streams, handle);
      var values = values(store, Serializers.of(After.class), Expiry.STAMPED);
      for (int i = 0; i < 20; i++) {
        store.context().setKey(1L);
        assertThat(values.get()).isEqualTo(After.KEPT);
        sweep(values, 5);
      }
      assertThat(factory.metrics().migrating()).containsExactly("values");
      assertThat(values.entries()).isEqualTo(8);
      store.context().setKey(5L);
      assertThatThrownBy(values::get)
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("the value of state \"values\" under key \"5\" in key group")
          .hasStackTraceContaining("constant REMOVED");
      stores.checkpoint(store);
      values.put(After.KEPT, 11);
      assertThat(factory.metrics().migrating()).containsExactly("values");
      store.context().setKey(2L);
      values.clear();
      store.context().setKey(1L);
      values.get();
      assertThat(factory.metrics().migrating()).isEmpty();
      assertThat(values.entries()).isEqualTo(7);
      store.checkInvariants();
    }
  }

  @Test
  void restore_valuesThatCouldNotBeConverted_hasThemUnderTheirType() throws IOException {
    KeyedStateHandle.Incremental handle = someRemoved();
    try (KeyedStore<Long> store = store(slow(3))) {
      restore(store, stores.streams, handle);
      var values = values(store, Serializers.of(After.class), Expiry.STAMPED);
      for (int i = 0; i < 20; i++) {
        store.context().setKey(1L);
        values.get();
      }
      handle = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store = store(slow(3))) {
      restore(store, stores.streams, handle);
      var values = values(store, Serializers.of(Before.class), Expiry.STAMPED);
      for (long key = 0; key < 8; key++) {
        store.context().setKey(key);
        assertThat(values.get()).isEqualTo(key % 3 == 2 ? Before.REMOVED : Before.KEPT);
      }
      assertThat(values.entries()).isEqualTo(8);
      store.checkInvariants();
    }
  }

  @ParameterizedTest
  @CsvSource({"STAMPED, false", "STAMPED, true", "EVENT_STAMPED, false", "EVENT_STAMPED, true"})
  void open_timestampsGoAndComeAgain_noEntryHasItsFormerOne(Expiry later, boolean duringMigration)
      throws IOException {
    KeyedStateHandle.Incremental handle;
    try (KeyedStore<Long> store = store(slow(1))) {
      var values = values(store, Serializers.ints(), Expiry.STAMPED);
      for (long key = 0; key < KEYS; key++) {
        store.context().setKey(key);
        values.put((int) key, 5);
      }
      handle = stores.checkpoint(store);
    }
    if (duringMigration) {
      try (KeyedStore<Long> store = store(slow(1))) {
        restore(store, stores.streams, handle);
        store.context().setKey(3L);
        values(store, Serializers.longs(), Expiry.STAMPED).get();
        handle = stores.checkpoint(store);
      }
    }
    try (KeyedStore<Long> store = store(slow(1))) {
      restore(store, stores.streams, handle);
      values(store, Serializers.longs(), Expiry.NONE);
      handle = stores.checkpoint(store);
    }
    try (KeyedStore<Long> store = store(slow(1))) {
      restore(store, stores.streams, handle);
      var values = values(store, Serializers.longs(), later);
      for (long key = 0; key < KEYS; key++) {
        store.context().setKey(key);
        assertThat(values.get()).isEqualTo(key);
        assertThat(values.stamp()).isEqualTo(77);
      }
    }
  }

  @Test
  void put_ofKeysThatAreNew_removesNothingFromTheOlderColumn() throws IOException {
    KeyedStateHandle.Incremental handle = written();
    RocksKeyedStoreFactory factory = factory(new MigrationPace(0, 1_000_000, 1, 1));
    try (KeyedStore<Long> store = store(factory)) {
      restore(store, stores.streams, handle);
      var values = wide(store);
      for (long key = KEYS; key < 2 * KEYS; key++) {
        store.context().setKey(key);
        values.put(key, 0);
      }
      assertThat(factory.metrics().value("values", "num-entries-active-mem-table")).isEqualTo(KEYS);
      assertThat(factory.metrics().value("values", "num-deletes-active-mem-table")).isZero();
    }
  }

  @Test
  void putAll_ofAMapThatIsUsedNoOtherWay_endsTheMigration() throws IOException {
    KeyedStateHandle.Incremental handle;
    try (KeyedStore<Long> store = store(slow(1))) {
      var maps = maps(store, Serializers.ints());
      for (int i = 0; i < 50; i++) {
        maps.put(i, i, 0);
      }
      handle = stores.checkpoint(store);
    }
    RocksKeyedStoreFactory factory = factory(new MigrationPace(0, 4, 8, 1 << 20));
    try (KeyedStore<Long> store = store(factory)) {
      restore(store, stores.streams, handle);
      var maps = maps(store, Serializers.longs());
      for (int i = 0; i < 15; i++) {
        maps.putAll(Map.of(100 + i, 1L, 200 + i, 2L), 0);
      }
      assertThat(factory.metrics().migrating()).isEmpty();
      assertThat(maps.get(49)).isEqualTo(49L);
    }
  }

  @Test
  void get_valueThatCannotBeConverted_failsUntilItIsReplacedOrTheTypeHasItAgain()
      throws IOException {
    KeyedStateHandle.Incremental handle;
    try (KeyedStore<Long> store = store(slow(1))) {
      var values = values(store, Serializers.of(Before.class), Expiry.NONE);
      for (long key = 0; key < 4; key++) {
        store.context().setKey(key);
        values.put(key == 2 ? Before.REMOVED : Before.KEPT, 0);
      }
      handle = stores.checkpoint(store);
    }
    RocksKeyedStoreFactory factory = factory(new MigrationPace(0, 100, 1, 100));
    try (KeyedStore<Long> store = store(factory)) {
      restore(store, stores.streams, handle);
      var values = values(store, Serializers.of(After.class), Expiry.NONE);
      store.context().setKey(2L);
      assertThatThrownBy(values::get)
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("the value of state \"values\"")
          .hasStackTraceContaining("constant REMOVED");
      handle = stores.checkpoint(store);
      values.put(After.KEPT, 0);
      assertThat(values.get()).isEqualTo(After.KEPT);
    }
    try (KeyedStore<Long> store = store(factory)) {
      restore(store, stores.streams, handle);
      var values = values(store, Serializers.of(Before.class), Expiry.NONE);
      store.context().setKey(2L);
      assertThat(values.get()).isEqualTo(Before.REMOVED);
    }
  }
}
