package io.streambed.flink;

import io.streambed.testkit.store.ByteStoreFactory;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.state.StateBackendFactory;

/**
 * The backend over testkit's store of bytes, which has increments and which users cannot choose.
 */
public final class BytesBackendFactory implements StateBackendFactory<StreambedStateBackend> {
  /** A backend that writes increments unless a configuration says otherwise. */
  public static StreambedStateBackend backend() {
    return new StreambedStateBackend(ByteStoreFactory::incremental, true);
  }

  @Override
  public StreambedStateBackend createFromConfig(ReadableConfig config, ClassLoader classLoader) {
    return backend().configure(config, classLoader);
  }
}
