package io.streambed.harness;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.ListSource;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.DataStream;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeySelector;
import io.streambed.job.KeyedBroadcastFunction;
import io.streambed.job.KeyedCoFunction;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedStream;
import io.streambed.job.SideOutput;
import io.streambed.serial.Serializer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Runs a keyed function on the caller's thread, step by step, for tests:
 *
 * <pre>{@code
 * var t = FunctionHarness.of(Visit::user, new Visits());
 * t.element(new Visit("ada"), 1_000).rescale(3).element(new Visit("ada"), 2_000).watermark(600_000);
 * assertThat(t.output()).containsExactly("ada 2");
 * t.everywhere();
 * }</pre>
 *
 * <p>What runs are the subtasks of a job, at first one, with their state on the heap. When a step
 * returns it has happened, with the timers that it made due. Before the first steps event time is
 * {@link Long#MIN_VALUE} and the clock shows 0.
 *
 * <p>What a step throws is what the function threw, or a {@link
 * io.streambed.runtime.FunctionFailedException} if that is a checked exception. Such a step gives
 * no results; {@link #crash()} or {@link #restore} must follow before the next one.
 *
 * <p>Threading: one thread.
 *
 * @param <K> the type of the keys
 * @param <I> the type of the elements
 * @param <O> the type of the results
 */
public final class FunctionHarness<K, I, O> implements AutoCloseable {
  private final Job job;
  private final StateBackend heap;
  private final boolean broadcast;
  private final Run run;
  private HarnessSnapshot last;
  private int taken;

  /** Declares the function in a job. */
  private interface Declaration<I, O> {
    DataStream<O> in(JobBuilder builder, DataStream<I> elements);
  }

  private FunctionHarness(Declaration<I, O> declaration, boolean broadcast) {
    JobBuilder builder = new JobBuilder("harness");
    DataStream<I> elements = builder.source("elements", ListSource.<I>of(List.of()));
    declaration.in(builder, elements).sink("results", new CollectingSink<O>());
    this.job = builder.build();
    this.broadcast = broadcast;
    this.heap =
        StateBackend.of(
            new HeapKeyedStoreFactory(), new MemoryCheckpointStorage(1, () -> new UUID(0, 0)));
    this.run = new Run(job, new Place(heap, 1));
    this.last = run.snapshot();
  }

  /**
   * A harness of a function; the serializer of the keys is derived.
   *
   * @param key gives an element's key; a lambda or method reference
   * @param function what is tested
   * @param <K> the type of the keys
   * @param <I> the type of the elements
   * @param <O> the type of the results
   * @return the harness
   * @throws IllegalArgumentException if no serializer can be derived for the keys, or the function
   *     cannot be opened
   */
  public static <K, I, O> FunctionHarness<K, I, O> of(
      KeySelector<I, K> key, KeyedFunction<K, I, O> function) {
    return new FunctionHarness<>(
        (builder, elements) -> elements.keyBy(key).process(Run.OPERATOR, function), false);
  }

  /**
   * A harness of a function, with a serializer of the keys.
   *
   * @param key gives an element's key
   * @param keys serializer of the keys
   * @param function what is tested
   * @param <K> the type of the keys
   * @param <I> the type of the elements
   * @param <O> the type of the results
   * @return the harness
   * @throws IllegalArgumentException if the function cannot be opened
   */
  public static <K, I, O> FunctionHarness<K, I, O> of(
      KeySelector<I, K> key, Serializer<K> keys, KeyedFunction<K, I, O> function) {
    return new FunctionHarness<>(
        (builder, elements) -> elements.keyBy(key, keys).process(Run.OPERATOR, function), false);
  }

  /**
   * A harness of a function with a broadcast input, see {@link #broadcast}.
   *
   * @param key gives an element's key; a lambda or method reference
   * @param function what is tested
   * @param <K> the type of the keys
   * @param <I> the type of the elements
   * @param <B> the type of the broadcast elements
   * @param <O> the type of the results
   * @return the harness
   * @throws IllegalArgumentException if no serializer can be derived for the keys, or the function
   *     cannot be opened
   */
  public static <K, I, B, O> FunctionHarness<K, I, O> ofBroadcast(
      KeySelector<I, K> key, KeyedBroadcastFunction<K, I, B, O> function) {
    return new FunctionHarness<>(
        (builder, elements) -> broadcasting(builder, elements.keyBy(key), function), true);
  }

  /**
   * A harness of a function with a broadcast input, with a serializer of the keys.
   *
   * @param key gives an element's key
   * @param keys serializer of the keys
   * @param function what is tested
   * @param <K> the type of the keys
   * @param <I> the type of the elements
   * @param <B> the type of the broadcast elements
   * @param <O> the type of the results
   * @return the harness
   * @throws IllegalArgumentException if the function cannot be opened
   */
  public static <K, I, B, O> FunctionHarness<K, I, O> ofBroadcast(
      KeySelector<I, K> key, Serializer<K> keys, KeyedBroadcastFunction<K, I, B, O> function) {
    return new FunctionHarness<>(
        (builder, elements) -> broadcasting(builder, elements.keyBy(key, keys), function), true);
  }

  private static <K, I, B, O> DataStream<O> broadcasting(
      JobBuilder builder, KeyedStream<K, I> elements, KeyedBroadcastFunction<K, I, B, O> function) {
    DataStream<B> second = builder.source("broadcast", ListSource.<B>of(List.of()));
    return elements.process(Run.OPERATOR, second, function);
  }

  /**
   * A harness of a function with a second keyed input, see {@link #second}.
   *
   * @param key gives an element's key; a lambda or method reference
   * @param secondKey gives the key of an element of the second input; the same
   * @param function what is tested
   * @param <K> the type of the keys
   * @param <I> the type of the elements
   * @param <J> the type of the second input's elements
   * @param <O> the type of the results
   * @return the harness
   * @throws IllegalArgumentException if no serializer can be derived for the keys, or the function
   *     cannot be opened
   */
  public static <K, I, J, O> FunctionHarness<K, I, O> ofTwo(
      KeySelector<I, K> key, KeySelector<J, K> secondKey, KeyedCoFunction<K, I, J, O> function) {
    return new FunctionHarness<>(
        (builder, elements) -> {
          DataStream<J> second = builder.source("second", ListSource.<J>of(List.of()));
          return elements.keyBy(key).process(Run.OPERATOR, second.keyBy(secondKey), function);
        },
        false);
  }

  /**
   * A harness of a function with a second keyed input, with a serializer of the keys.
   *
   * @param key gives an element's key
   * @param secondKey gives the key of an element of the second input
   * @param keys serializer of the keys
   * @param function what is tested
   * @param <K> the type of the keys
   * @param <I> the type of the elements
   * @param <J> the type of the second input's elements
   * @param <O> the type of the results
   * @return the harness
   * @throws IllegalArgumentException if the function cannot be opened
   */
  public static <K, I, J, O> FunctionHarness<K, I, O> ofTwo(
      KeySelector<I, K> key,
      KeySelector<J, K> secondKey,
      Serializer<K> keys,
      KeyedCoFunction<K, I, J, O> function) {
    return new FunctionHarness<>(
        (builder, elements) -> {
          DataStream<J> second = builder.source("second", ListSource.<J>of(List.of()));
          KeyedStream<K, J> keyed = second.keyBy(secondKey, keys);
          return elements.keyBy(key, keys).process(Run.OPERATOR, keyed, function);
        },
        false);
  }

  // ---- steps

  /**
   * Gives the function an element.
   *
   * @param value the element
   * @param timestampMillis its event time
   * @return this
   * @throws io.streambed.runtime.UnusableKeyException if the key cannot be told
   */
  public FunctionHarness<K, I, O> element(I value, long timestampMillis) {
    return step(new Step.Element("element", 0, value, timestampMillis));
  }

  /**
   * Gives the function an element of its second keyed input.
   *
   * @param value the element
   * @param timestampMillis its event time
   * @return this
   * @throws IllegalArgumentException if the function has no second keyed input
   */
  public FunctionHarness<K, I, O> second(Object value, long timestampMillis) {
    if (broadcast) {
      throw new IllegalArgumentException("the second input is broadcast: call broadcast(...)");
    }
    return step(new Step.Element("second", 1, value, timestampMillis));
  }

  /**
   * Gives every subtask of the function a broadcast element.
   *
   * @param value the element
   * @param timestampMillis its event time
   * @return this
   * @throws IllegalArgumentException if the function has no broadcast input
   */
  public FunctionHarness<K, I, O> broadcast(Object value, long timestampMillis) {
    if (!broadcast) {
      throw new IllegalArgumentException(
          "the function has no broadcast input: make the harness by ofBroadcast(...)");
    }
    return step(new Step.Element("broadcast", 1, value, timestampMillis));
  }

  /**
   * Lets event time advance, and event-time timers fire.
   *
   * @param timestampMillis no element at or before it will come; nothing happens if it is not later
   *     than the one before
   * @return this
   */
  public FunctionHarness<K, I, O> watermark(long timestampMillis) {
    return step(new Step.Watermark(timestampMillis));
  }

  /**
   * Moves the clock, and lets processing-time timers fire.
   *
   * @param nowMillis what it shows from now on; not less than before
   * @return this
   */
  public FunctionHarness<K, I, O> clock(long nowMillis) {
    return step(new Step.Clock(nowMillis));
  }

  private FunctionHarness<K, I, O> step(Step step) {
    run.step(step);
    return this;
  }

  // ---- snapshots

  /**
   * Takes a snapshot.
   *
   * @return it; {@link #crash()} goes back to it
   */
  public HarnessSnapshot snapshot() {
    last = run.snapshot();
    return last;
  }

  /**
   * Goes back to a snapshot: the function is closed and opened anew with its state, and the steps
   * and results since then are gone.
   *
   * @param snapshot a snapshot of this harness, or of another one whose function has states that
   *     fit
   * @return this
   * @throws io.streambed.error.IncompatibleStateException if the states do not fit
   */
  public FunctionHarness<K, I, O> restore(HarnessSnapshot snapshot) {
    return restore(snapshot, run.place());
  }

  private FunctionHarness<K, I, O> restore(HarnessSnapshot snapshot, Place at) {
    run.restore(snapshot, at);
    last = snapshot;
    taken = Math.min(taken, snapshot.results.size());
    return this;
  }

  /**
   * Takes a snapshot and restores it with another number of subtasks.
   *
   * @param parallelism number of subtasks, from 1 to {@value JobBuilder#DEFAULT_MAX_PARALLELISM}
   * @return this
   */
  public FunctionHarness<K, I, O> rescale(int parallelism) {
    return restore(run.snapshot(), new Place(run.place().store(), parallelism));
  }

  /**
   * Takes a snapshot and restores it on another store.
   *
   * @param store what keeps the state from now on; of a backend the store alone is used
   * @return this
   */
  public FunctionHarness<K, I, O> moveTo(StateBackend store) {
    return restore(run.snapshot(), new Place(store, run.place().parallelism()));
  }

  /**
   * Lets the function crash as a job does: goes back to the last snapshot, or to the beginning if
   * there is none, and takes the steps since then again. Their results replace the first ones, and
   * must be the same.
   *
   * @return this
   * @throws AssertionError if results differ, other than in the order between keys
   */
  public FunctionHarness<K, I, O> crash() {
    List<Step> steps = List.copyOf(run.steps());
    List<Result> before = List.copyOf(run.results());
    int takenBefore = taken;
    restore(last);
    steps.subList(last.steps.size(), steps.size()).forEach(run::step);
    taken = takenBefore;
    Optional<Difference> difference = Difference.between(before, run.results());
    if (difference.isPresent()) {
      throw new AssertionError(
          "The steps since the last snapshot gave other results when they were taken again after a"
              + " crash.\n"
              + difference.get().text(steps));
    }
    return this;
  }

  /**
   * Runs all steps so far again, and compares the results with those of a run in one go: of each
   * key, in their order. The runs are on the heap, on a store of bytes, on this harness's store and
   * on those given; with 1, 2 and 3 subtasks; without a crash, and with one after each step: the
   * function is opened anew with a snapshot from before that step, on the same place, with another
   * number of subtasks, and on the next store. Of a script with more than 100 steps, 100 have a
   * crash after them, spread evenly.
   *
   * <p>Cost: with n steps and s stores about 9·s·n² steps, and 36·s·n handlers opened. The results
   * need an {@code equals} method. Results that were emitted for broadcast elements are compared
   * for the first subtask alone, as each emits its own.
   *
   * @param more further stores; of a backend the store alone is used
   * @throws AssertionError if results differ, or the function fails; it says in which run and what
   *     the usual causes are
   */
  public void everywhere(StateBackend... more) {
    List<StateBackend> stores = Everywhere.stores(heap, run.place().store(), more);
    new Everywhere(job, run.steps(), stores).check(run.results());
  }

  // ---- what came out

  /**
   * The results so far, but for those of side outputs.
   *
   * @return a copy, in the order in which they were emitted; between keys, that depends on the
   *     number of subtasks
   */
  public List<O> output() {
    return results(0, null);
  }

  /**
   * The results since the last call of this method, but for those of side outputs.
   *
   * @return a copy, in the order in which they were emitted
   */
  public List<O> takeOutput() {
    List<O> output = results(Math.min(taken, run.results().size()), null);
    taken = run.results().size();
    return output;
  }

  /**
   * The results so far that were given to a side output.
   *
   * @param output which one
   * @param <S> the type of its results
   * @return a copy, in the order in which they were emitted
   */
  public <S> List<S> sideOutput(SideOutput<S> output) {
    return results(0, output.name());
  }

  @SuppressWarnings("unchecked")
  private <T> List<T> results(int from, String side) {
    List<Result> results = run.results();
    return results.subList(from, results.size()).stream()
        .filter(result -> result.isOf(side))
        .map(result -> (T) result.emitted().value())
        .toList();
  }

  // ---- what is in state

  /**
   * What value, reducing or aggregating state holds for a key.
   *
   * @param key the key
   * @param state the state's name
   * @param type of the value, or of the aggregate's result
   * @param <V> the type of the value
   * @return the value, not to be changed; null if there is none
   * @throws IllegalArgumentException if the function has no such state, or it is of another type
   */
  public <V> V value(K key, String state, Class<V> type) {
    return Looks.value(run.operator(), key, state, type);
  }

  /**
   * What list state holds for a key.
   *
   * @param key the key
   * @param state the state's name
   * @param elementType of the elements
   * @param <E> the type of the elements
   * @return a copy; empty if there is nothing
   * @throws IllegalArgumentException if the function has no such state, or it is of another type
   */
  public <E> List<E> list(K key, String state, Class<E> elementType) {
    return Looks.list(run.operator(), key, state, elementType);
  }

  /**
   * What map state holds for a key.
   *
   * @param key the key
   * @param state the state's name
   * @param keyType of the user keys
   * @param valueType of the values
   * @param <UK> the type of the user keys
   * @param <UV> the type of the values
   * @return a copy; empty if there is nothing
   * @throws IllegalArgumentException if the function has no such state, or it is of another type
   */
  public <UK, UV> Map<UK, UV> map(K key, String state, Class<UK> keyType, Class<UV> valueType) {
    return Looks.map(run.operator(), key, state, keyType, valueType);
  }

  /**
   * What broadcast state holds on the first subtask.
   *
   * @param state the state's name
   * @param keyType of the keys
   * @param valueType of the values
   * @param <BK> the type of the keys
   * @param <BV> the type of the values
   * @return a copy; empty if there is nothing
   * @throws IllegalArgumentException if the function has no such state, or it is of another type
   */
  public <BK, BV> Map<BK, BV> broadcastState(String state, Class<BK> keyType, Class<BV> valueType) {
    return Looks.broadcast(run.operator(), state, keyType, valueType);
  }

  /**
   * The event-time timers of a key.
   *
   * @param key the key
   * @return what they are registered for, in order
   */
  public List<Long> eventTimers(K key) {
    return run.operator().eventTimers(key);
  }

  /**
   * Number of timers of all keys, both of event time and of processing time.
   *
   * @return from 0
   */
  public long timers() {
    return run.operator().timers();
  }

  /** Closes the function's handlers and its state; idempotent. */
  @Override
  public void close() {
    run.close();
  }
}
