package io.streambed.testkit.store;

import io.streambed.keyed.AggregatingKind;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.keyed.ListKind;
import io.streambed.keyed.MapKind;
import io.streambed.keyed.ReducingKind;
import io.streambed.keyed.ValueKind;
import io.streambed.state.AggregateFunction;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.StateQuery;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueStateDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One state of each kind, in namespaces, what is written to them by number, and the questions. */
final class QueriedStates<K, N, U, V> {
  private final SampleTypes<K, N, U, V> types;
  private final KeyedStateBackend<K> backend;
  private final ValueStateDescriptor<V> valueState;
  private final ListStateDescriptor<V> listState;
  private final MapStateDescriptor<U, V> mapState;
  private final ReducingStateDescriptor<V> sumState;
  private final AggregatingStateDescriptor<Integer, V, String> textState;
  private final ValueKind<K, N, V> value;
  private final ListKind<K, N, V> list;
  private final MapKind<K, N, U, V> map;
  private final ReducingKind<K, N, V> sum;
  private final AggregatingKind<K, N, Integer, V, String> text;

  QueriedStates(
      SampleTypes<K, N, U, V> types, KeyedStateBackend<K> backend, TimeToLive timeToLive) {
    this.types = types;
    this.backend = backend;
    var values = types.values().serializer();
    valueState = new ValueStateDescriptor<>("value", values).withTimeToLive(timeToLive);
    listState = new ListStateDescriptor<>("list", values).withTimeToLive(timeToLive);
    mapState =
        new MapStateDescriptor<>("map", types.userKeys().serializer(), values)
            .withTimeToLive(timeToLive);
    sumState =
        new ReducingStateDescriptor<>("sum", values, types.values().join()::apply)
            .withTimeToLive(timeToLive);
    textState =
        new AggregatingStateDescriptor<>("text", values, new Text<>(types.values()))
            .withTimeToLive(timeToLive);
    var namespaces = types.namespaces().serializer();
    value = backend.open(valueState, namespaces);
    list = backend.open(listState, namespaces);
    map = backend.open(mapState, namespaces);
    sum = backend.open(sumState, namespaces);
    text = backend.open(textState, namespaces);
  }

  /** Shows an accumulator that is changed in place where it can be. */
  private record Text<V>(Samples<V> values) implements AggregateFunction<Integer, V, String> {
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
      return "of " + accumulator;
    }

    @Override
    public V merge(V a, V b) {
      return values.join().apply(a, b);
    }
  }

  private void at(int key, int namespace) {
    backend.setCurrentKey(types.keys().at(key));
    N current = types.namespaces().at(namespace);
    value.setCurrentNamespace(current);
    list.setCurrentNamespace(current);
    map.setCurrentNamespace(current);
    sum.setCurrentNamespace(current);
    text.setCurrentNamespace(current);
  }

  void write(int key, int namespace, int number) {
    clear(key, namespace);
    value.update(types.values().at(number));
    list.addAll(List.of(types.values().at(number), types.values().at(number + 1)));
    map.put(types.userKeys().at(key), types.values().at(number));
    map.put(types.userKeys().at(key + 1), null);
    sum.add(types.values().at(number));
    sum.add(types.values().at(number + 1));
    text.add(number);
  }

  void clear(int key, int namespace) {
    at(key, namespace);
    value.clear();
    list.clear();
    map.clear();
    sum.clear();
    text.clear();
  }

  /** What the answers are once a number was written. */
  List<Object> written(int key, int number) {
    Map<U, V> entries = new HashMap<>();
    entries.put(types.userKeys().at(key), types.values().at(number));
    entries.put(types.userKeys().at(key + 1), null);
    return Arrays.asList(
        types.values().at(number),
        List.of(types.values().at(number), types.values().at(number + 1)),
        entries,
        types.values().at(number),
        null,
        types.values().change(types.values().at(number), number + 1),
        "of " + types.values().change(types.values().at(0), number));
  }

  /** What the answers are where nothing is. */
  static List<Object> nothing() {
    return Arrays.asList(null, null, null, null, null, null, null);
  }

  /** Asks all kinds; of the map also for one value, and for one that is null. */
  List<Object> answers(int key, int namespace, Function<StateQuery<?>, ?> ask) {
    List<StateQuery<?>> queries =
        List.of(
            StateQuery.of(valueState),
            StateQuery.of(listState),
            StateQuery.of(mapState),
            StateQuery.ofEntry(mapState, types.userKeys().at(key)),
            StateQuery.ofEntry(mapState, types.userKeys().at(key + 1)),
            StateQuery.of(sumState),
            StateQuery.of(textState));
    List<Object> answers = new ArrayList<>();
    for (StateQuery<?> query : queries) {
      answers.add(
          ask.apply(query.in(types.namespaces().serializer(), types.namespaces().at(namespace))));
    }
    return answers;
  }

  /** The answers of this moment. */
  List<Object> now(int key, int namespace) {
    K asked = types.keys().at(key);
    return answers(key, namespace, query -> backend.query(query, asked).get().orElse(null));
  }
}
