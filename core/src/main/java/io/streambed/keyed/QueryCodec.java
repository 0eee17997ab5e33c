package io.streambed.keyed;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.serial.Serializer;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.StateQuery;
import io.streambed.state.ValueStateDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns one query into bytes, and the bytes that are found for it into its answer. Each call uses
 * serializers of its own.
 *
 * <p>Threading: any thread.
 *
 * @param <R> the type of the answer
 */
final class QueryCodec<R> {
  private final StateQuery<R> query;

  QueryCodec(StateQuery<R> query) {
    this.query = query;
  }

  private <T> Codec<T> codec(Serializer<T> serializer, String role) {
    return new Codec<>(serializer.duplicate(), query.state().name(), role);
  }

  @SuppressWarnings("unchecked")
  private byte[] encode(Serializer<?> serializer, String role, Object part) {
    return codec((Serializer<Object>) serializer, role).encode(part).toByteArray();
  }

  byte[] namespace() {
    return encode(query.namespaceSerializer(), "namespace", query.namespace());
  }

  /** The bytes of the user key; null if the query has none. */
  byte[] userKey() {
    return query.userKey() == null
        ? null
        : encode(map(query.state()).keySerializer(), "user key", query.userKey());
  }

  /** One value of a map as {@link #decode} takes it. */
  byte[] entry(Object value) {
    ByteWriter entry = new ByteWriter();
    entry.writeSized(ByteView.of(userKey()));
    entry.writeBoolean(false);
    entry.writeSized(ByteView.of(encode(map(query.state()).valueSerializer(), "value", value)));
    return entry.toByteArray();
  }

  private static MapStateDescriptor<?, ?> map(StateDescriptor state) {
    return (MapStateDescriptor<?, ?>) state;
  }

  /**
   * Makes the answer.
   *
   * @param found as {@code Table.lookup} gives it; of a map that the query has a user key for, that
   *     entry alone
   * @return a new object; null if a map's value is null, or a function's result
   */
  @SuppressWarnings("unchecked")
  R decode(byte[] found) {
    return (R) decoded(query.state(), found);
  }

  private Object decoded(StateDescriptor state, byte[] found) {
    if (state instanceof ValueStateDescriptor<?> value) {
      return codec(value.serializer(), "value").decode(ByteView.of(found));
    } else if (state instanceof ReducingStateDescriptor<?> reducing) {
      return codec(reducing.serializer(), "value").decode(ByteView.of(found));
    } else if (state instanceof AggregatingStateDescriptor<?, ?, ?> aggregating) {
      return result(aggregating, found);
    } else if (state instanceof ListStateDescriptor<?> list) {
      return elements(list.serializer(), found);
    }
    Map<?, ?> entries = entries(map(state), found);
    return query.userKey() == null ? entries : entries.values().iterator().next();
  }

  private <A> Object result(AggregatingStateDescriptor<?, A, ?> aggregating, byte[] found) {
    A accumulator = codec(aggregating.serializer(), "value").decode(ByteView.of(found));
    return aggregating.function().getResult(accumulator);
  }

  private <E> List<E> elements(Serializer<E> serializer, byte[] found) {
    Codec<E> codec = codec(serializer, "value");
    ByteReader in = new ByteReader(found);
    ByteView element = new ByteView();
    List<E> elements = new ArrayList<>();
    while (in.remaining() > 0) {
      elements.add(codec.decode(in.readSized(element)));
    }
    return elements;
  }

  private <U, V> Map<U, V> entries(MapStateDescriptor<U, V> map, byte[] found) {
    Codec<U> userKeys = codec(map.keySerializer(), "user key");
    Codec<V> values = codec(map.valueSerializer(), "value");
    ByteReader in = new ByteReader(found);
    ByteView part = new ByteView();
    Map<U, V> entries = new LinkedHashMap<>();
    while (in.remaining() > 0) {
      U userKey = userKeys.decode(in.readSized(part));
      boolean isNull = in.readBoolean();
      entries.put(userKey, isNull ? null : values.decode(in.readSized(part)));
    }
    return entries;
  }
}
