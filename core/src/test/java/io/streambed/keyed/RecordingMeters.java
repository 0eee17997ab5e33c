package io.streambed.keyed;

import io.streambed.meter.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Keeps what is recorded in histograms, by state and name; each look at the clock takes 1 ns. */
final class RecordingMeters implements Meters {
  final Map<String, List<Long>> recorded;
  private final String state;
  private long nanos;

  RecordingMeters() {
    this(new TreeMap<>(), "");
  }

  private RecordingMeters(Map<String, List<Long>> recorded, String state) {
    this.recorded = recorded;
    this.state = state;
  }

  @Override
  public Counter counter(String name) {
    return more -> {};
  }

  @Override
  public Histogram histogram(String name) {
    return recorded.computeIfAbsent(state + name, each -> new ArrayList<>())::add;
  }

  @Override
  public Gauge gauge(String name, LongSupplier value) {
    return () -> {};
  }

  @Override
  public Meters tagged(String key, String value) {
    return new RecordingMeters(recorded, state + key + "=" + value + " ");
  }

  @Override
  public long nanos() {
    return nanos++;
  }
}
