package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteView;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapState;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateKind;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.BoundMap;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.ListTable;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import io.streambed.timer.KeyedTimer;
import io.streambed.timer.TimerService;
import io.streambed.timer.TimerTarget;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every store owes those who still use it after {@code close()}: a plain refusal by whatever
 * reads or changes state. Subclass it in a test and name the store.
 */
public abstract class ClosedStoreContract {
  /** More entries than a map has that the heap keeps in the form of a small one. */
  private static final int LARGE = 8300;

  /** A contract over the stores that a subclass names. */
  protected ClosedStoreContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  /** Calls by what they do. */
  private static final class Calls {
    private final Map<String, ThrowingCallable> calls = new LinkedHashMap<>();

    void add(String what, ThrowingCallable call) {
      calls.put(what, call);
    }

    void assertRefused() {
      calls.forEach(
          (what, call) ->
              assertThatThrownBy(call)
                  .as(what)
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("closed"));
    }
  }

  /** A store with one state of each shape, each with something under one key. */
  private static final class States<K> {
    static final short NAMESPACE = 3;

    final KeyedStore<K> store;
    final K key;
    final ValueTable<K, Short, UUID> values;
    final ListTable<K, Short, String> lists;
    final MapTable<K, Short, Long, Integer> maps;
    final OrderedSet<String> queue;

    States(KeyedStoreFactory factory, Serializer<K> keys, IntFunction<K> key, int userKeys) {
      this.store = factory.create(StoreContext.alone(keys, 8, new KeyGroupRange(0, 7)));
      this.key = key.apply(1);
      this.values = store.openValues(spec("values", StateKind.VALUE, null, Serializers.uuids()));
      this.lists = store.openLists(spec("lists", StateKind.LIST, null, Serializers.strings()));
      this.maps =
          store.openMaps(spec("maps", StateKind.MAP, Serializers.longs(), Serializers.ints()));
      this.queue = store.openQueue(queue("queue"));
      for (int i = 0; i < 500; i++) {
        at(key.apply(i));
        values.put(new UUID(i, i), 0);
      }
      at(this.key);
      lists.append("first", 0);
      lists.append("second", 0);
      for (int i = 0; i < userKeys; i++) {
        maps.put((long) i, i, 0);
      }
      queue.add("a");
      queue.add("bb");
    }

    static QueueSpec<String> queue(String name) {
      return new QueueSpec<>(name, Serializers.strings(), text -> text.length() % 8);
    }

    static <U, V> TableSpec<Short, U, V> spec(
        String name, StateKind kind, Serializer<U> userKeys, Serializer<V> values) {
      return new TableSpec<>(name, kind, Serializers.shorts(), userKeys, values);
    }

    void at(K current) {
      store.context().setKey(current);
      values.namespace(NAMESPACE);
      lists.namespace(NAMESPACE);
      maps.namespace(NAMESPACE);
    }

