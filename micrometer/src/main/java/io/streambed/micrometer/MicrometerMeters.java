package io.streambed.micrometer;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.streambed.meter.Meters;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Meters in a registry of Micrometer: counters, gauges, and a distribution summary for each
 * histogram, with the 50th, 95th and 99th percentile, the maximum, count and sum. Micrometer keeps
 * the values of the last one to two minutes in histograms of its library HdrHistogram.
 *
 * <pre>{@code
 * Streambed.run(job, store, RunOptions.defaults().withMeters(MicrometerMeters.of(registry)));
 * }</pre>
 *
 * <p>Each name begins with {@link #PREFIX}. Several jobs may share a registry: their names tell
 * them apart, as the tag {@code job}. When a job ends, what was registered of it is removed, but
 * for what another job of the same name still uses: two such jobs share counters and histograms,
 * and a gauge shows the value of the one that has registered it last.
 *
 * <p>Threading: any thread. Cost: a call of a counter or of a histogram does not wait for others; a
 * gauge is asked when the registry is read.
 */
public final class MicrometerMeters implements Meters {
  /** What all names begin with. */
  public static final String PREFIX = "streambed.";

  /**
   * Each value is recorded in each of them; every minute the oldest one gives way to an empty one.
   */
  private static final int BUFFERS = 2;

  private static final double[] PERCENTILES = {0.5, 0.95, 0.99};

  private final MeterRegistry registry;
  private final RegisteredMeters registered;
  private final RegisteredMeters.User user;
  private final Tags tags;

  private MicrometerMeters(
      MeterRegistry registry, RegisteredMeters registered, RegisteredMeters.User user, Tags tags) {
    this.registry = registry;
    this.registered = registered;
    this.user = user;
    this.tags = tags;
  }

  /**
   * Meters in a registry.
   *
   * @param registry the registry, which the caller closes after the jobs
   * @return meters without tags
   */
  public static MicrometerMeters of(MeterRegistry registry) {
    Objects.requireNonNull(registry, "registry");
    return new MicrometerMeters(
        registry, RegisteredMeters.of(registry), new RegisteredMeters.User(null), Tags.empty());
  }

  @Override
  public Counter counter(String name) {
    var builder = io.micrometer.core.instrument.Counter.builder(PREFIX + name).tags(tags);
    return registered.add(name, tags, user, () -> builder.register(registry))::increment;
  }

  @Override
  public Histogram histogram(String name) {
    var builder =
        DistributionSummary.builder(PREFIX + name)
            .tags(tags)
            .publishPercentiles(PERCENTILES)
            .distributionStatisticBufferLength(BUFFERS);
    return registered.add(name, tags, user, () -> builder.register(registry))::record;
  }

  @Override
  public Gauge gauge(String name, LongSupplier value) {
    Objects.requireNonNull(value, "value");
    var builder =
        io.micrometer.core.instrument.Gauge.builder(PREFIX + name, value::getAsLong).tags(tags);
    Meter gauge = registered.replace(name, tags, user, registry, () -> builder.register(registry));
    return () -> registered.remove(gauge, registry);
  }

  @Override
  public Meters tagged(String key, String value) {
    return new MicrometerMeters(registry, registered, user.part(), tags.and(Tag.of(key, value)));
  }

  @Override
  public void end() {
    registered.removeAll(user, tags.stream().toList(), registry);
  }

  /** The clock of the registry. */
  @Override
  public long nanos() {
    return registry.config().clock().monotonicTime();
  }
}
