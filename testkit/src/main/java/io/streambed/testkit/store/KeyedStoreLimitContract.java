package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.streambed.entry.Limits;
import io.streambed.error.LimitExceededException;
import io.streambed.error.OversizedEntryException;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What every store owes those who put what is too large: a refusal at the put where the size is
 * known without serialization, else by the first snapshot, and never a snapshot that cannot be
 * read. Subclass it in a test and name the store.
 */
public abstract class KeyedStoreLimitContract {
  private static final int MAX_PARALLELISM = 8;
  private static final KeyGroupRange ALL = new KeyGroupRange(0, MAX_PARALLELISM - 1);

  /** In narrow and in wide characters: as long as fits, and one more. */
  private static final String LARGEST = "x".repeat(Limits.MAX_KEY_BYTES - 3);

  private static final String TOO_LONG = LARGEST + "x";
  private static final String LARGEST_WIDE = "\u4e2d".repeat(Limits.MAX_KEY_BYTES / 2 - 2);
  private static final String TOO_LONG_WIDE = LARGEST_WIDE + "\u4e2d";

  /** A contract over the stores that a subclass names. */
  protected KeyedStoreLimitContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  record Place(long city, String street) {}

  private <K> KeyedStore<K> store(Serializer<K> keys) {
    return factory().create(StoreContext.alone(keys, MAX_PARALLELISM, ALL));
  }

  private static <N, V> TableSpec<N, Void, V> values(Serializer<N> namespaces, Serializer<V> of) {
    return new TableSpec<>("totals", StateKind.VALUE, namespaces, null, of);
  }

  private static <V> TableSpec<Long, Void, V> lists(Serializer<V> of) {
    return new TableSpec<>("events", StateKind.LIST, Serializers.longs(), null, of);
  }

  private static <U, V> TableSpec<Long, U, V> maps(Serializer<U> userKeys, Serializer<V> of) {
    return new TableSpec<>("seen", StateKind.MAP, Serializers.longs(), userKeys, of);
  }

  /** Freezes and reads all there is, as a snapshot does. */
  private static void snapshot(KeyedStore<?> store) throws IOException {
    try (FrozenView view = store.freeze(1)) {
      EntryCollector.of(view, ALL);
    }
  }

  private static void assertRefused(Runnable put, String... parts) {
    assertThatThrownBy(put::run)
        .isInstanceOf(OversizedEntryException.class)
        .hasMessageContainingAll(parts)
        .satisfies(refusal -> assertThat(refusal.getMessage().length()).isLessThan(400));
  }

  /** Two entries in this order, so that the first could be put before the second is refused. */
  private static <U, V> Map<U, V> behind(U first, U second, V value) {
    Map<U, V> map = new LinkedHashMap<>();
    map.put(first, value);
    map.put(second, value);
    return map;
  }

  @Test
  void put_aKeyBeyondTheLimit_isRefusedAndChangesNothing() throws IOException {
    for (String tooLong : List.of(TOO_LONG, TOO_LONG_WIDE)) {
      try (KeyedStore<String> store = store(Serializers.strings())) {
        var values = store.openValues(values(Serializers.longs(), Serializers.ints()));
        var lists = store.openLists(lists(Serializers.ints()));
        var maps = store.openMaps(maps(Serializers.ints(), Serializers.longs()));
        values.namespace(1L);
        lists.namespace(1L);
        maps.namespace(1L);
        store.context().setKey(tooLong);
        String beginning = tooLong.substring(0, 50);
        String[] parts = {"of key \"" + beginning, "is 1048577,", "1048576", "shorter"};
        assertRefused(() -> values.put(1, 0), parts);
        assertRefused(() -> values.fold(1, (old, more) -> more), parts);
        assertRefused(() -> lists.append(1, 0), parts);
        assertRefused(() -> lists.appendAll(List.of(1, 2), 0), parts);
        assertRefused(() -> lists.replace(List.of(1, 2), 0), parts);
        assertRefused(() -> maps.put(1, 1L, 0), parts);
        assertRefused(() -> maps.putAll(Map.of(1, 1L), 0), parts);
        assertRefused(() -> maps.put(1, 1L, 0), "state \"seen\"");
        assertThat(List.of(values.entries(), lists.entries(), maps.entries()))
            .containsExactly(0L, 0L, 0L);
        store.checkInvariants();
        snapshot(store);
      }
    }
  }