    Calls ofTables() {
      Calls calls = new Calls();
      ByteView keyBytes = EntryCollector.encode(key, store.context().serializer());
      ByteView namespace = EntryCollector.encode(NAMESPACE, Serializers.shorts());
      calls.add("a value", values::get);
      calls.add("put of a value", () -> values.put(new UUID(0, 0), 0));
      calls.add("fold", () -> values.fold(1L, (old, number) -> new UUID(number, 1)));
      calls.add("clear of a value", values::clear);
      calls.add("take", () -> values.take((short) 4));
      calls.add("number of values", values::entries);
      calls.add("walk over values", () -> values.cursor().advance());
      calls.add(
          "outside look-up of a value", () -> values.lookup(keyBytes, namespace, Long.MIN_VALUE));
      calls.add("sweep of values", () -> values.sweep(1, 0));
      calls.add("a list", lists::read);
      calls.add("append", () -> lists.append("third", 0));
      calls.add("append of many", () -> lists.appendAll(List.of("third"), 0));
      calls.add("replace", () -> lists.replace(List.of("other"), 0));
      calls.add("clear of a list", lists::clear);
      calls.add("move of lists", () -> lists.moveInto((short) 4, List.of((short) 3)));
      calls.add("number of lists", lists::entries);
      calls.add("walk over lists", () -> lists.cursor().advance());
      calls.add(
          "outside look-up of a list", () -> lists.lookup(keyBytes, namespace, Long.MIN_VALUE));
      calls.add("sweep of lists", () -> lists.sweep(1, 0));
      calls.add("a map's value", () -> maps.get(1L));
      calls.add("whether a map has a user key", () -> maps.contains(1L));
      calls.add("put into a map", () -> maps.put(1L, 2, 0));
      calls.add("put of many into a map", () -> maps.putAll(Map.of(1L, 2), 0));
      calls.add("remove from a map", () -> maps.remove(1L));
      calls.add("clear of a map", maps::clear);
      calls.add("whether a map is empty", maps::isEmpty);
      calls.add("a bound map", maps::bound);
      calls.add("walk over a map", maps::entriesCursor);
      calls.add("number of a map's entries", maps::entries);
      calls.add("walk over maps", () -> maps.cursor().advance());
      calls.add("outside look-up of a map", () -> maps.lookup(keyBytes, namespace, Long.MIN_VALUE));
      calls.add("sweep of maps", () -> maps.sweep(1, 0));
      return calls;
    }

    Calls ofQueue() {
      Calls calls = new Calls();
      calls.add("add to a queue", () -> queue.add("ccc"));
      calls.add("add what a queue has", () -> queue.add("a"));
      calls.add("remove from a queue", () -> queue.remove("a"));
      calls.add("remove what a queue has not", () -> queue.remove("none"));
      calls.add("peek", queue::peek);
      calls.add("poll", queue::poll);
      calls.add("size of a queue", queue::size);
      calls.add("elements of a key group", () -> queue.inKeyGroup(1));
      return calls;
    }
  }

  @Test
  void close_tablesThatWereKept_refuseWithOrWithoutAKey() {
    refuse(new States<>(factory(), Serializers.longs(), i -> (long) i, 10));
    refuse(new States<>(factory(), Serializers.strings(), i -> "key " + i, 10));
  }

  private static <K> void refuse(States<K> states) {
    Calls calls = states.ofTables();
    Calls queue = states.ofQueue();
    states.at(states.key);
    states.store.close();
    calls.assertRefused();
    queue.assertRefused();
    states.store.context().setKey(states.key);
    calls.assertRefused();
    states.store.close();
    calls.assertRefused();
  }

  @Test
  void close_queueThatIsEmpty_refuses() {
    States<Long> states = new States<>(factory(), Serializers.longs(), i -> (long) i, 1);
    states.queue.poll();
    states.queue.poll();
    states.store.close();
    states.ofQueue().assertRefused();
  }

  @Test
  void close_walksThatHaveBegun_refuseAndListsThatWereReadStay() {
    for (int userKeys : new int[] {30, LARGE}) {
      States<Long> states = new States<>(factory(), Serializers.longs(), i -> (long) i, userKeys);
      states.at(states.key);
      TableCursor<Long, Short> keys = states.values.cursor();
      MapCursor<Long, Integer> entries = states.maps.entriesCursor();
      BoundMap<Long, Integer> bound = states.maps.bound();
      Iterable<String> list = states.lists.read();
      assertThat(keys.advance() && keys.advance()).isTrue();
      assertThat(entries.advance() && entries.advance()).isTrue();
      states.store.close();
      Calls calls = new Calls();
      calls.add("walk over keys", keys::advance);
      calls.add("walk over a map of " + userKeys, entries::advance);
      calls.add("walk over a bound map", () -> bound.cursor().advance());
      calls.add("put into a bound map", () -> bound.put(1L, 1, 0));
      calls.add("remove from a bound map", () -> bound.remove(1L));
      calls.assertRefused();
      assertThat(list).as("elements that were read").containsExactly("first", "second");
    }
  }

