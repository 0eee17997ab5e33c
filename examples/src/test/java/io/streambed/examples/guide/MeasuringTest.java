package io.streambed.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.connector.ForEachSink;
import io.streambed.connector.QueueSource;
import io.streambed.job.JobBuilder;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.Streambed;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs a job as docs/metrics.md measures it. */
@Timeout(60)
class MeasuringTest {
  @Test
  void job_withAMicrometerRegistry_isSeenThereWhileItRuns() throws InterruptedException {
    Measuring measuring = Measuring.latency();
    QueueSource<String> words = new QueueSource<>(10);
    CountDownLatch counted = new CountDownLatch(3);
    JobBuilder builder = Streambed.job("words").parallelism(1);
    builder
        .source("words", words)
        .keyBy(word -> word)
        .<Integer>process(
            "count",
            context -> {
              var count = context.value("count", Integer.class, 0);
              return (word, at) -> {
                count.update(count.value() + 1);
                context.emit(count.value());
              };
            })
        .sink("counts", new ForEachSink<>(count -> counted.countDown()));
    JobHandle running =
        Streambed.start(
            builder.build(),
            Store.memory(),
            measuring.options().withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(10)));
    for (String word : new String[] {"a", "b", "a"}) {
      words.push(word);
    }
    counted.await();
    var registry = measuring.registry();
    while (registry.get("streambed.checkpoint.completed").tag("job", "words").counter().count() < 2
        || registry.get("streambed.records.in").tag("operator", "counts").counter().count() < 3) {
      Thread.sleep(1);
    }
    assertThat(registry.get("streambed.checkpoint.size.bytes").summary().max()).isPositive();
    assertThat(registry.get("streambed.timers.pending").gauge().value()).isZero();
    var latency =
        registry.get("streambed.valueStateUpdateLatency").tags("state", "count").summary();
    assertThat(latency.count()).isPositive();
    assertThat(latency.takeSnapshot().percentileValues()).hasSize(3);
    words.end();
    running.await();
    assertThat(registry.getMeters()).isEmpty();
  }
}
