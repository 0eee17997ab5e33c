package io.streambed.keyed;

import io.streambed.entry.StateSchema;
import io.streambed.error.StreambedException;
import io.streambed.key.KeyContext;
import io.streambed.key.KeyGroupRange;
import io.streambed.meter.Meters;
import io.streambed.meter.StateTracking;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.snapshot.Recovery;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.Snapshotable;
import io.streambed.state.AggregatingState;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapState;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingState;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.StateQuery;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStore;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.TaskInfo;
import io.streambed.time.StateTime;
import io.streambed.tracking.TrackedStates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RunnableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The keyed state of one subtask: every kind over the tables of one store, the current key,
 * snapshots and restore.
 *
 * <p>Descriptors may be shared: the backend duplicates their serializers for its own thread.
 *
 * <p>Threading: the thread of the task; futures of snapshots run elsewhere, and views are looked
 * into from anywhere.
 *
 * @param <K> the type of the keys
 */
public final class KeyedStateBackend<K> implements Snapshotable<KeyedStateHandle>, AutoCloseable {
  private static final Serializer<VoidNamespace> VOID = Serializers.unit();

  private final KeyedStore<K> store;
  private final KeyContext<K> context;
  private final StateRegistry<K> states;
  private final KeyedSnapshots<K> snapshots;
  private final KeyedStateQueries<K> queries;
  private final List<KeySelectionListener<K>> listeners = new ArrayList<>();
  private Recovery recovery = Recovery.complete(0);

  /**
   * A backend over a store.
   *
   * @param store the store; closed with the backend
   * @param task whose state it is; kept in snapshots
   * @param time by which state with a time to live expires; whoever uses the backend moves it on
   * @param meters are told how long snapshots take: {@code snapshot.freeze.nanos} for the part on
   *     the task's thread, {@code snapshot.write.nanos} for the rest of those that succeed, {@code
   *     snapshot.failures} for how many do not; {@code restore.nanos}; and of accesses to state
   * @param tracking which accesses to state are measured
   */
  public KeyedStateBackend(
      KeyedStore<K> store, TaskInfo task, StateTime time, Meters meters, StateTracking tracking) {
    this.store = store;
    this.context = store.context();
    this.states =
        new StateRegistry<>(
            store,
            Objects.requireNonNull(time, "time"),
            tracking.measures() ? new TrackedStates<>(context, meters, tracking) : null);
    this.snapshots = new KeyedSnapshots<>(store, task, meters);
    this.queries = new KeyedStateQueries<>(store, states);
  }

  /**
   * A backend over a store of which nothing is measured.
   *
   * @param store the store; closed with the backend
   * @param task whose state it is; kept in snapshots
   * @param time by which state with a time to live expires; whoever uses the backend moves it on
   */
  public KeyedStateBackend(KeyedStore<K> store, TaskInfo task, StateTime time) {
    this(store, task, time, Meters.NONE, StateTracking.NONE);
  }

  /**
   * A backend over a store, whose states live for ever: one that is to expire is refused.
   *
   * @param store the store; closed with the backend
   * @param task whose state it is; kept in snapshots
   */
  public KeyedStateBackend(KeyedStore<K> store, TaskInfo task) {
    this(store, task, StateTime.none());
  }

  /**
   * Makes a key current, for all states. Listeners hear of it first.
   *
   * @param key the key, not null, not to be changed while it is in use
   */
  public void setCurrentKey(K key) {
    if (!listeners.isEmpty()) {
      // A copy: a listener may deregister itself.
      for (KeySelectionListener<K> listener : List.copyOf(listeners)) {
        listener.keySelected(key);
      }
    }
    context.setKey(key);
    states.sweepForElement();
  }

  /** Forgets the current key: using keyed state then fails until one is set. */
  public void clearCurrentKey() {
    context.clearKey();
  }

  /**
   * The current key.
   *
   * @return the key
   * @throws IllegalStateException if none was set
   */
  public K currentKey() {
    return context.key();
  }

  /**
   * The current key's group.
   *
   * @return the key group
   */
  public int currentKeyGroup() {
    return context.keyGroup();
  }

  /**
   * The keys' serializer.
   *
   * @return the one the store was made with
   */
  public Serializer<K> keySerializer() {
    return context.serializer();
  }

  /**
   * Number of key groups of the job.
   *
   * @return the max parallelism
   */
  public int maxParallelism() {
    return context.maxParallelism();
  }

  /**
   * The key groups of this subtask.
   *
   * @return the range
   */
  public KeyGroupRange keyGroupRange() {
    return context.range();
  }

