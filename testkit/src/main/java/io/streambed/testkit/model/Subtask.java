package io.streambed.testkit.model;

import io.streambed.keyed.AggregatingKind;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.keyed.ListKind;
import io.streambed.keyed.MapKind;
import io.streambed.keyed.ReducingKind;
import io.streambed.keyed.ValueKind;
import io.streambed.serial.Serializer;
import io.streambed.state.AggregateFunction;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStore;
import io.streambed.store.TaskInfo;
import io.streambed.testkit.store.SampleTypes;
import io.streambed.testkit.store.Samples;
import io.streambed.timer.KeyedTimer;
import io.streambed.timer.TimerService;
import io.streambed.timer.TimerTarget;
import java.util.ArrayList;
import java.util.List;

/** One subtask of the job: a backend, and its states, each opened when it is first needed. */
final class Subtask<K, N, U, V> implements TimerTarget<K, N> {
  final KeyedStore<K> store;
  final KeyedStateBackend<K> backend;
  final List<KeyedTimer<K, N>> fired = new ArrayList<>();
  private final SampleTypes<K, N, U, V> types;
  private ValueKind<K, N, V> value;
  private ListKind<K, N, V> list;
  private MapKind<K, N, U, V> map;
  private ReducingKind<K, N, V> reduce;
  private AggregatingKind<K, N, Integer, V, String> aggregate;
  private TimerService<K, N> timers;

  Subtask(KeyedStore<K> store, SampleTypes<K, N, U, V> types, int index) {
    this.store = store;
    this.types = types;
    this.backend = new KeyedStateBackend<>(store, new TaskInfo("model", "operator", index));
  }

  /** What a job declares. */
  record Declared<U, V>(
      ValueStateDescriptor<V> value,
      ListStateDescriptor<V> list,
      MapStateDescriptor<U, V> map,
      ReducingStateDescriptor<V> reduce,
      AggregatingStateDescriptor<Integer, V, String> aggregate) {}

  static <U, V> Declared<U, V> declared(SampleTypes<?, ?, U, V> types) {
    Serializer<V> values = types.values().serializer();
    return new Declared<>(
        new ValueStateDescriptor<>("value", values),
        new ListStateDescriptor<>("list", values),
        new MapStateDescriptor<>("map", types.userKeys().serializer(), values),
        new ReducingStateDescriptor<>("reduce", values, types.values().join()::apply),
        new AggregatingStateDescriptor<>("aggregate", values, new Joining<>(types.values())));
  }

  ValueKind<K, N, V> value() {
    if (value == null) {
      value = backend.open(declared(types).value(), types.namespaces().serializer());
    }
    return value;
  }

  ListKind<K, N, V> list() {
    if (list == null) {
      list = backend.open(declared(types).list(), types.namespaces().serializer());
    }
    return list;
  }

  MapKind<K, N, U, V> map() {
    if (map == null) {
      map = backend.open(declared(types).map(), types.namespaces().serializer());
    }
    return map;
  }

  ReducingKind<K, N, V> reduce() {
    if (reduce == null) {
      reduce = backend.open(declared(types).reduce(), types.namespaces().serializer());
    }
    return reduce;
  }

  AggregatingKind<K, N, Integer, V, String> aggregate() {
    if (aggregate == null) {
      aggregate = backend.open(declared(types).aggregate(), types.namespaces().serializer());
    }
    return aggregate;
  }

  TimerService<K, N> timers() {
    if (timers == null) {
      timers = new TimerService<>("timers", backend, types.namespaces().serializer(), this);
    }
    return timers;
  }

  void openAll() {
    timers();
    aggregate();
    map();
    value();
    reduce();
    list();
  }

  @Override
  public void onEventTime(KeyedTimer<K, N> timer) {
    fired.add(timer);
    if (registersAnother(timer)) {
      timers().registerEventTimeTimer(timer.namespace(), timer.timestampMillis() + 1);
    }
  }

  @Override
  public void onProcessingTime(KeyedTimer<K, N> timer) {
    fired.add(timer);
    if (registersAnother(timer)) {
      timers().registerProcessingTimeTimer(timer.namespace(), timer.timestampMillis() + 1);
    }
  }

  /** Whether a timer that fires registers the next millisecond, which never registers more. */
  static boolean registersAnother(KeyedTimer<?, ?> timer) {
    return Math.floorMod(timer.timestampMillis(), 3) == 0;
  }

  /** Joins values; the accumulator is changed in place where it can be. */
  private record Joining<V>(Samples<V> values) implements AggregateFunction<Integer, V, String> {
    @Override
    public V createAccumulator() {
      return values.at(0);
    }

    @Override
    public V add(Integer number, V accumulator) {
      return values.change(accumulator, number);
    }

    @Override
    public String getResult(V accumulator) {
      return accumulator.toString();
    }

    @Override
    public V merge(V a, V b) {
      return values.join().apply(a, b);
    }
  }
}