  @Test
  void put_aNamespaceBeyondTheLimit_isRefusedAndChangesNothing() throws IOException {
    try (KeyedStore<Long> store = store(Serializers.longs())) {
      var values = store.openValues(values(Serializers.strings(), Serializers.ints()));
      store.context().setKey(7L);
      assertRefused(
          () -> {
            values.namespace(TOO_LONG);
            values.put(1, 0);
          },
          "namespace \"xxx",
          "state \"totals\"",
          "1048577",
          "1048576");
      assertThat(values.entries()).isZero();
      values.namespace(LARGEST);
      values.put(2, 0);
      store.checkInvariants();
      snapshot(store);
      assertThat(values.get()).isEqualTo(2);
    }
  }

  @Test
  void moveInto_aNamespaceBeyondTheLimit_isRefusedAndMovesNothing() throws IOException {
    try (KeyedStore<Long> store = store(Serializers.longs())) {
      var lists =
          store.openLists(
              new TableSpec<String, Void, Integer>(
                  "events", StateKind.LIST, Serializers.strings(), null, Serializers.ints()));
      store.context().setKey(7L);
      lists.namespace("session");
      lists.append(1, 0);
      assertRefused(() -> lists.moveInto(TOO_LONG, List.of("session")), "namespace \"xxx");
      assertThat(lists.read()).containsExactly(1);
      snapshot(store);
    }
  }

  @Test
  void put_aUserKeyBeyondTheLimit_isRefusedAndChangesNothing() throws IOException {
    try (KeyedStore<Long> store = store(Serializers.longs())) {
      var maps = store.openMaps(maps(Serializers.strings(), Serializers.ints()));
      maps.namespace(1L);
      store.context().setKey(7L);
      for (String tooLong : List.of(TOO_LONG, TOO_LONG_WIDE)) {
        assertRefused(() -> maps.put(tooLong, 1, 0), "user key \"", "state \"seen\"", "1048576");
        assertRefused(() -> maps.putAll(behind("a", tooLong, 1), 0), "user key \"", "1048576");
      }
      assertThat(maps.isEmpty()).isTrue();
      maps.put("short", 1, 0);
      maps.put(LARGEST, 2, 0);
      maps.put(LARGEST_WIDE, 3, 0);
      assertRefused(() -> maps.put(TOO_LONG, 1, 0), "user key");
      assertThat(maps.entries()).isEqualTo(3);
      store.checkInvariants();
      snapshot(store);
      assertThat(maps.get(LARGEST)).isEqualTo(2);
      assertThat(maps.get(LARGEST_WIDE)).isEqualTo(3);
    }
  }

  @Test
  void put_recordsAndNullablesWithLongText_areRefusedAtThePut() throws IOException {
    Serializer<Place> places = Serializers.of(Place.class);
    try (KeyedStore<Place> store = store(places)) {
      var maps = store.openMaps(maps(Serializers.nullable(places), Serializers.ints()));
      maps.namespace(1L);
      store.context().setKey(new Place(1, TOO_LONG));
      assertRefused(() -> maps.put(new Place(1, "a"), 1, 0), "key \"Place[city=1, street=xxx");
      store.context().setKey(new Place(1, "a"));
      assertRefused(() -> maps.put(new Place(2, TOO_LONG), 1, 0), "user key \"Place[city=2");
      assertThat(maps.isEmpty()).isTrue();
      maps.put(new Place(2, "b"), 1, 0);
      store.checkInvariants();
      snapshot(store);
    }
  }

  @Test
  void put_aValueBeyondTheLimit_isRefusedWithItsKeyAndChangesNothing() throws IOException {
    Serializer<String> vast = new Vast(true);
    try (KeyedStore<Long> store = store(Serializers.longs())) {
      var values = store.openValues(values(Serializers.longs(), vast));
      var lists = store.openLists(lists(vast));
      var maps = store.openMaps(maps(Serializers.ints(), vast));
      values.namespace(1L);
      lists.namespace(1L);
      maps.namespace(1L);
      store.context().setKey(7L);
      values.put("small", 0);
      lists.append("small", 0);
      maps.put(1, "small", 0);
      String[] parts = {"a value of state", "key \"7\"", "1065353217", "1065353216", "Split it"};
      assertRefused(() -> values.put(Vast.TOO_LARGE, 0), parts);
      assertRefused(() -> values.fold("", (old, more) -> Vast.TOO_LARGE), parts);
      assertRefused(() -> lists.append(Vast.TOO_LARGE, 0), parts);
      assertRefused(() -> lists.appendAll(List.of("a", Vast.TOO_LARGE), 0), parts);
      assertRefused(() -> lists.replace(List.of("a", Vast.TOO_LARGE), 0), parts);
      assertRefused(() -> maps.put(1, Vast.TOO_LARGE, 0), parts);
      assertRefused(() -> maps.put(2, Vast.TOO_LARGE, 0), parts);
      Map<Integer, String> batch = behind(1, 2, "a");
      batch.put(2, Vast.TOO_LARGE);
      assertRefused(() -> maps.putAll(batch, 0), parts);
      store.context().setKey(8L);
      assertRefused(() -> values.put(Vast.TOO_LARGE, 0), "key \"8\"");
      assertRefused(() -> values.fold("", (old, more) -> Vast.TOO_LARGE), "key \"8\"");
      assertRefused(() -> lists.append(Vast.TOO_LARGE, 0), "key \"8\"");
      assertRefused(() -> lists.appendAll(List.of("a", Vast.TOO_LARGE), 0), "key \"8\"");
      assertRefused(() -> maps.putAll(batch, 0), "key \"8\"");
      assertRefused(() -> maps.put(1, Vast.TOO_LARGE, 0), "key \"8\"");
      assertThat(List.of(values.entries(), lists.entries(), maps.entries()))
          .containsExactly(1L, 1L, 1L);
      store.checkInvariants();
      snapshot(store);
      store.context().setKey(7L);
      assertThat(values.get()).isEqualTo("small");
      assertThat(lists.read()).containsExactly("small");
      assertThat(maps.get(1)).isEqualTo("small");
    }
  }

