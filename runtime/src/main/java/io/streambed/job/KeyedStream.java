package io.streambed.job;

import io.streambed.job.JobOperator.KeyedOperator;
import io.streambed.serial.Serializer;
import java.util.function.Function;

/**
 * Elements partitioned by key, while a job is being declared.
 *
 * @param <K> the type of the keys
 * @param <T> the type of the elements
 */
public final class KeyedStream<K, T> {
  private final JobBuilder builder;
  private final Stream<T> elements;
  private final Function<T, K> key;
  private final Serializer<K> keySerializer;

  KeyedStream(
      JobBuilder builder, Stream<T> elements, Function<T, K> key, Serializer<K> keySerializer) {
    this.builder = builder;
    this.elements = elements;
    this.key = key;
    this.keySerializer = keySerializer;
  }

  /**
   * Runs a function over the elements.
   *
   * @param id the operator's stable id: letters, digits, dashes and underscores
   * @param function what is run
   * @param <O> the type of the results
   * @return the results
   */
  public <O> Stream<O> process(String id, KeyedFunction<K, T, Void, O> function) {
    return add(id, null, function);
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
   */
  public <B, O> Stream<O> process(
      String id, Stream<B> broadcast, KeyedFunction<K, T, B, O> function) {
    if (!broadcast.isOf(builder)) {
      throw new IllegalArgumentException(
          "the broadcast stream of operator \"" + id + "\" is of another job's builder");
    }
    return add(id, broadcast.read(), function);
  }

  @SuppressWarnings("unchecked")
  private <B, O> Stream<O> add(
      String id, String broadcastInput, KeyedFunction<K, T, B, O> function) {
    return builder.add(
        new KeyedOperator(
            id,
            1,
            elements.read(),
            (Function<Object, Object>) (Function<?, ?>) key,
            (Serializer<Object>) (Serializer<?>) keySerializer,
            broadcastInput,
            (KeyedFunction<Object, Object, Object, Object>) (KeyedFunction<?, ?, ?, ?>) function));
  }
}
