package io.streambed.flink;

import io.streambed.file.Compression;
import io.streambed.flink.serial.SerializerBridge;
import io.streambed.flink.snapshot.KeyedRestore;
import io.streambed.flink.snapshot.NativeSnapshots;
import io.streambed.flink.snapshot.ReusableFiles;
import io.streambed.flink.snapshot.SnappyCompression;
import io.streambed.flink.state.BackendKeys;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.MemoryBudget;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription.Trait;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.metrics.MetricNames;
import org.apache.flink.runtime.state.BackendBuildingException;
import org.apache.flink.runtime.state.StateBackend.KeyedStateBackendParameters;
import org.apache.flink.runtime.state.StateBackendBuilder;
import org.apache.flink.runtime.state.StateSerializerProvider;
import org.apache.flink.util.StateMigrationException;
import org.apache.flink.util.clock.Clock;

/** Builds a keyed backend: the store, and in it what the state handles bring. */
final class StreambedKeyedStateBackendBuilder<K>
    implements StateBackendBuilder<StreambedKeyedStateBackend<K>, BackendBuildingException> {
  private final KeyedStateBackendParameters<K> parameters;
  private final KeyedStoreFactory stores;
  private final boolean incremental;
  private final Tracking tracking;
  private final Clock clock;
  private final SerializerBridge bridge;
  private final StateSerializerProvider<K> keys;

  StreambedKeyedStateBackendBuilder(
      KeyedStateBackendParameters<K> parameters,
      KeyedStoreFactory stores,
      boolean incremental,
      Tracking tracking,
      Clock clock) {
    this.parameters = parameters;
    this.stores = stores;
    this.incremental = incremental;
    this.tracking = tracking;
    this.clock = clock;
    this.bridge =
        new SerializerBridge(
            parameters.getEnv().getUserCodeClassLoader().asClassLoader(),
            parameters.getTtlTimeProvider());
    this.keys = StateSerializerProvider.fromNewRegisteredSerializer(parameters.getKeySerializer());
  }

  /**
   * Restores and builds.
   *
   * @throws BackendBuildingException if the state cannot be restored, naming the operator, with
   *     whatever was the reason as its cause
   */
  @Override
  public StreambedKeyedStateBackend<K> build() throws BackendBuildingException {
    SlotMemory memory = null;
    KeyedStore<K> store = null;
    boolean built = false;
    try {
      long begin = clock.relativeTimeMillis();
      memory = memory();
      MemoryBudget budget = memory.budget();
      KeyedRestore<K> restore =
          new KeyedRestore<>(
              parameters.getStateHandles(),
              parameters.getKeyGroupRange(),
              keys,
              bridge,
              parameters.getCancelStreamRegistry());
      store = restore.into(key -> createStore(key, budget));
      if (!parameters.getStateHandles().isEmpty()) {
        parameters
            .getCustomInitializationMetrics()
            .addMetric(MetricNames.RESTORE_STATE_DURATION, clock.relativeTimeMillis() - begin);
      }
      StreambedKeyedStateBackend<K> backend = createBackend(store, memory, restore.files());
      built = true;
      return backend;
    } catch (IOException | StateMigrationException | RuntimeException e) {
      throw new BackendBuildingException(
          "The keyed state of operator "
              + parameters.getOperatorIdentifier()
              + " cannot be restored: "
              + e.getMessage(),
          e);
    } finally {
      if (!built) {
        free(store, memory);
      }
    }
  }

  private static void free(KeyedStore<?> store, SlotMemory memory) {
    try {
      if (store != null) {
        store.close();
      }
    } finally {
      if (memory != null) {
        memory.close();
      }
    }
  }

  private SlotMemory memory() {
    return stores.description().is(Trait.WANTS_MANAGED_MEMORY)
        ? SlotMemory.acquire(
            parameters.getEnv().getMemoryManager(), parameters.getManagedMemoryFraction())
        : SlotMemory.none();
  }

  private KeyedStore<K> createStore(TypeSerializer<K> key, MemoryBudget memory) {
    KeyGroupRange range =
        new KeyGroupRange(
            parameters.getKeyGroupRange().getStartKeyGroup(),
            parameters.getKeyGroupRange().getEndKeyGroup());
    return stores.create(
        new StoreContext<>(
                new TaskInfo(
                    parameters.getJobID().toString(),
                    parameters.getOperatorIdentifier(),
                    parameters.getEnv().getTaskInfo().getIndexOfThisSubtask()),
                bridge.keys(key),
                parameters.getNumberOfKeyGroups(),
                range)
            .withMemory(memory));
  }

  private StreambedKeyedStateBackend<K> createBackend(
      KeyedStore<K> store, SlotMemory memory, ReusableFiles files) {
    Environment environment = parameters.getEnv();
    StateOpener<K> opener =
        new StateOpener<>(
            store,
            bridge,
            new BackendKeys<>(
                store.context(), keys.currentSchemaSerializer(), Thread.currentThread()),
            parameters.getOperatorIdentifier());
    SnapshotOrigin origin =
        new SnapshotOrigin(
            parameters.getJobID().toString(),
            parameters.getOperatorIdentifier(),
            environment.getTaskInfo().getIndexOfThisSubtask(),
            0);
    NativeSnapshots.Settings settings =
        new NativeSnapshots.Settings(
            incremental,
            environment.getExecutionConfig().isUseSnapshotCompression()
                ? new SnappyCompression()
                : Compression.NONE,
            environment.getTaskStateManager().createLocalRecoveryConfig(),
            UUID::randomUUID);
    KeyedStates<K> states = new KeyedStates<>(opener);
    return new StreambedKeyedStateBackend<>(
        parameters,
        stores.description(),
        tracking,
        states,
        new StoreLease(states, memory),
        new NativeSnapshots(store, origin, settings, files));
  }
}
