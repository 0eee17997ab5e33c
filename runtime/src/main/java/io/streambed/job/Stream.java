package io.streambed.job;

import io.streambed.job.JobOperator.SinkOperator;
import io.streambed.serial.Serializer;
import java.util.function.Function;

/**
 * The elements that an operator gives, while a job is being declared.
 *
 * @param <T> the type of the elements
 */
public final class Stream<T> {
  private final JobBuilder builder;
  private final String id;

  Stream(JobBuilder builder, String id) {
    this.builder = builder;
    this.id = id;
  }

  boolean isOf(JobBuilder other) {
    return builder == other;
  }

  /** The id of the operator that gives the elements; it is read now. */
  String read() {
    builder.reads(id);
    return id;
  }

  /**
   * Partitions the elements by key.
   *
   * @param key gives an element's key; the same for the same element, always
   * @param keySerializer of the keys; its type must have a key hasher
   * @param <K> the type of the keys
   * @return the keyed elements
   */
  public <K> KeyedStream<K, T> keyBy(Function<T, K> key, Serializer<K> keySerializer) {
    return new KeyedStream<>(builder, this, key, keySerializer);
  }

  /**
   * Takes the elements out of the job.
   *
   * @param sinkId the operator's stable id: letters, digits, dashes and underscores
   * @param sink where they go
   */
  @SuppressWarnings("unchecked")
  public void sink(String sinkId, Sink<? super T, ?> sink) {
    builder.sink(new SinkOperator(sinkId, 1, read(), (Sink<Object, Object>) sink));
  }
}
