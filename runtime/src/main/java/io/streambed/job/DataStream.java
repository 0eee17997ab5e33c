package io.streambed.job;

import io.streambed.job.JobOperator.SinkOperator;
import io.streambed.serial.Serializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The elements that an operator gives, while a job is being declared.
 *
 * <p>{@link #map}, {@link #filter}, {@link #flatMap} and {@link #process} are run in the subtasks
 * that the elements come from, without another thread between. Each of them is done once for each
 * element, however many read its results.
 *
 * @param <T> the type of the elements
 */
public final class DataStream<T> {
  /** Begins the ids of steps that may have side outputs of their own. */
  static final String PROCESS = "process";

  private final JobBuilder builder;
  private final List<String> from;

  DataStream(JobBuilder builder, List<String> from) {
    this.builder = builder;
    this.from = List.copyOf(from);
  }

  boolean isOf(JobBuilder other) {
    return builder == other;
  }

  /** The ids of what gives the elements; it is read now. */
  List<String> read() {
    from.forEach(builder::reads);
    return from;
  }

  /**
   * Turns each element into another one.
   *
   * @param function gives the result, not null
   * @param <R> the type of the results
   * @return the results, with the times of their elements
   */
  public <R> DataStream<R> map(ThrowingFunction<? super T, ? extends R> function) {
    Objects.requireNonNull(function, "function");
    return step(
        "map", context -> (element, timestampMillis) -> context.emit(function.apply(element)));
  }

  /**
   * Keeps some elements.
   *
   * @param condition whether an element is kept
   * @return those that are
   */
  public DataStream<T> filter(ThrowingFunction<? super T, Boolean> condition) {
    Objects.requireNonNull(condition, "condition");
    return step(
        "filter",
        context ->
            (element, timestampMillis) -> {
              if (condition.apply(element)) {
                context.emit(element);
              }
            });
  }

  /**
   * Turns each element into any number of others.
   *
   * @param function gives the results, none null
   * @param <R> the type of the results
   * @return the results, with the times of their elements
   */
  public <R> DataStream<R> flatMap(
      ThrowingFunction<? super T, ? extends Iterable<? extends R>> function) {
    Objects.requireNonNull(function, "function");
    return step(
        "flatMap",
        context ->
            (element, timestampMillis) -> {
              for (R result : function.apply(element)) {
                context.emit(result);
              }
            });
  }

  /**
   * Runs a function over the elements, without keys, state and timers.
   *
   * @param function what is run
   * @param <R> the type of the results
   * @return the results; those of side outputs by {@link #sideOutput}
   */
  public <R> DataStream<R> process(ProcessFunction<T, R> function) {
    Objects.requireNonNull(function, "function");
    return step(PROCESS, function);
  }

  @SuppressWarnings("unchecked")
  private <R> DataStream<R> step(String kind, ProcessFunction<T, R> function) {
    List<String> steps = new ArrayList<>();
    for (String input : read()) {
      steps.add(builder.step(kind, input, (ProcessFunction<Object, Object>) (Object) function));
    }
    return new DataStream<>(builder, steps);
  }

  /**
   * What the function that gives these elements gives to a side output.
   *
   * @param output the side output
   * @param <S> the type of the results
   * @return the results
   */
  public <S> DataStream<S> sideOutput(SideOutput<S> output) {
    List<String> sides = new ArrayList<>();
    for (String input : from) {
      sides.add(builder.side(input, output));
    }
    return new DataStream<>(builder, sides);
  }

  /**
   * Leaves out elements that the function which gives this stream fails for, instead of failing the
   * job. They are counted ({@code JobResult.failedElements}) and logged, the first ones each, later
   * ones now and then. What a function has given on and changed in state before it failed stays.
   * Failures at timers still fail the job, as does a store or disk that fails.
   *
   * @return this
   * @throws IllegalArgumentException if a source gives the elements
   */
  public DataStream<T> skipFailures() {
    from.forEach(each -> builder.onFailure(each, new FailurePolicy.Skip()));
    return this;
  }

  /**
   * Gives elements that the function which gives this stream fails for to a side output, with the
   * cause. Otherwise as {@link #skipFailures}.
   *
   * @param output read by {@link #sideOutput}
   * @return this
   * @throws IllegalArgumentException if a source gives the elements
   */
  public DataStream<T> failuresTo(SideOutput<FailedElement> output) {
    from.forEach(each -> builder.onFailure(each, new FailurePolicy.ToSideOutput(output)));
    return this;
  }

  /**
   * The elements of this stream and another one.
   *
   * @param other the other
   * @return both, in no order between the two
   * @throws IllegalArgumentException if the other is of another job's builder
   */
  public DataStream<T> union(DataStream<? extends T> other) {
    if (!other.isOf(builder)) {
      throw new IllegalArgumentException("the streams of a union are of two jobs' builders");
    }
    List<String> both = new ArrayList<>(from);
    for (String each : other.from) {
      if (both.contains(each)) {
        throw new IllegalArgumentException("the union has the elements of " + each + " twice");
      }
      both.add(each);
    }
    return new DataStream<>(builder, both);
  }

  /**
   * Partitions the elements by key. The serializer of the keys is derived from their type, which is
   * that of a lambda's or method's result.
   *
   * @param key gives an element's key
   * @param <K> the type of the keys: one that may be a key, see {@link
   *     io.streambed.serial.Serializers}
   * @return the keyed elements
   * @throws IllegalArgumentException if the type of the keys cannot be told, or no serializer
   *     derived for it
   */
  public <K> KeyedStream<K, T> keyBy(KeySelector<T, K> key) {
    return keyBy(key, KeyTypes.serializer(key));
  }

  /**
   * Partitions the elements by key.
   *
   * @param key gives an element's key
   * @param keySerializer of the keys; its type must have a key hasher
   * @param <K> the type of the keys
   * @return the keyed elements
   */
  public <K> KeyedStream<K, T> keyBy(KeySelector<T, K> key, Serializer<K> keySerializer) {
    return new KeyedStream<>(builder, this, key, keySerializer);
  }

  /**
   * Takes the elements out of the job.
   *
   * @param sinkId the operator's stable id: letters, digits, dashes and underscores
   * @param sink where they go
   * @return the builder of the job
   */
  @SuppressWarnings("unchecked")
  public JobBuilder sink(String sinkId, Sink<? super T, ?> sink) {
    Objects.requireNonNull(sink, "sink");
    builder.sink(new SinkOperator(sinkId, 1, read(), (Sink<Object, Object>) sink));
    return builder;
  }
}
