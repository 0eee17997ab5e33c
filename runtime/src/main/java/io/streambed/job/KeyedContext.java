package io.streambed.job;

import io.streambed.serial.Serializers;
import io.streambed.state.AggregateFunction;
import io.streambed.state.AggregatingState;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.BroadcastState;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapState;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReduceFunction;
import io.streambed.state.ReducingState;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;

/**
 * What a keyed function works with on one subtask. States are opened once, when the function is,
 * and kept; opening one declares it. The serializer of a state is derived from the type of its
 * values ({@link Serializers#of(Class)}), or given with a descriptor.
 *
 * <p>Threading: the subtask's thread.
 *
 * @param <K> the type of the keys
 * @param <O> the type of the results
 */
public interface KeyedContext<K, O> extends ProcessContext<O> {
  /**
   * The current key.
   *
   * @return the key of the element or timer being handled
   * @throws IllegalStateException if none is current
   */
  K key();

  // ---- state

  /**
   * Opens value state that is null until it is set.
   *
   * @param name unique among the function's states, without _ in front
   * @param type of the value
   * @param <V> the type of the value
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for the type
   */
  default <V> ValueState<V> value(String name, Class<V> type) {
    return state(new ValueStateDescriptor<>(name, Serializers.of(type)));
  }

  /**
   * Opens value state that expires: it is null until it is set, and once it is too old.
   *
   * @param name unique among the function's states, without _ in front
   * @param type of the value
   * @param timeToLive how long what is in it lives; null for ever
   * @param <V> the type of the value
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for the type
   */
  default <V> ValueState<V> value(String name, Class<V> type, TimeToLive timeToLive) {
    return state(new ValueStateDescriptor<>(name, Serializers.of(type)).withTimeToLive(timeToLive));
  }

  /**
   * Opens value state with a default.
   *
   * @param name unique among the function's states, without _ in front
   * @param type of the value
   * @param defaultValue what the state is until it is set
   * @param <V> the type of the value
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for the type
   */
  default <V> ValueState<V> value(String name, Class<V> type, V defaultValue) {
    return state(new ValueStateDescriptor<>(name, Serializers.of(type), defaultValue));
  }

  /**
   * Opens value state that expires, with a default, which it is again once it is too old.
   *
   * @param name unique among the function's states, without _ in front
   * @param type of the value
   * @param defaultValue what the state is until it is set
   * @param timeToLive how long what is in it lives; null for ever
   * @param <V> the type of the value
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for the type
   */
  default <V> ValueState<V> value(
      String name, Class<V> type, V defaultValue, TimeToLive timeToLive) {
    return state(
        new ValueStateDescriptor<>(name, Serializers.of(type), defaultValue)
            .withTimeToLive(timeToLive));
  }

  /**
   * Opens list state.
   *
   * @param name unique among the function's states, without _ in front
   * @param elementType of the elements
   * @param <E> the type of the elements
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for the type
   */
  default <E> ListState<E> list(String name, Class<E> elementType) {
    return state(new ListStateDescriptor<>(name, Serializers.of(elementType)));
  }

  /**
   * Opens list state whose elements expire one by one.
   *
   * @param name unique among the function's states, without _ in front
   * @param elementType of the elements
   * @param timeToLive how long what is in it lives; null for ever
   * @param <E> the type of the elements
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for the type
   */
  default <E> ListState<E> list(String name, Class<E> elementType, TimeToLive timeToLive) {
    return state(
        new ListStateDescriptor<>(name, Serializers.of(elementType)).withTimeToLive(timeToLive));
  }

  /**
   * Opens map state.
   *
   * @param name unique among the function's states, without _ in front
   * @param keyType of the user keys
   * @param valueType of the values
   * @param <UK> the type of the user keys
   * @param <UV> the type of the values
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for a type
   */
  default <UK, UV> MapState<UK, UV> map(String name, Class<UK> keyType, Class<UV> valueType) {
    return state(
        new MapStateDescriptor<>(name, Serializers.of(keyType), Serializers.of(valueType)));
  }

  /**
   * Opens map state whose entries expire one by one.
   *
   * @param name unique among the function's states, without _ in front
   * @param keyType of the user keys
   * @param valueType of the values
   * @param timeToLive how long what is in it lives; null for ever
   * @param <UK> the type of the user keys
   * @param <UV> the type of the values
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for a type
   */
  default <UK, UV> MapState<UK, UV> map(
      String name, Class<UK> keyType, Class<UV> valueType, TimeToLive timeToLive) {
    return state(
        new MapStateDescriptor<>(name, Serializers.of(keyType), Serializers.of(valueType))
            .withTimeToLive(timeToLive));
  }

  /**
   * Opens reducing state: elements are reduced to one value of their type.
   *
   * @param name unique among the function's states, without _ in front
   * @param type of elements and value
   * @param function combines two of them
   * @param <T> the type of elements and value
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for the type
   */
  default <T> ReducingState<T> reducing(String name, Class<T> type, ReduceFunction<T> function) {
    return state(new ReducingStateDescriptor<>(name, Serializers.of(type), function));
  }

  /**
   * Opens reducing state that expires: elements are reduced to one value of their type.
   *
   * @param name unique among the function's states, without _ in front
   * @param type of elements and value
   * @param function combines two of them
   * @param timeToLive how long what is in it lives; null for ever
   * @param <T> the type of elements and value
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for the type
   */
  default <T> ReducingState<T> reducing(
      String name, Class<T> type, ReduceFunction<T> function, TimeToLive timeToLive) {
    return state(
        new ReducingStateDescriptor<>(name, Serializers.of(type), function)
            .withTimeToLive(timeToLive));
  }