  @Test
  void add_anElementOfAQueueBeyondTheLimit_isRefusedAtOnce() throws IOException {
    try (KeyedStore<Long> store = store(Serializers.longs())) {
      var queue = store.openQueue(new QueueSpec<>("timers", new Vast(false), element -> 0));
      assertRefused(() -> queue.add(Vast.TOO_LARGE), "state \"timers\"", "1065353217");
      queue.add("small");
      assertThat(queue.size()).isOne();
      snapshot(store);
    }
  }

  @Test
  void open_serializersNestedTooDeep_areRefusedAtOnce() {
    Serializer<?> nested = Serializers.strings();
    for (int depth = 1; depth <= SerializerSnapshot.MAX_DEPTH; depth++) {
      nested = Serializers.list(nested);
    }
    Serializer<?> tooDeep = nested;
    try (KeyedStore<Long> store = store(Serializers.longs())) {
      List<Runnable> opens =
          List.of(
              () -> store.openValues(values(Serializers.longs(), tooDeep)),
              () -> store.openValues(values(tooDeep, Serializers.longs())),
              () -> store.openLists(lists(tooDeep)),
              () -> store.openMaps(maps(tooDeep, Serializers.longs())),
              () -> store.openQueue(new QueueSpec<>("timers", tooDeep, element -> 0)),
              () -> store(tooDeep));
      for (Runnable open : opens) {
        assertThatThrownBy(open::run)
            .isInstanceOf(LimitExceededException.class)
            .hasMessageContainingAll("nesting of serializer list", "33", "32", "Flatten");
      }
    }
  }

  @Test
  void put_sizesThatOnlyWritingTells_areRefusedAtTheLatestByTheSnapshot() {
    Serializer<List<String>> texts = Serializers.list(Serializers.strings());
    List<String> tooLong = List.of("first", TOO_LONG);
    Map<String, Consumer<KeyedStore<List<String>>>> puts =
        Map.of(
            " key \"[first",
            store -> {
              store.context().setKey(tooLong);
              var values = store.openValues(values(Serializers.longs(), Serializers.ints()));
              values.namespace(1L);
              values.put(1, 0);
            },
            "namespace \"[first",
            store -> {
              var values = store.openValues(values(texts, Serializers.ints()));
              values.namespace(tooLong);
              values.put(1, 0);
            },
            "user key \"[first",
            store -> {
              var maps = store.openMaps(maps(texts, Serializers.ints()));
              maps.namespace(1L);
              maps.put(tooLong, 1, 0);
            },
            "a value of state \"totals\" under key \"[current]\"",
            store -> {
              var values = store.openValues(values(Serializers.longs(), new Vast(false)));
              values.namespace(1L);
              values.put(Vast.TOO_LARGE, 0);
            },
            "a value of state \"events\" under key \"[current]\"",
            store -> {
              var lists = store.openLists(lists(new Vast(false)));
              lists.namespace(1L);
              lists.append(Vast.TOO_LARGE, 0);
            },
            "a value of state \"seen\" under key \"[current]\"",
            store -> {
              var maps = store.openMaps(maps(Serializers.ints(), new Vast(false)));
              maps.namespace(1L);
              maps.put(3, Vast.TOO_LARGE, 0);
            });
    puts.forEach(
        (message, put) -> {
          try (KeyedStore<List<String>> store = store(texts)) {
            store.context().setKey(List.of("current"));
            Throwable refusal =
                catchThrowable(
                    () -> {
                      put.accept(store);
                      store.context().setKey(List.of("another"));
                      snapshot(store);
                    });
            assertThat(refusal)
                .isInstanceOf(OversizedEntryException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("the limit is");
          }
        });
  }
}
