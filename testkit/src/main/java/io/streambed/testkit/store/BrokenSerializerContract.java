package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.SerializationException;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.testkit.store.BrokenSerializer.Fault;
import io.streambed.testkit.store.BrokenSerializer.Text;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every store owes those whose serializer is broken: an error at the first record, which names
 * state, part and serializer, and leaves the state as it was. Subclass it in a test and name the
 * store.
 */
public abstract class BrokenSerializerContract {
  /** A type whose values can change in one of three cases. */
  private sealed interface Shape {
    enum Plain implements Shape {
      POINT
    }

    record Circle(long radius) implements Shape {}

    record Polygon(List<Long> sides) implements Shape {}
  }

  private static final int MAX_PARALLELISM = 8;
  private static final KeyGroupRange ALL = new KeyGroupRange(0, MAX_PARALLELISM - 1);
  private static final Serializer<Long> LONGS = Serializers.longs();
  private static final Text TEXT = new Text("ab");

  /** A contract over the stores that a subclass names. */
  protected BrokenSerializerContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  /** The part of a state that the broken serializer is for. */
  enum Part {
    KEY("key", true),
    NAMESPACE("namespace", true),
    USER_KEY("user key", true),
    MAP_VALUE("value", false),
    VALUE("value", false),
    ELEMENT("value", false),
    ACCUMULATOR("value", false),
    TIMER("queue element", true),
    TIMER_IN_ORDER("queue element", true);

    private final String role;
    private final boolean comparable;

    Part(String role, boolean comparable) {
      this.role = role;
      this.comparable = comparable;
    }

    /** A state with the serializer for this part, in a new store. */
    private Opened open(KeyedStoreFactory factory, BrokenSerializer broken) {
      if (this == KEY) {
        KeyedStore<Text> store = factory.create(context(broken));
        return new Opened(store, single(store, TEXT, LONGS, 1L, LONGS, 1L));
      }
      KeyedStore<Long> store = factory.create(context(LONGS));
      return new Opened(
          store,
          switch (this) {
            case NAMESPACE -> single(store, 1L, broken, TEXT, LONGS, 1L);
            case VALUE -> single(store, 1L, LONGS, 1L, broken, TEXT);
            case USER_KEY -> maps(store, broken, TEXT, LONGS, 1L);
            case MAP_VALUE -> maps(store, LONGS, 1L, broken, TEXT);
            case ELEMENT -> lists(store, broken);
            case ACCUMULATOR -> folded(store, broken);
            case TIMER -> queue(store, broken, null);
            default -> queue(store, broken, Comparator.comparing(Text::content));
          });
    }
  }

  /** A store with one state, and what puts the state's first record and gives its entries. */
  private record Opened(KeyedStore<?> store, State state) implements AutoCloseable {
    @Override
    public void close() {
      store.checkInvariants();
      store.close();
    }
  }

  private interface State {
    void put();

    long entries();
  }

  private static <K> StoreContext<K> context(Serializer<K> keys) {
    return StoreContext.alone(keys, MAX_PARALLELISM, ALL);
  }

  private static State state(Runnable put, LongSupplier entries) {
    return new State() {
      @Override
      public void put() {
        put.run();
      }

      @Override
      public long entries() {
        return entries.getAsLong();
      }
    };
  }

  private static <K, N, V> State single(
      KeyedStore<K> store,
      K key,
      Serializer<N> namespaces,
      N namespace,
      Serializer<V> values,
      V value) {
    var table =
        store.openValues(new TableSpec<>("totals", StateKind.VALUE, namespaces, null, values));
    return state(
        () -> {
          store.context().setKey(key);
          table.namespace(namespace);
          table.put(value);
        },
        table::entries);
  }

  private static State folded(KeyedStore<Long> store, BrokenSerializer broken) {
    var table =
        store.openValues(new TableSpec<>("totals", StateKind.AGGREGATING, LONGS, null, broken));
    return state(
        () -> {
          store.context().setKey(1L);
          table.namespace(1L);
          table.fold(1, (old, more) -> new Text("ab"));
        },
        table::entries);
  }

  private static <U, V> State maps(
      KeyedStore<Long> store, Serializer<U> userKeys, U userKey, Serializer<V> values, V value) {
    var table = store.openMaps(new TableSpec<>("totals", StateKind.MAP, LONGS, userKeys, values));
    return state(
        () -> {
          store.context().setKey(1L);
          table.namespace(1L);
          table.putAll(Map.of(userKey, value));
        },
        table::entries);
  }

