package io.streambed.flink;

import io.streambed.flink.snapshot.NativeSnapshots;
import io.streambed.flink.state.FlinkKeyContext;
import io.streambed.flink.state.TimerQueue;
import io.streambed.key.KeyContext;
import io.streambed.store.StoreDescription;
import io.streambed.store.StoreDescription.Trait;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RunnableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.AbstractStateBackend;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyGroupedInternalPriorityQueue;
import org.apache.flink.runtime.state.Keyed;
import org.apache.flink.runtime.state.KeyedStateFunction;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.PriorityComparable;
import org.apache.flink.runtime.state.SavepointResources;
import org.apache.flink.runtime.state.SnapshotExecutionType;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.SnapshotStrategyRunner;
import org.apache.flink.runtime.state.StateBackend.KeyedStateBackendParameters;
import org.apache.flink.runtime.state.StateBackendLoader;
import org.apache.flink.runtime.state.StateSnapshotTransformer.StateSnapshotTransformFactory;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueElement;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.StateMigrationException;

/**
 * Flink's keyed state over one of Streambed's stores. The current key is the store's own: it is
 * hashed, assigned to its key group and encoded at most once, and only when state is used.
 *
 * <p>{@link #dispose()} frees the store. Flink does not always call it: where it adapts the backend
 * for asynchronous state there is only {@link #close()}, and where its changelog cannot be replayed
 * there is neither. Then the end of the task frees the store, see {@code TaskEnd}.
 *
 * <p>Threading: the task's thread, but for {@link #close()}.
 *
 * @param <K> the type of the keys
 */
public final class StreambedKeyedStateBackend<K> extends AbstractKeyedStateBackend<K> {
  private final StoreDescription description;
  private final KeyedStates<K> states;
  private final StoreLease lease;
  private final TaskEnd taskEnd;
  private final NativeSnapshots snapshots;
  private final Consumer<Throwable> failTask;
  private final KeyContext<K> context;
  private final List<KeySelectionListener<K>> listeners = new ArrayList<>(1);

  StreambedKeyedStateBackend(
      KeyedStateBackendParameters<K> parameters,
      StoreDescription description,
      Tracking tracking,
      KeyedStates<K> states,
      StoreLease lease,
      NativeSnapshots snapshots) {
    super(
        parameters.getKvStateRegistry(),
        states.keySerializer(),
        parameters.getEnv().getUserCodeClassLoader().asClassLoader(),
        parameters.getEnv().getExecutionConfig(),
        parameters.getTtlTimeProvider(),
        tracking.latency(),
        tracking.size(),
        // The one that came with the parameters is closed after the restore.
        new CloseableRegistry(),
        AbstractStateBackend.getCompressionDecorator(parameters.getEnv().getExecutionConfig()),
        new FlinkKeyContext<>(states.context()));
    this.description = description;
    this.states = states;
    this.lease = lease;
    this.taskEnd = new TaskEnd(parameters.getEnv(), Thread.currentThread());
    this.snapshots = snapshots;
    this.failTask = parameters.getEnv()::failExternally;
    this.context = states.context();
    taskEnd.runIfRestoreFails(lease::close);
  }

  // ---- the current key

  @Override
  public void setCurrentKey(K newKey) {
    if (!listeners.isEmpty()) {
      notifyListeners(newKey);
    }
    context.setKey(newKey);
  }

  @Override
  public void setCurrentKeyAndKeyGroup(K newKey, int newKeyGroupIndex) {
    setCurrentKey(newKey);
    context.setKeyGroup(newKeyGroupIndex);
  }

  /** Listeners see the old key as the current one, and may remove themselves. */
  private void notifyListeners(K newKey) {
    for (int i = 0; i < listeners.size(); i++) {
      listeners.get(i).keySelected(newKey);
    }
  }

  @Override
  public void registerKeySelectionListener(KeySelectionListener<K> listener) {
    listeners.add(listener);
  }

  @Override
  public boolean deregisterKeySelectionListener(KeySelectionListener<K> listener) {
    return listeners.remove(listener);
  }

  // ---- states and timers

  @Override
  public <N, SV, SEV, S extends State, IS extends S> IS createOrUpdateInternalState(
      TypeSerializer<N> namespaceSerializer,
      StateDescriptor<S, SV> stateDesc,
      StateSnapshotTransformFactory<SEV> snapshotTransformFactory)
      throws StateMigrationException {
    return createOrUpdateInternalState(
        namespaceSerializer, stateDesc, snapshotTransformFactory, false);
  }

  /**
   * As the other.
   *
   * @param allowFutureMetadataUpdates whether a later declaration may ask for serializers that
   *     migrate; that costs time in proportion to the state. Else they must write the same bytes
   * @throws StateMigrationException if the declaration does not fit what is there
   */
  @Override
  @SuppressWarnings("unchecked")
  public <N, SV, SEV, S extends State, IS extends S> IS createOrUpdateInternalState(
      TypeSerializer<N> namespaceSerializer,
      StateDescriptor<S, SV> stateDesc,
      StateSnapshotTransformFactory<SEV> snapshotTransformFactory,
      boolean allowFutureMetadataUpdates)
      throws StateMigrationException {
    return (IS)
        states.open(
            namespaceSerializer, stateDesc, snapshotTransformFactory, allowFutureMetadataUpdates);
  }

