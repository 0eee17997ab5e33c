package org.apache.flink.test.state;

import io.streambed.flink.BytesBackendFactory;
import io.streambed.flink.StreambedStateBackend;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.test.state.BackendSwitchSpecs.BackendSwitchSpec;
import org.apache.flink.testutils.junit.extensions.parameterized.Parameters;
import org.apache.flink.util.IOUtils;

/**
 * Flink's suite for canonical savepoints: state written by one backend is read by another, in all
 * pairs that Streambed is in. In the suite's package, for it is not public.
 */
class StreambedSavepointSwitchTest extends SavepointStateBackendSwitchTestBase {

  StreambedSavepointSwitchTest(BackendSwitchSpec from, BackendSwitchSpec to) {
    super(from, to);
  }

  @Parameters(name = "{0} to {1}")
  public static Collection<BackendSwitchSpec[]> pairs() {
    List<BackendSwitchSpec[]> pairs = new ArrayList<>();
    for (BackendSwitchSpec other :
        List.of(
            BackendSwitchSpecs.HEAP,
            BackendSwitchSpecs.ROCKS,
            BackendSwitchSpecs.ROCKS_HEAP_TIMERS)) {
      for (StreambedSpec spec : List.of(StreambedSpec.heap(), StreambedSpec.bytes())) {
        pairs.add(new BackendSwitchSpec[] {spec, other});
        pairs.add(new BackendSwitchSpec[] {other, spec});
      }
    }
    pairs.add(new BackendSwitchSpec[] {StreambedSpec.heap(), StreambedSpec.heap()});
    pairs.add(new BackendSwitchSpec[] {StreambedSpec.heap(), StreambedSpec.bytes()});
    pairs.add(new BackendSwitchSpec[] {StreambedSpec.bytes(), StreambedSpec.heap()});
    return pairs;
  }

  private static final class StreambedSpec implements BackendSwitchSpec {
    private final StreambedStateBackend backends;
    private final String name;
    private MockEnvironment environment;

    StreambedSpec(StreambedStateBackend backends, String name) {
      this.backends = backends;
      this.name = name;
    }

    static StreambedSpec heap() {
      return new StreambedSpec(new StreambedStateBackend(), "STREAMBED");
    }

    static StreambedSpec bytes() {
      return new StreambedSpec(BytesBackendFactory.backend(), "STREAMBED_BYTES");
    }

    @Override
    public CheckpointableKeyedStateBackend<String> createBackend(
        KeyGroupRange range, int keyGroups, Collection<KeyedStateHandle> handles) throws Exception {
      environment = new MockEnvironmentBuilder().build();
      return backends.createKeyedStateBackend(
          new KeyedStateBackendParametersImpl<>(
              environment,
              new JobID(),
              "switch",
              StringSerializer.INSTANCE,
              keyGroups,
              range,
              environment.getTaskKvStateRegistry(),
              TtlTimeProvider.DEFAULT,
              new UnregisteredMetricsGroup(),
              handles,
              new CloseableRegistry()));
    }

    @Override
    public void close() {
      IOUtils.closeQuietly(environment);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
