package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job whose windows evict: the operator that asks most of list state. */
class EvictingWindowJobTest {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void slidingCountWindow_ofEachKey_sumsTheLastThree(boolean objectReuse) throws Exception {
    Configuration config = new Configuration();
    config.set(StateBackendOptions.STATE_BACKEND, StreambedStateBackendFactory.class.getName());
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(1, config);
    if (objectReuse) {
      environment.getConfig().enableObjectReuse();
    }

    List<Long> sums =
        environment
            .fromData(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L)
            .keyBy(number -> number % 2)
            .countWindow(3, 1)
            .reduce(Long::sum)
            .executeAndCollect(100);

    assertThat(sums).containsExactly(1L, 2L, 4L, 6L, 9L, 12L, 15L, 18L);
  }
}