  @Override
  public <T extends HeapPriorityQueueElement & PriorityComparable<? super T> & Keyed<?>>
      KeyGroupedInternalPriorityQueue<T> create(
          String stateName, TypeSerializer<T> byteOrderedElementSerializer) {
    return create(stateName, byteOrderedElementSerializer, false);
  }

  /**
   * As the other.
   *
   * @param allowFutureMetadataUpdates whether the queue may be opened again with a serializer that
   *     migrates, at a cost in proportion to the queue. Else it must write the same bytes
   */
  @Override
  public <T extends HeapPriorityQueueElement & PriorityComparable<? super T> & Keyed<?>>
      KeyGroupedInternalPriorityQueue<T> create(
          String stateName,
          TypeSerializer<T> byteOrderedElementSerializer,
          boolean allowFutureMetadataUpdates) {
    try {
      return new TimerQueue<>(
          states.<T>openQueue(
              stateName,
              byteOrderedElementSerializer,
              element ->
                  KeyGroupRangeAssignment.assignToKeyGroup(element.getKey(), numberOfKeyGroups),
              allowFutureMetadataUpdates),
          PriorityComparable::comparePriorityTo,
          keyGroupRange);
    } catch (StateMigrationException e) {
      throw new FlinkRuntimeException(e.getMessage(), e);
    }
  }

  // ---- keys

  @Override
  public <N> Stream<K> getKeys(String state, N namespace) {
    return states.walk(state, (key, at) -> at.equals(namespace) ? key : null);
  }

  @Override
  public <N> Stream<K> getKeys(List<String> stateNames, N namespace) {
    Set<K> met = new HashSet<>();
    return stateNames.stream().flatMap(name -> getKeys(name, namespace)).filter(met::add);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <N> Stream<Tuple2<K, N>> getKeysAndNamespaces(String state) {
    return states.walk(state, (key, at) -> Tuple2.of(key, (N) at));
  }

  /** Processes each key that was there when the walk began; the function may change any state. */
  @Override
  public <N, S extends State, T> void applyToAllKeys(
      N namespace,
      TypeSerializer<N> namespaceSerializer,
      StateDescriptor<S, T> stateDescriptor,
      KeyedStateFunction<K, S> function,
      PartitionStateFactory partitionStateFactory)
      throws Exception {
    S state = partitionStateFactory.get(namespace, namespaceSerializer, stateDescriptor);
    try (Stream<K> keys = getKeys(stateDescriptor.getName(), namespace)) {
      for (K key : keys.toList()) {
        setCurrentKey(key);
        function.process(key, state);
      }
    }
  }

  @Override
  public int numKeyValueStateEntries() {
    return (int) Math.min(Integer.MAX_VALUE, states.entries());
  }

  /**
   * Not this backend's name, but that of Flink's backend which keeps state in the same way:
   * operators choose by it how they treat what they keep in the state.
   *
   * @return {@code hashmap} for a store of objects: user keys are compared by {@code equals}, and
   *     the objects are the job's own; {@code rocksdb} for one of bytes
   */
  @Override
  public String getBackendTypeIdentifier() {
    return description.is(Trait.KEEPS_OBJECTS)
        ? StateBackendLoader.HASHMAP_STATE_BACKEND_NAME
        : StateBackendLoader.ROCKSDB_STATE_BACKEND_NAME;
  }

  // ---- snapshots

  @Override
  public RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot(
      long checkpointId,
      long timestamp,
      CheckpointStreamFactory streamFactory,
      CheckpointOptions checkpointOptions)
      throws Exception {
    return new SnapshotStrategyRunner<>(
            "Streambed snapshot",
            new LeasedSnapshots<>(
                new UserFailures<>(snapshots.strategy(checkpointOptions), failTask), lease),
            cancelStreamRegistry,
            SnapshotExecutionType.ASYNCHRONOUS)
        .snapshot(checkpointId, timestamp, streamFactory, checkpointOptions);
  }

  @Override
  public SavepointResources<K> savepoint() throws StateMigrationException {
    return new SavepointResources<>(
        states.canonicalSavepoint(keyGroupCompressionDecorator, lease),
        SnapshotExecutionType.ASYNCHRONOUS);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    snapshots.complete(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) {
    snapshots.aborted(checkpointId);
  }

  // ---- the end

  /**
   * Frees everything but what snapshots that are being written still need; they free that. On the
   * task's thread, any number of times, before or after {@link #close()}. Whatever uses state after
   * that gets an {@link IllegalStateException}.
   */
  @Override
  public void dispose() {
    try {
      super.dispose();
    } finally {
      lease.close();
    }
  }

  /**
   * Cancels snapshots that are being written, and frees the store when the task no longer uses it.
   * Flink may call this from another thread while the task still runs: then the store is freed
   * after the task has closed its operators. If Flink calls it on the task's thread when the task
   * has read its last mail, because the task fails there, the store is freed at once: an operator
   * that uses state as it is closed after that gets an {@link IllegalStateException}. Outside of a
   * streaming task, the thread that built the backend frees it by this. Any number of times, from
   * any thread.
   */
  @Override
  public void close() throws IOException {
    try {
      // First: while snapshots are cancelled here, the task's thread may close its mailbox.
      taskEnd.run(lease::close);
    } finally {
      super.close();
    }
  }

  @Override
  public String toString() {
    return "StreambedKeyedStateBackend{keyGroups=" + keyGroupRange + "}";
  }
}
