package io.streambed.flink;

import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.state.StateBackendFactory;

/**
 * What {@code state.backend.type} names. It alone is compiled for Java 11, so that it can say what
 * is wrong on a Java that cannot load the rest.
 */
public final class StreambedStateBackendFactory
    implements StateBackendFactory<StreambedStateBackend> {
  static final int LEAST_JAVA = 17;

  /** For Flink, which makes one by its name. */
  public StreambedStateBackendFactory() {}

  /**
   * The configured backend.
   *
   * @param config the job's or the cluster's configuration
   * @param classLoader the job's class loader
   * @return a new backend
   * @throws IllegalConfigurationException if Java is too old, or an option is wrong or unknown
   */
  @Override
  public StreambedStateBackend createFromConfig(ReadableConfig config, ClassLoader classLoader) {
    requireJava(Runtime.version().feature());
    return new StreambedStateBackend().configure(config, classLoader);
  }

  static void requireJava(int version) {
    if (version < LEAST_JAVA) {
      throw new IllegalConfigurationException(
          "The Streambed state backend needs Java "
              + LEAST_JAVA
              + " or newer, this process runs on Java "
              + version
              + ": start JobManager and TaskManagers with a newer Java (env.java.home).");
    }
  }
}