  private static State lists(KeyedStore<Long> store, BrokenSerializer broken) {
    var table = store.openLists(new TableSpec<>("totals", StateKind.LIST, LONGS, null, broken));
    return state(
        () -> {
          store.context().setKey(1L);
          table.namespace(1L);
          table.appendAll(List.of(TEXT));
        },
        table::entries);
  }

  private static State queue(
      KeyedStore<Long> store, BrokenSerializer broken, Comparator<Text> order) {
    var queue = store.openQueue(new QueueSpec<>("totals", broken, text -> 0, order));
    return state(() -> queue.add(TEXT), queue::size);
  }

  static Stream<Arguments> faults() {
    return Stream.of(Part.values())
        .flatMap(
            part ->
                Stream.of(Fault.values())
                    .filter(fault -> part.comparable || !fault.ofKeys())
                    .map(fault -> Arguments.of(part, fault)));
  }

  private static void assertTold(Part part, Fault fault, Runnable put) {
    assertThatThrownBy(put::run)
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll(
            "the " + part.role + " of state \"totals\"",
            BrokenSerializer.class.getName(),
            "text of tests")
        .hasMessageContainingAll(fault.told);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void put_firstRecordWithABrokenSerializer_isRefusedAndChangesNothing(Part part, Fault fault)
      throws IOException {
    BrokenSerializer serializer = new BrokenSerializer(fault);
    try (Opened opened = part.open(factory(), serializer)) {
      assertTold(part, fault, opened.state::put);
      // Again: what failed is not taken for tried.
      assertTold(part, fault, opened.state::put);
      assertThat(opened.state.entries()).isZero();
      serializer.mend();
      try (FrozenView view = opened.store.freeze(1)) {
        assertThat(EntryCollector.of(view, ALL).values()).allMatch(List::isEmpty);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void put_afterTheSerializerIsMended_isTaken(Part part) {
    BrokenSerializer serializer = new BrokenSerializer(Fault.READS_LESS);
    try (Opened opened = part.open(factory(), serializer)) {
      assertTold(part, Fault.READS_LESS, opened.state::put);
      serializer.mend();
      opened.state.put();
      assertThat(opened.state.entries()).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource
  void put_firstRecordAfterARestore_isTried(Part part) throws IOException {
    BrokenSerializer sound = new BrokenSerializer(null);
    try (Opened written = part.open(factory(), sound)) {
      written.state.put();
      try (FrozenView view = written.store.freeze(1)) {
        BrokenSerializer broken = new BrokenSerializer(Fault.WRITE_THROWS);
        // A store of objects tries what it restores, one of bytes what is put afterwards.
        assertThatThrownBy(() -> restoreAndPut(part, broken, view))
            .isInstanceOf(SerializationException.class)
            .hasMessageContainingAll(
                "the " + part.role + " of state \"totals\"",
                BrokenSerializer.class.getName(),
                "no ink");
      }
    }
  }

  private void restoreAndPut(Part part, BrokenSerializer broken, FrozenView view)
      throws IOException {
    try (Opened restored = part.open(factory(), broken)) {
      restored.store.load(view);
      restored.state.put();
    }
  }

  @Test
  void put_firstRecordOfAStateThatIsOpenedAgain_isTriedWithItsSerializer() {
    BrokenSerializer sound = new BrokenSerializer(null);
    try (KeyedStore<Long> store = factory().create(context(LONGS))) {
      single(store, 1L, LONGS, 1L, sound, TEXT).put();
      State again = single(store, 1L, LONGS, 1L, new BrokenSerializer(Fault.READS_LESS), TEXT);
      assertTold(Part.VALUE, Fault.READS_LESS, again::put);
    }
  }

  static Stream<Arguments> shapes() {
    Serializer<Shape> sealed = Serializers.sealed(Shape.class);
    return Stream.of(sealed, Serializers.nullable(sealed))
        .flatMap(
            serializer ->
                Stream.of(
                        Shape.Plain.POINT,
                        new Shape.Circle(1),
                        new Shape.Polygon(List.of(1L)),
                        new Shape.Polygon(List.of()))
                    .map(shape -> Arguments.of(serializer, shape)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void put_firstValueOfASealedTypeOfWhichSomeValuesCanChange_isTaken(
      Serializer<Object> serializer, Object shape) {
    try (KeyedStore<Long> store = factory().create(context(LONGS))) {
      State values = single(store, 1L, LONGS, 1L, serializer, shape);
      values.put();
      assertThat(values.entries()).isOne();
    }
  }
}