  /**
   * Opens aggregating state.
   *
   * @param name unique among the function's states, without _ in front
   * @param accumulatorType of the accumulator, which is what is stored
   * @param function aggregates elements
   * @param <IN> the type of the elements
   * @param <ACC> the type of the accumulator
   * @param <OUT> the type of the result
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for the type
   */
  default <IN, ACC, OUT> AggregatingState<IN, OUT> aggregating(
      String name, Class<ACC> accumulatorType, AggregateFunction<IN, ACC, OUT> function) {
    return state(new AggregatingStateDescriptor<>(name, Serializers.of(accumulatorType), function));
  }

  /**
   * Opens aggregating state whose accumulator expires.
   *
   * @param name unique among the function's states, without _ in front
   * @param accumulatorType of the accumulator, which is what is stored
   * @param function aggregates elements
   * @param timeToLive how long what is in it lives; null for ever
   * @param <IN> the type of the elements
   * @param <ACC> the type of the accumulator
   * @param <OUT> the type of the result
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if no serializer can be derived for the type
   */
  default <IN, ACC, OUT> AggregatingState<IN, OUT> aggregating(
      String name,
      Class<ACC> accumulatorType,
      AggregateFunction<IN, ACC, OUT> function,
      TimeToLive timeToLive) {
    return state(
        new AggregatingStateDescriptor<>(name, Serializers.of(accumulatorType), function)
            .withTimeToLive(timeToLive));
  }

  /**
   * Opens broadcast state: the same map on every subtask, changed in {@link
   * KeyedBroadcastHandler#onBroadcast} alone.
   *
   * @param name unique among the function's broadcast states
   * @param keyType of the keys
   * @param valueType of the values
   * @param <BK> the type of the keys
   * @param <BV> the type of the values
   * @return the subtask's copy
   * @throws IllegalArgumentException if no serializer can be derived for a type, or the function
   *     has no broadcast input
   */
  default <BK, BV> BroadcastState<BK, BV> broadcast(
      String name, Class<BK> keyType, Class<BV> valueType) {
    return broadcastState(
        new MapStateDescriptor<>(name, Serializers.of(keyType), Serializers.of(valueType)));
  }

  /**
   * Opens value state with a serializer of its own.
   *
   * @param descriptor name and serializer
   * @param <V> the type of the value
   * @return the state of whatever key is current
   * @throws IllegalStateException if the function did not open it when the job was built
   */
  <V> ValueState<V> state(ValueStateDescriptor<V> descriptor);

  /**
   * Opens list state with a serializer of its own.
   *
   * @param descriptor name and serializer
   * @param <E> the type of the elements
   * @return the state of whatever key is current
   * @throws IllegalStateException if the function did not open it when the job was built
   */
  <E> ListState<E> state(ListStateDescriptor<E> descriptor);

  /**
   * Opens map state with serializers of its own.
   *
   * @param descriptor name and serializer
   * @param <UK> the type of the user keys
   * @param <UV> the type of the values
   * @return the state of whatever key is current
   * @throws IllegalStateException if the function did not open it when the job was built
   */
  <UK, UV> MapState<UK, UV> state(MapStateDescriptor<UK, UV> descriptor);

  /**
   * Opens reducing state with a serializer of its own.
   *
   * @param descriptor name and serializer
   * @param <T> the type of elements and value
   * @return the state of whatever key is current
   * @throws IllegalStateException if the function did not open it when the job was built
   */
  <T> ReducingState<T> state(ReducingStateDescriptor<T> descriptor);

  /**
   * Opens aggregating state with a serializer of its own.
   *
   * @param descriptor name and serializer
   * @param <IN> the type of the elements
   * @param <ACC> the type of the accumulator
   * @param <OUT> the type of the result
   * @return the state of whatever key is current
   * @throws IllegalStateException if the function did not open it when the job was built
   */
  <IN, ACC, OUT> AggregatingState<IN, OUT> state(
      AggregatingStateDescriptor<IN, ACC, OUT> descriptor);

  /**
   * Opens broadcast state with serializers of its own.
   *
   * @param descriptor name and serializer
   * @param <BK> the type of the keys
   * @param <BV> the type of the values
   * @return the subtask's copy
   * @throws IllegalStateException if the function did not open it when the job was built
   */
  <BK, BV> BroadcastState<BK, BV> broadcastState(MapStateDescriptor<BK, BV> descriptor);

  // ---- time

  /**
   * The current watermark: no element at or before it will come any more, on any input, unless it
   * is late.
   *
   * @return milliseconds since the epoch; {@link Long#MIN_VALUE} before the first one
   */
  long watermark();

  /**
   * Registers an event-time timer of the current key; see package {@code io.streambed.timer} for
   * the rules.
   *
   * @param timestampMillis fires once the watermark is at least this
   */
  void registerEventTimer(long timestampMillis);

  /**
   * Removes an event-time timer of the current key, if there.
   *
   * @param timestampMillis what it was registered for
   */
  void deleteEventTimer(long timestampMillis);

  /**
   * Registers a processing-time timer of the current key.
   *
   * @param timestampMillis fires once the clock shows at least this
   */
  void registerProcessingTimer(long timestampMillis);

  /**
   * Removes a processing-time timer of the current key, if there.
   *
   * @param timestampMillis what it was registered for
   */
  void deleteProcessingTimer(long timestampMillis);
}
