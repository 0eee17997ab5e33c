package io.streambed.flink;

import io.streambed.flink.StreambedOptions.StoreType;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreDescription.Trait;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.AbstractManagedMemoryStateBackend;
import org.apache.flink.runtime.state.BackendBuildingException;
import org.apache.flink.runtime.state.ConfigurableStateBackend;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.OperatorStateBackend;
import org.apache.flink.util.clock.SystemClock;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * The state backend: keyed state in one of Streambed's stores, operator state as in Flink's own
 * backends.
 */
public final class StreambedStateBackend extends AbstractManagedMemoryStateBackend
    implements ConfigurableStateBackend {
  private static final long serialVersionUID = 1L;

  /** The name in Flink's logs and REST interface. */
  private static final String NAME = "streambed";

  /** Makes what makes the stores: a factory need not be serializable, and a backend is. */
  private final SerializableSupplier<KeyedStoreFactory> stores;

  /** Whether checkpoints of a store that has files of its own consist of them. */
  private final boolean incremental;

  /** A backend with the options' defaults. */
  public StreambedStateBackend() {
    this(
        of(StreambedOptions.STORE.defaultValue()),
        CheckpointingOptions.INCREMENTAL_CHECKPOINTS.defaultValue());
  }

  /** A backend over any store, unless a configuration names another one. */
  StreambedStateBackend(SerializableSupplier<KeyedStoreFactory> stores, boolean incremental) {
    this.stores = stores;
    this.incremental = incremental;
  }

  private StreambedStateBackend(StreambedStateBackend original, ReadableConfig config) {
    this.stores =
        config
            .getOptional(StreambedOptions.STORE)
            .map(StreambedStateBackend::of)
            .orElse(original.stores);
    this.incremental =
        config
            .getOptional(CheckpointingOptions.INCREMENTAL_CHECKPOINTS)
            .orElse(original.incremental);
    this.latencyTrackingConfigBuilder = original.latencyTrackingConfigBuilder.configure(config);
    this.sizeTrackingConfigBuilder = original.sizeTrackingConfigBuilder.configure(config);
  }

  private static SerializableSupplier<KeyedStoreFactory> of(StoreType type) {
    return type::factory;
  }

  /**
   * A backend with the options that a configuration sets, and this one's where it sets none.
   *
   * @param config the job's or the cluster's configuration
   * @param classLoader not needed
   * @return a new backend
   * @throws IllegalConfigurationException if an option is wrong or unknown
   */
  @Override
  public StreambedStateBackend configure(ReadableConfig config, ClassLoader classLoader) {
    StreambedOptions.checkKeys(config);
    try {
      return new StreambedStateBackend(this, config);
    } catch (IllegalArgumentException e) {
      throw new IllegalConfigurationException(
          "Invalid option of the Streambed state backend: " + e.getMessage(), e);
    }
  }

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public boolean useManagedMemory() {
    return stores.get().description().is(Trait.WANTS_MANAGED_MEMORY);
  }

  /**
   * True: a full checkpoint, as Flink asks for after such a restore, refers to no other's files.
   */
  @Override
  public boolean supportsNoClaimRestoreMode() {
    return true;
  }

  /** True for canonical and native savepoints. */
  @Override
  public boolean supportsSavepointFormat(SavepointFormatType formatType) {
    return true;
  }

  @Override
  public <K> AbstractKeyedStateBackend<K> createKeyedStateBackend(
      KeyedStateBackendParameters<K> parameters) throws BackendBuildingException {
    return new StreambedKeyedStateBackendBuilder<>(
            parameters,
            stores.get(),
            incremental,
            new Tracking(
                latencyTrackingConfigBuilder.setMetricGroup(parameters.getMetricGroup()).build(),
                sizeTrackingConfigBuilder.setMetricGroup(parameters.getMetricGroup()).build()),
            SystemClock.getInstance())
        .build();
  }

  @Override
  public OperatorStateBackend createOperatorStateBackend(OperatorStateBackendParameters parameters)
      throws BackendBuildingException {
    return new DefaultOperatorStateBackendBuilder(
            parameters.getEnv().getUserCodeClassLoader().asClassLoader(),
            parameters.getEnv().getExecutionConfig(),
            true,
            parameters.getStateHandles(),
            parameters.getCancelStreamRegistry())
        .build();
  }

  @Override
  public String toString() {
    return "StreambedStateBackend{store=" + stores.get().description().name() + "}";
  }
}
