package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.keyed.AggregatingKind;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.keyed.ListKind;
import io.streambed.keyed.MapKind;
import io.streambed.keyed.ReducingKind;
import io.streambed.keyed.ValueKind;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.AggregateFunction;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.time.ProcessingTime;
import io.streambed.time.StateTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.LongSupplier;

/**
 * Plays random actions on one state of each kind and on an {@link ExpiringModel}, and compares what
 * both give: elements of several keys and namespaces, clocks that pass and jump, checkpoints.
 */
final class ExpiringPlay<K, N, U, V> implements AutoCloseable {
  /** The kinds that a play compares. */
  static final int KINDS = 5;

  private static final int NUMBERS = 3;

  private final SampleTypes<K, N, U, V> types;
  private final TimeToLive policy;
  private final Random random;
  private final BinaryOperator<V> join;
  private final ExpiringModel<List<Object>, U, V> model;
  private long wallMillis = 1_700_000_000_000L;
  private long elapsedMillis;
  private ProcessingTime clock = clock();
  private StateTime time = StateTime.withWatermarks(clock);
  private BackendRig<K> rig;
  private ValueKind<K, N, V> value;
  private ListKind<K, N, V> list;
  private MapKind<K, N, U, V> map;
  private ReducingKind<K, N, V> sum;
  private AggregatingKind<K, N, V, V, V> joined;
  private K key;
  private N namespace;

  /** A wall clock that shows what it is told. */
  static final class Wall extends Clock {
    private final LongSupplier shown;

    Wall(LongSupplier shown) {
      this.shown = shown;
    }