  /**
   * Adds a listener of key changes.
   *
   * @param listener told of each key before it becomes current
   */
  public void addKeySelectionListener(KeySelectionListener<K> listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Removes a listener of key changes.
   *
   * @param listener the listener
   * @return whether it was there
   */
  public boolean removeKeySelectionListener(KeySelectionListener<K> listener) {
    return listeners.remove(listener);
  }

  /**
   * Opens value state without namespaces. As for all kinds: the same name gives the same state, and
   * what a checkpoint brought for it is taken over.
   *
   * @param descriptor what it is
   * @param <V> the type of the value
   * @return the state of whatever key is current
   * @throws io.streambed.error.IncompatibleStateException if the name holds something else
   * @throws IllegalArgumentException if it has a time to live and the backend has no such time, or
   *     it is open with another time to live
   */
  public <V> ValueState<V> getState(ValueStateDescriptor<V> descriptor) {
    return open(descriptor, VOID);
  }

  /**
   * Opens list state without namespaces.
   *
   * @param descriptor what it is
   * @param <E> the type of the elements
   * @return the state of whatever key is current
   */
  public <E> ListState<E> getListState(ListStateDescriptor<E> descriptor) {
    return open(descriptor, VOID);
  }

  /**
   * Opens map state without namespaces.
   *
   * @param descriptor what it is
   * @param <UK> the type of the user keys
   * @param <UV> the type of the values
   * @return the state of whatever key is current
   */
  public <UK, UV> MapState<UK, UV> getMapState(MapStateDescriptor<UK, UV> descriptor) {
    return open(descriptor, VOID);
  }

  /**
   * Opens reducing state without namespaces.
   *
   * @param descriptor what it is
   * @param <T> the type of elements and value
   * @return the state of whatever key is current
   */
  public <T> ReducingState<T> getReducingState(ReducingStateDescriptor<T> descriptor) {
    return open(descriptor, VOID);
  }

  /**
   * Opens aggregating state without namespaces.
   *
   * @param descriptor what it is
   * @param <IN> the type of the elements
   * @param <ACC> the type of the accumulator
   * @param <OUT> the type of the result
   * @return the state of whatever key is current
   */
  public <IN, ACC, OUT> AggregatingState<IN, OUT> getAggregatingState(
      AggregatingStateDescriptor<IN, ACC, OUT> descriptor) {
    return open(descriptor, VOID);
  }

  /**
   * Opens value state with namespaces.
   *
   * @param descriptor what it is
   * @param namespaces of the namespaces
   * @param <N> the type of the namespaces
   * @param <V> the type of the value
   * @return the state, with its internal side
   */
  public <N, V> ValueKind<K, N, V> open(
      ValueStateDescriptor<V> descriptor, Serializer<N> namespaces) {
    return states.open(descriptor, namespaces);
  }

  /**
   * Opens list state with namespaces.
   *
   * @param descriptor what it is
   * @param namespaces of the namespaces
   * @param <N> the type of the namespaces
   * @param <E> the type of the elements
   * @return the state, with its internal side
   */
  public <N, E> ListKind<K, N, E> open(
      ListStateDescriptor<E> descriptor, Serializer<N> namespaces) {
    return states.open(descriptor, namespaces);
  }

  /**
   * Opens map state with namespaces.
   *
   * @param descriptor what it is
   * @param namespaces of the namespaces
   * @param <N> the type of the namespaces
   * @param <UK> the type of the user keys
   * @param <UV> the type of the values
   * @return the state, with its internal side
   */
  public <N, UK, UV> MapKind<K, N, UK, UV> open(
      MapStateDescriptor<UK, UV> descriptor, Serializer<N> namespaces) {
    return states.open(descriptor, namespaces);
  }

  /**
   * Opens reducing state with namespaces.
   *
   * @param descriptor what it is
   * @param namespaces of the namespaces
   * @param <N> the type of the namespaces
   * @param <T> the type of elements and value
   * @return the state, with its internal side
   */
  public <N, T> ReducingKind<K, N, T> open(
      ReducingStateDescriptor<T> descriptor, Serializer<N> namespaces) {
    return states.open(descriptor, namespaces);
  }

  /**
   * Opens aggregating state with namespaces.
   *
   * @param descriptor what it is
   * @param namespaces of the namespaces
   * @param <N> the type of the namespaces
   * @param <IN> the type of the elements
   * @param <ACC> the type of the accumulator
   * @param <OUT> the type of the result
   * @return the state, with its internal side
   */
  public <N, IN, ACC, OUT> AggregatingKind<K, N, IN, ACC, OUT> open(
      AggregatingStateDescriptor<IN, ACC, OUT> descriptor, Serializer<N> namespaces) {
    return states.open(descriptor, namespaces);
  }

  /**
   * Opens an ordered set, for timers.
   *
   * @param spec what it holds
   * @param <T> the type of the elements
   * @return the set
   */
  public <T> OrderedSet<T> openQueue(QueueSpec<T> spec) {
    return store.openQueue(spec);
  }

  /**
   * All keys that a state holds something for in a namespace.
   *
   * @param state the name of an open state
   * @param namespace the namespace; {@code VoidNamespace.INSTANCE} for states without
   * @return a copy, in no specified order
   */
  public List<K> getKeys(String state, Object namespace) {
    return states.keys(state, namespace);
  }

  /**
   * All keys and namespaces that a state holds something for.
   *
   * @param state the name of an open state
   * @param <N> the type of the namespaces
   * @return a copy, in no specified order
   */
  public <N> List<KeyAndNamespace<K, N>> getKeysAndNamespaces(String state) {
    return states.keysAndNamespaces(state);
  }

  /**
   * Runs a function for every key that a state holds something for in a namespace, that key being
   * current during the call; the function may change and clear state. Listeners are not told, and
   * the key and namespace of before are current again afterwards.
   *
   * @param state an open state
   * @param name its name
   * @param namespace the namespace
   * @param function takes the key and the state
   * @param <N> the type of the namespaces
   * @param <S> the type of the state
   */
  public <N, S extends KeyedKind<K, N>> void applyToAllKeys(
      S state, String name, N namespace, BiConsumer<K, S> function) {
    states.applyToAllKeys(state, name, namespace, function);
  }

  /**
   * Calls what only looks at state, such as a test or a query: reading renews no time to live then,
   * and nothing that is expired is removed.
   *
   * @param look reads states that are open
   * @param <T> the type of what it gives
   * @return what it gives
   */
  public <T> T looking(Supplier<T> look) {
    return states.looking(look);
  }

  /**
   * Looks into a state for somebody else: the current key, the namespaces and the times to live
   * stay what they are, and what the state holds is not handed out. Expired entries are not there,
   * be they removed yet or not.
   *
   * @param query what is asked of an open state
   * @param key a key of this subtask; not to be changed during the call
   * @param <R> the type of the answer
   * @return gives the answer as it is at this call, a new copy each time, on any thread; empty if
   *     there is nothing
   * @throws io.streambed.error.StateQueryException if there is no such state, it has other types,
   *     or the key cannot be used here
   */
  public <R> Supplier<Optional<R>> query(StateQuery<R> query, K key) {
    return queries.query(query, key);
  }

  /**
   * Freezes the open states, to be looked into while this goes on. The cost of this call does not
   * depend on the size of the state.
   *
   * @return a view for any thread, to be closed soon; closed with this at the latest
   */
  public KeyedStateView<K> freeze() {
    return queries.freeze();
  }

  /**
   * Number of entries in all open states: a value, a list or a map entry counts as one.
   *
   * @return a count
   */
  public long entries() {
    return states.entries();
  }

  /**
   * The states that were restored and that nobody has opened; snapshots carry them along.
   *
   * @return their declarations
   */
  public List<StateSchema> carried() {
    return store.carried();
  }

  /**
   * Freezes what all states hold, those included that nobody has opened, so that it can be counted.
   * The cost of this call does not depend on the size of the state.
   *
   * @return to be run on any thread, once; counts by walking over all that was frozen, as a full
   *     snapshot does, and may be cancelled before and meanwhile
   */
  public RunnableFuture<List<KeyedStateStatistics>> statistics() {
    return snapshots.statistics();
  }

  /**
   * Drops a restored state that nobody has opened.
   *
   * @param name one of {@link #carried()}
   */
  public void dropCarried(String name) {
    store.dropCarried(name);
  }

  /**
   * Takes over this subtask's key groups from handles. To be called once, before any key is set;
   * states may be open or be opened later; one with former names takes over what a handle holds
   * under one of them if it is open by now. When this returns state can be used; a store may have
   * left something to read later, see {@link #recovery()}.
   *
   * @param handles the handles whose key groups may intersect this subtask's
   * @param inputs where their bytes are, until the recovery is complete
   * @param progress is told of what was read
   * @throws IOException if the storage fails
   * @throws io.streambed.error.CorruptionException if what is restored is damaged
   * @throws io.streambed.error.IncompatibleStateException if it does not fit
   */
  public void restore(
      List<KeyedStateHandle> handles, SnapshotInputs inputs, RestoreProgress progress)
      throws IOException {
    recovery = snapshots.restore(handles, inputs, progress, states.renames());
  }

  /**
   * What is left to read of what was restored. As long as that is something, whoever holds the
   * checkpoint keeps its shared files, for instance by a lease.
   *
   * @return the recovery; complete if nothing was restored
   */
  public Recovery recovery() {
    return recovery;
  }

  @Override
  public RunnableFuture<KeyedStateHandle> snapshot(
      long checkpointId, SnapshotStreams streams, SnapshotOptions options) {
    return snapshots.snapshot(checkpointId, streams, options);
  }

  /**
   * Frees everything, views among it; idempotent. States, iterators and timers that somebody kept
   * throw {@link IllegalStateException} from then on. Snapshots under way can still be finished.
   *
   * @throws StreambedException if the store fails to close
   */
  @Override
  public void close() {
    try {
      queries.close();
    } finally {
      try {
        recovery.close();
      } finally {
        store.close();
      }
    }
  }
}
