package io.streambed.job;

import io.streambed.state.AggregatingState;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.BroadcastState;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapState;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingState;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;

/**
 * What a {@link KeyedFunction} works with on one subtask. States are asked for once, when the
 * function is opened, and kept; only declared ones are given.
 *
 * <p>Threading: the subtask's thread.
 *
 * @param <K> the type of the keys
 * @param <O> the type of the results
 */
public interface KeyedContext<K, O> {
  /**
   * The current key.
   *
   * @return the key of the element or timer being handled
   */
  K key();

  /**
   * A declared value state.
   *
   * @param descriptor equal to the declared one
   * @param <V> the type of the value
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if it was not declared
   */
  <V> ValueState<V> state(ValueStateDescriptor<V> descriptor);

  /**
   * A declared list state.
   *
   * @param descriptor equal to the declared one
   * @param <E> the type of the elements
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if it was not declared
   */
  <E> ListState<E> state(ListStateDescriptor<E> descriptor);

  /**
   * A declared map state.
   *
   * @param descriptor equal to the declared one
   * @param <UK> the type of the user keys
   * @param <UV> the type of the values
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if it was not declared
   */
  <UK, UV> MapState<UK, UV> state(MapStateDescriptor<UK, UV> descriptor);

  /**
   * A declared reducing state.
   *
   * @param descriptor equal to the declared one
   * @param <T> the type of elements and value
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if it was not declared
   */
  <T> ReducingState<T> state(ReducingStateDescriptor<T> descriptor);

  /**
   * A declared aggregating state.
   *
   * @param descriptor equal to the declared one
   * @param <IN> the type of the elements
   * @param <ACC> the type of the accumulator
   * @param <OUT> the type of the result
   * @return the state of whatever key is current
   * @throws IllegalArgumentException if it was not declared
   */
  <IN, ACC, OUT> AggregatingState<IN, OUT> state(
      AggregatingStateDescriptor<IN, ACC, OUT> descriptor);

  /**
   * A declared broadcast state. It refuses changes outside of {@link KeyedHandler#onBroadcast}.
   *
   * @param descriptor equal to the declared one
   * @param <BK> the type of the keys
   * @param <BV> the type of the values
   * @return the subtask's copy
   * @throws IllegalArgumentException if it was not declared
   */
  <BK, BV> BroadcastState<BK, BV> broadcastState(MapStateDescriptor<BK, BV> descriptor);

  /**
   * The current watermark: no element at or before it will come any more, on any input.
   *
   * @return milliseconds since the epoch; {@link Long#MIN_VALUE} before the first one
   */
  long watermark();

  /**
   * The clock.
   *
   * @return milliseconds since the epoch; it never goes back
   */
  long processingTimeMillis();

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

  /**
   * Gives a result on.
   *
   * @param result an immutable result
   * @param timestampMillis its event time, in milliseconds since the epoch
   * @throws IllegalArgumentException if the result is null
   */
  void emit(O result, long timestampMillis);
}
