package io.streambed.flink.tests;

import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Keeps every metric that the cluster ever registered, under its full name. */
public final class RecordedMetrics implements MetricReporterFactory {
  private static final Map<String, Metric> METRICS = new ConcurrentHashMap<>();

  static void addTo(Configuration configuration) {
    configuration.setString(
        "metrics.reporter.recorded.factory.class", RecordedMetrics.class.getName());
  }

  /** The metrics of a job. */
  static SortedMap<String, Metric> of(String jobName) {
    SortedMap<String, Metric> found = new TreeMap<>();
    METRICS.forEach(
        (name, metric) -> {
          if (name.contains("." + jobName + ".")) {
            found.put(name, metric);
          }
        });
    return found;
  }

  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return new MetricReporter() {
      @Override
      public void open(MetricConfig config) {}

      @Override
      public void close() {}

      @Override
      public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        METRICS.put(group.getMetricIdentifier(name), metric);
      }

      @Override
      public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
    };
  }
}