    @Override
    public long millis() {
      return shown.getAsLong();
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  ExpiringPlay(
      KeyedStoreFactory factory, SampleTypes<K, N, U, V> types, TimeToLive policy, long seed) {
    this.types = types;
    this.policy = policy;
    this.random = new Random(seed);
    Serializer<V> values = types.values().serializer();
    this.join = (a, b) -> types.values().join().apply(values.copy(a), values.copy(b));
    boolean eventTime = policy != null && policy.eventTime();
    this.model =
        new ExpiringModel<>(
            policy,
            () -> eventTime ? time.watermark() : time.processing(),
            () -> time.stamp(eventTime),
            () -> time.eventTime().begun());
    this.rig = new BackendRig<>(factory, types.keys().serializer(), time);
    open();
    element();
  }

  private ProcessingTime clock() {
    return new ProcessingTime(new Wall(() -> wallMillis), () -> elapsedMillis * 1_000_000);
  }

  /** Aggregates numbers to their sum. */
  static AggregatingStateDescriptor<Integer, Long, Long> summing(String name, TimeToLive policy) {
    return new AggregatingStateDescriptor<>(
        name,
        Serializers.longs(),
        new AggregateFunction<Integer, Long, Long>() {
          @Override
          public Long createAccumulator() {
            return 0L;
          }

          @Override
          public Long add(Integer value, Long accumulator) {
            return accumulator + value;
          }

          @Override
          public Long getResult(Long accumulator) {
            return accumulator;
          }

          @Override
          public Long merge(Long a, Long b) {
            return a + b;
          }
        },
        policy);
  }

  /** Aggregates values by joining them; an accumulator without any is null. */
  private AggregatingStateDescriptor<V, V, V> joining() {
    return new AggregatingStateDescriptor<>(
        "joined",
        types.values().serializer(),
        new AggregateFunction<V, V, V>() {
          @Override
          public V createAccumulator() {
            return null;
          }

          @Override
          public V add(V added, V accumulator) {
            return accumulator == null ? added : join.apply(accumulator, added);
          }

          @Override
          public V getResult(V accumulator) {
            return types.values().serializer().copy(accumulator);
          }

          @Override
          public V merge(V a, V b) {
            return join.apply(a, b);
          }
        },
        policy);
  }

  private void open() {
    KeyedStateBackend<K> backend = rig.backend;
    Serializer<N> spaces = types.namespaces().serializer();
    Serializer<V> values = types.values().serializer();
    value =
        backend.open(new ValueStateDescriptor<>("value", values).withTimeToLive(policy), spaces);
    list = backend.open(new ListStateDescriptor<>("list", values).withTimeToLive(policy), spaces);
    map =
        backend.open(
            new MapStateDescriptor<>("map", types.userKeys().serializer(), values)
                .withTimeToLive(policy),
            spaces);
    sum =
        backend.open(
            new ReducingStateDescriptor<>("sum", values, join::apply).withTimeToLive(policy),
            spaces);
    joined = backend.open(joining(), spaces);
  }

  void run(int steps) {
    for (int step = 0; step < steps; step++) {
      try {
        step();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("at step " + step, e);
      }
    }
  }

  private void step() {
    int action = random.nextInt(30);
    if (random.nextInt(100) == 0) {
      checkpoint();
    } else if (action < 5) {
      element();
    } else if (action < 9) {
      passTime();
    } else if (action == 9) {
      checkKeys();
    } else if (action == 10) {
      clear();
    } else if (action < 13) {
      merge();
    } else if (action < 17) {
      single();
    } else if (action < 21) {
      list();
    } else if (action < 27) {
      map();
    } else {
      fold();
    }
  }

  private List<Object> cell(String state, N of) {
    return List.of(state, key, of);
  }

  private List<Object> cell(String state) {
    return cell(state, namespace);
  }

  private V anyValue() {
    return types.values().at(random.nextInt(50));
  }

  private V copy(V original) {
    return original == null ? null : types.values().serializer().copy(original);
  }

  private N anyNamespace() {
    return types.namespaces().at(random.nextInt(NUMBERS));
  }

  private void element() {
    key = types.keys().at(random.nextInt(NUMBERS));
    namespace = anyNamespace();
    time.refresh();
    time.handling(
        random.nextInt(4) == 0
            ? Long.MIN_VALUE
            : Math.max(0, time.watermark()) + random.nextInt(12) - 4);
    rig.backend.setCurrentKey(key);
    value.setCurrentNamespace(namespace);
    list.setCurrentNamespace(namespace);
    map.setCurrentNamespace(namespace);
    sum.setCurrentNamespace(namespace);
    joined.setCurrentNamespace(namespace);
  }

  private void passTime() {
    long millis = random.nextInt(8);
    elapsedMillis += millis;
    wallMillis += millis;
    switch (random.nextInt(6)) {
      case 0 -> wallMillis -= random.nextInt(100_000);
      case 1 -> wallMillis += random.nextInt(20);
      default -> {}
    }
    if (random.nextBoolean()) {
      time.advanceWatermark(Math.max(0, time.watermark()) + random.nextInt(8) - 1);
    }
    long before = time.processing();
    time.refresh();
    assertThat(time.processing()).isGreaterThanOrEqualTo(before);
  }

  /** What is restored goes on from the greatest time, whatever the clock shows then. */
  private void checkpoint() {
    time.refresh();
    model.snapshot();
    long seen = clock.getAsLong();
    wallMillis -= random.nextInt(3) * 50_000L;
    clock = clock();
    clock.goOnFrom(seen);
    StateTime restored = StateTime.withWatermarks(clock);
    restored.goOnFrom(time.eventTime());
    BackendRig<K> next = rig.restored(restored);
    rig.close();
    rig = next;
    time = restored;
    open();
    element();
  }

  private void checkKeys() {
    for (String state : List.of("value", "list", "map", "sum", "joined")) {
      for (int n = 0; n < NUMBERS; n++) {
        N of = types.namespaces().at(n);
        List<K> met = rig.backend.getKeys(state, of);
        List<K> expected = new ArrayList<>();
        for (int k = 0; k < NUMBERS; k++) {
          K each = types.keys().at(k);
          if (model.isMet(List.of(state, each, of)) && !expected.contains(each)) {
            expected.add(each);
          }
        }
        assertThat(met).as(state).containsExactlyInAnyOrderElementsOf(expected);
        if (types.namespaces().sole()) {
          break;
        }
      }
    }
  }

  private void clear() {
    switch (random.nextInt(KINDS)) {
      case 0 -> {
        value.clear();
        model.clear(cell("value"));
      }
      case 1 -> {
        list.clear();
        model.clear(cell("list"));
      }
      case 2 -> {
        map.clear();
        model.clear(cell("map"));
      }
      case 3 -> {
        sum.clear();
        model.clear(cell("sum"));
      }
      default -> {
        joined.clear();
        model.clear(cell("joined"));
      }
    }
  }

  private void merge() {
    N target = anyNamespace();
    List<N> sources = List.of(anyNamespace(), anyNamespace());
    switch (random.nextInt(3)) {
      case 0 -> {
        list.mergeNamespaces(target, sources);
        model.moveLists(cell("list", target), cells("list", sources));
      }
      case 1 -> {
        sum.mergeNamespaces(target, sources);
        model.merge(cell("sum", target), cells("sum", sources), join);
      }
      default -> {
        joined.mergeNamespaces(target, sources);
        model.merge(cell("joined", target), cells("joined", sources), join);
      }
    }
  }

  private List<List<Object>> cells(String state, List<N> of) {
    return of.stream().map(each -> cell(state, each)).toList();
  }

  private void single() {
    if (random.nextInt(4) == 0) {
      List<K> keys = List.of(types.keys().at(0), types.keys().at(1), key);
      List<V> expected = new ArrayList<>();
      for (K each : keys) {
        expected.add(model.value(List.of("value", each, namespace)));
      }
      assertThat(value.getAll(keys)).isEqualTo(expected);
    } else if (random.nextBoolean()) {
      V updated = anyValue();
      value.update(copy(updated));
      model.put(cell("value"), updated);
    } else {
      assertThat(value.value()).isEqualTo(model.value(cell("value")));
    }
  }

  private void list() {
    switch (random.nextInt(4)) {
      case 0 -> {
        V added = anyValue();
        list.add(copy(added));
        model.append(cell("list"), List.of(added));
      }
      case 1 -> {
        List<V> added = List.of(anyValue(), anyValue());
        list.addAll(added.stream().map(this::copy).toList());
        model.append(cell("list"), added);
      }
      case 2 -> {
        List<V> replacement = List.of(anyValue());
        list.update(replacement.stream().map(this::copy).toList());
        model.clear(cell("list"));
        model.append(cell("list"), replacement);
      }
      default -> {
        List<V> expected = model.list(cell("list"));
        List<V> given = list.get();
        assertThat(given == null ? null : new ArrayList<>(given)).isEqualTo(expected);
      }
    }
  }

  private void map() {
    U userKey = types.userKeys().at(random.nextInt(4));
    switch (random.nextInt(9)) {
      case 7 -> {
        Map<U, V> expected = new LinkedHashMap<>();
        List<U> asked = List.of(userKey, types.userKeys().at(0));
        for (U each : asked) {
          expected.put(each, model.get(cell("map"), each));
        }
        expected.values().removeIf(Objects::isNull);
        assertThat(map.getAll(asked)).isEqualTo(expected);
      }
      case 0, 1 -> {
        V put = random.nextInt(5) == 0 ? null : anyValue();
        map.put(userKey, copy(put));
        model.put(cell("map"), userKey, put);
      }
      case 2 -> {
        V put = anyValue();
        map.putAll(Map.of(userKey, copy(put)));
        model.put(cell("map"), userKey, put);
      }
      case 3 -> {
        map.remove(userKey);
        model.remove(cell("map"), userKey);
      }
      case 8 -> assertThat(map.isEmpty()).isEqualTo(!model.isMet(cell("map")));
      case 4 -> assertThat(map.contains(userKey)).isEqualTo(model.contains(cell("map"), userKey));
      case 5 -> assertThat(map.get(userKey)).isEqualTo(model.get(cell("map"), userKey));
      default -> {
        Map<U, V> given = new LinkedHashMap<>();
        map.iterator().forEachRemaining(entry -> given.put(entry.getKey(), entry.getValue()));
        assertThat(given).isEqualTo(model.entries(cell("map")));
      }
    }
  }

  private void fold() {
    V added = anyValue();
    if (random.nextBoolean()) {
      sum.add(copy(added));
      model.fold(cell("sum"), added, join);
      assertThat(sum.get()).isEqualTo(model.value(cell("sum")));
    } else {
      joined.add(copy(added));
      model.fold(cell("joined"), added, join);
      assertThat(joined.get()).isEqualTo(model.value(cell("joined")));
    }
  }

  @Override
  public void close() {
    rig.close();
  }
}
