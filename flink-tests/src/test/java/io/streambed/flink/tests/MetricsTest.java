package io.streambed.flink.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateLatencyTrackOptions;
import org.apache.flink.configuration.StateSizeTrackOptions;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of keyed state are there under Flink's names, and count. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class MetricsTest {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  @TempDir Path directory;

  /** The histograms of all states, by what follows the subtask in their names. */
  private SortedMap<String, Histogram> run(String name, String backend) {
    Configuration configuration = Job.configuration(backend, 1, directory);
    configuration.set(StateLatencyTrackOptions.LATENCY_TRACK_ENABLED, true);
    configuration.set(StateLatencyTrackOptions.LATENCY_TRACK_SAMPLE_INTERVAL, 2);
    configuration.set(StateSizeTrackOptions.SIZE_TRACK_ENABLED, true);
    configuration.set(StateSizeTrackOptions.SIZE_TRACK_SAMPLE_INTERVAL, 2);
    Trial trial = new Trial(name);
    Job.start(CLUSTER.get(), name, EveryKindJob.build(trial, configuration)).finish();
    SortedMap<String, Histogram> histograms = new TreeMap<>();
    for (Map.Entry<String, Metric> entry : RecordedMetrics.of(name).entrySet()) {
      String full = entry.getKey();
      if (full.contains("state_name") && entry.getValue() instanceof Histogram histogram) {
        histograms.put(
            full.substring(full.indexOf("." + name + ".") + name.length() + 2), histogram);
      }
    }
    return histograms;
  }

  @Test
  void latencyAndSizeTracking_on_giveTheMetricsOfHashmap() {
    SortedMap<String, Histogram> metrics = run("metrics-streambed", Job.STREAMBED);
    String prefix = EveryKindJob.OPERATOR + ".0.state_name.";
    SortedSet<String> some = new TreeSet<>();
    for (String metric :
        new String[] {
          "count.valueStateGetLatency",
          "count.valueStateUpdateLatency",
          "count.valueStateGetValueSize",
          "recent.listStateAddLatency",
          "last.mapStatePutLatency",
          "largest.reducingStateGetLatency",
          "mean.aggregatingStateAddLatency",
          "largest.stateClearLatency"
        }) {
      some.add(prefix + metric);
    }
    assertThat(metrics.keySet()).containsAll(some);
    assertThat(metrics.values()).allMatch(histogram -> histogram.getCount() > 0);
    assertThat(metrics.keySet()).isEqualTo(run("metrics-hashmap", Job.HASHMAP).keySet());
  }
}
