package io.streambed.benchmarks;

import io.streambed.benchmarks.Case.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.TimerHeapInternalTimer;
import org.apache.flink.streaming.api.operators.TimerSerializer;

/** What memory is measured of: a state that is filled, and then all but emptied. */
enum Held {
  /** One Long for each key. */
  VALUE(Kind.VALUE) {
    @Override
    Entries open(KeyedStateBackend<Long> backend) throws Exception {
      ValueState<Long> state =
          state(backend, new ValueStateDescriptor<>("held", LongSerializer.INSTANCE));
      return (number, isAdded) -> {
        Long key = Scatter.key(number);
        backend.setCurrentKey(key);
        if (isAdded) {
          state.update(Scatter.value(key, 0, 0));
        } else {
          state.clear();
        }
      };
    }
  },
  /** Maps of ten. */
  MAP(Kind.MAP) {
    @Override
    Entries open(KeyedStateBackend<Long> backend) throws Exception {
      MapState<Long, Long> state = map(backend);
      return (number, isAdded) -> {
        long key = Scatter.key(number / ENTRIES_A_MAP);
        backend.setCurrentKey(key);
        put(state, Scatter.userKey(key, (int) (number % ENTRIES_A_MAP)), isAdded);
      };
    }
  },
  /** One map that has all entries. */
  LARGE_MAP(Kind.MAP) {
    @Override
    Entries open(KeyedStateBackend<Long> backend) throws Exception {
      MapState<Long, Long> state = map(backend);
      backend.setCurrentKey(1L);
      return (number, isAdded) -> put(state, Scatter.key(number), isAdded);
    }
  },
  /** One timer for each key. */
  TIMER(Kind.TIMER) {
    @Override
    Entries open(KeyedStateBackend<Long> backend) {
      var queue =
          backend.create(
              "held",
              new TimerSerializer<>(LongSerializer.INSTANCE, VoidNamespaceSerializer.INSTANCE));
      return (number, isAdded) -> {
        Long key = Scatter.key(number);
        backend.setCurrentKey(key);
        long millis = Scatter.value(key, 0, 0) >>> MILLIS_SHIFT;
        var timer = new TimerHeapInternalTimer<>(millis, key, VoidNamespace.INSTANCE);
        if (isAdded) {
          queue.add(timer);
        } else {
          queue.remove(timer);
        }
      };
    }
  };

  /** After the peak one entry in so many is left. */
  static final int LEFT = 100;

  private static final int ENTRIES_A_MAP = 10;

  /** Leaves numbers of 30 bits: times within twelve days. */
  private static final int MILLIS_SHIFT = 34;

  private final Kind kind;

  Held(Kind kind) {
    this.kind = kind;
  }

  /** The ones that go with a kind of cases. */
  static List<Held> of(Kind kind) {
    return Arrays.stream(values()).filter(held -> held.kind == kind).toList();
  }

  /** The name as reports have it. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Opens the state, which is empty. */
  abstract Entries open(KeyedStateBackend<Long> backend) throws Exception;

  /** Adds and removes entries by their number. */
  @FunctionalInterface
  interface Entries {
    void set(long number, boolean isAdded) throws Exception;
  }

  private static MapState<Long, Long> map(KeyedStateBackend<Long> backend) throws Exception {
    return state(
        backend,
        new MapStateDescriptor<>("held", LongSerializer.INSTANCE, LongSerializer.INSTANCE));
  }

  private static <S extends State> S state(
      KeyedStateBackend<Long> backend, StateDescriptor<S, ?> descriptor) throws Exception {
    return backend.getPartitionedState(
        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
  }

  private static void put(MapState<Long, Long> state, Long userKey, boolean isAdded)
      throws Exception {
    if (isAdded) {
      state.put(userKey, Scatter.value(userKey, 0, 0));
    } else {
      state.remove(userKey);
    }
  }
}
