package io.streambed.runtime;

import io.streambed.meter.Meters;
import java.util.function.LongSupplier;

/** Meters that fail at each call, or at each but those that make something. */
final class BrokenMeters implements Meters {
  private final boolean makes;

  BrokenMeters(boolean makes) {
    this.makes = makes;
  }

  private static RuntimeException broken() {
    return new IllegalStateException("broken meters");
  }

  private void make() {
    if (!makes) {
      throw broken();
    }
  }

  @Override
  public Counter counter(String name) {
    make();
    return more -> {
      throw broken();
    };
  }

  @Override
  public Histogram histogram(String name) {
    make();
    return value -> {
      throw broken();
    };
  }

  @Override
  public Gauge gauge(String name, LongSupplier value) {
    make();
    return () -> {
      throw broken();
    };
  }

  @Override
  public Meters tagged(String key, String value) {
    make();
    return this;
  }

  @Override
  public void end() {
    throw broken();
  }

  @Override
  public long nanos() {
    throw broken();
  }
}