  @Test
  void close_store_refusesWhateverItIsAskedFor() {
    States<Long> states = new States<>(factory(), Serializers.longs(), i -> (long) i, 1);
    KeyedStore<Long> store = states.store;
    FrozenView view = store.freeze(1);
    store.closeState("lists");
    store.close();
    Calls calls = new Calls();
    calls.add(
        "values",
        () -> store.openValues(States.spec("values", StateKind.VALUE, null, Serializers.uuids())));
    calls.add(
        "lists",
        () -> store.openLists(States.spec("new", StateKind.LIST, null, Serializers.strings())));
    calls.add(
        "maps",
        () ->
            store.openMaps(
                States.spec("new", StateKind.MAP, Serializers.longs(), Serializers.ints())));
    calls.add("queue", () -> store.openQueue(States.queue("queue")));
    calls.add("freeze", () -> store.freeze(2));
    calls.add("load", () -> store.load(view));
    calls.add("what nobody has opened", store::carried);
    calls.add("closing a state", () -> store.closeState("values"));
    calls.add("dropping a state", () -> store.dropCarried("lists"));
    calls.assertRefused();
    view.close();
  }

  @Test
  void close_backend_refusesStatesIteratorsTimersAndSnapshots() {
    BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings());
    KeyedStateBackend<String> backend = rig.backend;
    backend.setCurrentKey("key");
    var values = backend.getState(new ValueStateDescriptor<>("values", Serializers.ints()));
    var lists = backend.getListState(new ListStateDescriptor<>("lists", Serializers.longs()));
    MapState<UUID, Long> maps =
        backend.getMapState(
            new MapStateDescriptor<>("maps", Serializers.uuids(), Serializers.longs()));
    TimerService<String, Short> timers =
        new TimerService<>("timers", backend, Serializers.shorts(), new NoTarget());
    values.update(1);
    lists.add(2L);
    for (int i = 0; i < 3; i++) {
      maps.put(new UUID(i, i), 3L);
    }
    timers.registerEventTimeTimer((short) 4, 5);
    Iterator<Map.Entry<UUID, Long>> entries = maps.iterator();
    Map.Entry<UUID, Long> entry = entries.next();
    rig.close();
    backend.setCurrentKey("key");
    Calls calls = new Calls();
    calls.add("value", values::value);
    calls.add("update", () -> values.update(2));
    calls.add("list", lists::get);
    calls.add("add", () -> lists.add(3L));
    calls.add("map", () -> maps.get(new UUID(1, 1)));
    calls.add("entries of a map", () -> maps.entries().iterator().hasNext());
    calls.add("iterator", entries::hasNext);
    calls.add("remove by iterator", entries::remove);
    calls.add("setValue", () -> entry.setValue(4L));
    calls.add("timer", () -> timers.registerEventTimeTimer((short) 4, 6));
    calls.add("processing-time timer", () -> timers.registerProcessingTimeTimer((short) 4, 6));
    calls.add("watermark", () -> timers.advanceWatermark(10));
    calls.add("clock", () -> timers.advanceProcessingTime(10));
    calls.add("number of timers", timers::size);
    calls.add(
        "getState",
        () -> backend.getState(new ValueStateDescriptor<>("values", Serializers.ints())));
    calls.add("keys", () -> backend.getKeys("values", null));
    calls.add("entries", backend::entries);
    calls.add("snapshot", rig::snapshot);
    calls.assertRefused();
  }

  /** Timers that never fire. */
  private static final class NoTarget implements TimerTarget<String, Short> {
    @Override
    public void onEventTime(KeyedTimer<String, Short> timer) {
      throw new AssertionError(timer);
    }

    @Override
    public void onProcessingTime(KeyedTimer<String, Short> timer) {
      throw new AssertionError(timer);
    }
  }
}
