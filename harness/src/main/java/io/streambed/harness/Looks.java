package io.streambed.harness;

import io.streambed.runtime.SteppedOperator;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks into the states that a function has declared, by their names. */
final class Looks {
  private Looks() {}

  static <V> V value(SteppedOperator operator, Object key, String name, Class<V> type) {
    StateDescriptor descriptor = find(operator.states().keyed(), name);
    Object value =
        operator.look(
            key,
            keyed -> {
              if (descriptor instanceof ValueStateDescriptor<?> each) {
                return keyed.getState(each).value();
              } else if (descriptor instanceof ReducingStateDescriptor<?> each) {
                return keyed.getReducingState(each).get();
              } else if (descriptor instanceof AggregatingStateDescriptor<?, ?, ?> each) {
                return keyed.getAggregatingState(each).get();
              }
              throw otherKind(descriptor);
            });
    return cast(type, value, name);
  }

  static <E> List<E> list(SteppedOperator operator, Object key, String name, Class<E> type) {
    StateDescriptor descriptor = find(operator.states().keyed(), name);
    if (!(descriptor instanceof ListStateDescriptor<?> each)) {
      throw otherKind(descriptor);
    }
    List<E> found = new ArrayList<>();
    operator.look(
        key,
        keyed -> {
          Iterable<?> elements = keyed.getListState(each).get();
          if (elements != null) {
            elements.forEach(element -> found.add(cast(type, element, name)));
          }
          return null;
        });
    return found;
  }

  static <UK, UV> Map<UK, UV> map(
      SteppedOperator operator, Object key, String name, Class<UK> keyType, Class<UV> valueType) {
    StateDescriptor descriptor = find(operator.states().keyed(), name);
    if (!(descriptor instanceof MapStateDescriptor<?, ?> each)) {
      throw otherKind(descriptor);
    }
    return operator.look(
        key, keyed -> copy(keyed.getMapState(each).entries(), name, keyType, valueType));
  }

  static <BK, BV> Map<BK, BV> broadcast(
      SteppedOperator operator, String name, Class<BK> keyType, Class<BV> valueType) {
    MapStateDescriptor<?, ?> descriptor = find(operator.states().broadcast(), name);
    return operator.lookAtBroadcast(
        0,
        states ->
            copy(
                states.getBroadcastState(descriptor).immutableEntries(), name, keyType, valueType));
  }

  private static <A, B> Map<A, B> copy(
      Iterable<? extends Map.Entry<?, ?>> entries, String name, Class<A> keys, Class<B> values) {
    Map<A, B> copy = new LinkedHashMap<>();
    if (entries != null) {
      for (Map.Entry<?, ?> entry : entries) {
        copy.put(cast(keys, entry.getKey(), name), cast(values, entry.getValue(), name));
      }
    }
    return copy;
  }

  private static <D extends StateDescriptor> D find(Collection<D> declared, String name) {
    for (D each : declared) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "the function has no state \""
            + name
            + "\"; it has "
            + declared.stream().map(StateDescriptor::name).toList());
  }

  private static IllegalArgumentException otherKind(StateDescriptor descriptor) {
    return new IllegalArgumentException(
        "state \""
            + descriptor.name()
            + "\" is of kind "
            + descriptor.kind()
            + ": look at a map by map(...), at a list by list(...), at the others by value(...)");
  }

  private static <T> T cast(Class<T> type, Object object, String state) {
    if (object != null && !type.isInstance(object)) {
      throw new IllegalArgumentException(
          "state \"" + state + "\" holds a " + object.getClass().getName() + ", no " + type);
    }
    return type.cast(object);
  }
}
