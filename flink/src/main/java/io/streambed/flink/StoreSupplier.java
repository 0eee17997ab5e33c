package io.streambed.flink;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreDescription.Trait;
import java.io.Serializable;
import org.apache.flink.runtime.state.StateBackendLoader;

/**
 * Says what makes the stores of a backend. It travels with the backend from the client to the
 * TaskManagers, and is one of {@link StreambedOptions.StoreType} but in tests.
 *
 * <p>Threading: any thread.
 */
@FunctionalInterface
interface StoreSupplier extends Serializable {
  /** The factory, on the JVM that the stores are for. */
  KeyedStoreFactory factory();

  /**
   * The backend of Flink's that keeps state in the same way.
   *
   * @return {@code hashmap} for a store of objects: user keys are compared by {@code equals}, and
   *     the objects are the job's own; {@code rocksdb} for one of bytes
   */
  default String flinkType() {
    return factory().description().is(Trait.KEEPS_OBJECTS)
        ? StateBackendLoader.HASHMAP_STATE_BACKEND_NAME
        : StateBackendLoader.ROCKSDB_STATE_BACKEND_NAME;
  }
}
