package io.streambed.backend;

import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.error.StorageException;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.MemoryBudget;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.util.Objects;

/**
 * Where a job keeps its state while it runs, and where its checkpoints go.
 *
 * <p>Threading: any thread.
 */
public interface StateBackend {
  /**
   * A backend of its parts.
   *
   * @param stores makes the stores of keyed state
   * @param checkpoints where checkpoints go
   * @return the backend
   */
  static StateBackend of(KeyedStoreFactory stores, CheckpointStorage checkpoints) {
    return of(stores, checkpoints, MemoryBudget.unbounded());
  }

  /**
   * A backend of its parts, with a bound on the memory of its stores.
   *
   * @param stores makes the stores of keyed state
   * @param checkpoints where checkpoints go
   * @param memory shared by all stores of the backend; those without {@link
   *     StoreDescription.Trait#WANTS_MANAGED_MEMORY} never look at it
   * @return the backend
   */
  static StateBackend of(
      KeyedStoreFactory stores, CheckpointStorage checkpoints, MemoryBudget memory) {
    record Parts(KeyedStoreFactory stores, CheckpointStorage checkpoints, MemoryBudget memory)
        implements StateBackend {}
    return new Parts(
        Objects.requireNonNull(stores, "stores"),
        Objects.requireNonNull(checkpoints, "checkpoints"),
        Objects.requireNonNull(memory, "memory"));
  }

  /**
   * The stores of keyed state.
   *
   * @return the factory that makes them
   */
  KeyedStoreFactory stores();

  /**
   * Where the job's checkpoints are kept.
   *
   * @return the storage
   */
  CheckpointStorage checkpoints();

  /**
   * The memory that all stores of this backend share.
   *
   * @return the backend's one budget; here, where a backend has none, a new one without a bound
   */
  default MemoryBudget memory() {
    return MemoryBudget.unbounded();
  }

  /**
   * Makes the keyed backend of one subtask, with what there is to restore.
   *
   * @param options what to make it from
   * @param <K> the type of the keys
   * @return a backend that the caller closes
   * @throws io.streambed.error.IncompatibleStateException if what is restored does not fit
   * @throws io.streambed.error.CorruptionException if what is restored is damaged
   * @throws StorageException if what is restored cannot be read
   * @throws io.streambed.error.MemoryBudgetException if {@link #memory} has not enough left
   */
  default <K> KeyedStateBackend<K> createKeyedStateBackend(KeyedBackendOptions<K> options) {
    TaskInfo task = options.task();
    KeyedStateBackend<K> backend =
        new KeyedStateBackend<>(
            stores()
                .create(
                    new StoreContext<>(
                        task,
                        options.keySerializer().duplicate(),
                        options.maxParallelism(),
                        options.range(),
                        memory(),
                        options.services())),
            task,
            options.time(),
            options.services().meters(),
            options.services().tracking());
    try {
      for (StateDescriptor descriptor : options.declared()) {
        open(backend, descriptor);
      }
      KeyedBackendOptions.Restored restored = options.restored();
      backend.restore(restored.handles(), restored.inputs(), restored.progress());
      return backend;
    } catch (IOException e) {
      closeAfter(e, backend);
      throw new StorageException(
          "Restoring subtask " + task.subtask() + " of operator \"" + task.operatorId() + "\"", e);
    } catch (RuntimeException e) {
      closeAfter(e, backend);
      throw e;
    }
  }

  private static void closeAfter(Exception failure, KeyedStateBackend<?> backend) {
    try {
      backend.close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static void open(KeyedStateBackend<?> backend, StateDescriptor descriptor) {
    if (descriptor instanceof ValueStateDescriptor<?> value) {
      backend.getState(value);
    } else if (descriptor instanceof ListStateDescriptor<?> list) {
      backend.getListState(list);
    } else if (descriptor instanceof MapStateDescriptor<?, ?> map) {
      backend.getMapState(map);
    } else if (descriptor instanceof ReducingStateDescriptor<?> reducing) {
      backend.getReducingState(reducing);
    } else if (descriptor instanceof AggregatingStateDescriptor<?, ?, ?> aggregating) {
      backend.getAggregatingState(aggregating);
    }
  }

  /**
   * Makes the operator backend of one subtask, with what there is to restore.
   *
   * @param options what to make it from
   * @return a backend that the caller closes
   * @throws io.streambed.error.CorruptionException if what is restored is damaged
   * @throws StorageException if what is restored cannot be read
   */
  default OperatorStateBackend createOperatorStateBackend(OperatorBackendOptions options) {
    OperatorStateBackend backend =
        new OperatorStateBackend(options.subtask(), options.parallelism());
    if (options.restored().isEmpty()) {
      return backend;
    }
    try {
      backend.restore(options.restored(), options.inputs());
      return backend;
    } catch (IOException e) {
      backend.close();
      throw new StorageException("Restoring operator state", e);
    } catch (RuntimeException e) {
      backend.close();
      throw e;
    }
  }
}
