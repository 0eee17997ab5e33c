package io.streambed.job;

import io.streambed.job.JobOperator.Input;
import io.streambed.serial.Serializer;
import java.util.List;
import java.util.Objects;

/**
 * Elements partitioned by key, while a job is being declared.
 *
 * @param <K> the type of the keys
 * @param <T> the type of the elements
 */
public final class KeyedStream<K, T> {
  private final JobBuilder builder;
  private final DataStream<T> elements;
  private final KeySelector<T, K> key;
  private final Serializer<K> keySerializer;

  KeyedStream(
      JobBuilder builder,
      DataStream<T> elements,
      KeySelector<T, K> key,
      Serializer<K> keySerializer) {
    this.builder = builder;
    this.elements = elements;
    this.key = Objects.requireNonNull(key, "key");
    this.keySerializer = Objects.requireNonNull(keySerializer, "keySerializer");
  }

  /**
   * Runs a function over the elements. Its states are learned by opening it once now.
   *
   * @param id the operator's stable id: letters, digits, dashes and underscores
   * @param function what is run
   * @param <O> the type of the results
   * @return the results
   */
  public <O> DataStream<O> process(String id, KeyedFunction<K, T, O> function) {
    Objects.requireNonNull(function, "function");
    return add(id, List.of(input()), function);
  }

  /**
   * Runs a function over the elements and, beside them, a stream that every subtask gets in whole.
   *
   * @param id the operator's stable id: letters, digits, dashes and underscores
   * @param broadcast the elements that every subtask gets
   * @param function what is run
   * @param <B> the type of the broadcast elements
   * @param <O> the type of the results
   * @return the results
   * @throws IllegalArgumentException if the broadcast stream is of another job's builder
   */
  public <B, O> DataStream<O> process(
      String id, DataStream<B> broadcast, KeyedBroadcastFunction<K, T, B, O> function) {
    Objects.requireNonNull(function, "function");
    if (!broadcast.isOf(builder)) {
      throw new IllegalArgumentException(
          "the broadcast stream of operator \"" + id + "\" is of another job's builder");
    }
    return add(id, List.of(input(), new Input(broadcast.read(), null)), function::open);
  }

  /**
   * Runs a function over the elements and those of another stream with the same keys.
   *
   * @param id the operator's stable id: letters, digits, dashes and underscores
   * @param second the other elements
   * @param function what is run
   * @param <J> the type of the other elements
   * @param <O> the type of the results
   * @return the results
   * @throws IllegalArgumentException if the other stream is of another job's builder, or has keys
   *     with another serializer
   */
  public <J, O> DataStream<O> process(
      String id, KeyedStream<K, J> second, KeyedCoFunction<K, T, J, O> function) {
    Objects.requireNonNull(function, "function");
    if (!second.elements.isOf(builder)) {
      throw new IllegalArgumentException(
          "the second stream of operator \"" + id + "\" is of another job's builder");
    }
    if (!second.keySerializer.snapshot().equals(keySerializer.snapshot())) {
      throw new IllegalArgumentException(
          "the streams of operator \""
              + id
              + "\" have keys of two types: "
              + keySerializer.snapshot()
              + " and "
              + second.keySerializer.snapshot());
    }
    return add(id, List.of(input(), second.input()), function::open);
  }

  @SuppressWarnings("unchecked")
  private Input input() {
    return new Input(elements.read(), (KeySelector<Object, Object>) key);
  }

  @SuppressWarnings("unchecked")
  private <O> DataStream<O> add(String id, List<Input> inputs, KeyedFunction<K, T, O> function) {
    return builder.keyed(
        id,
        inputs,
        (Serializer<Object>) keySerializer,
        (KeyedFunction<Object, Object, Object>) (Object) function);
  }
}
