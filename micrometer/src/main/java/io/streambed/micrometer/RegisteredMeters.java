package io.streambed.micrometer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What was registered, so that it can be removed. What others have registered is left alone.
 *
 * <p>Threading: any thread.
 */
final class RegisteredMeters {
  private final MeterRegistry registry;

  /** By name and tags: a filter of the registry may have given the meter others. */
  private final Map<Key, Meter> meters = new HashMap<>();

  private record Key(String name, Tags tags) {}

  RegisteredMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Keeps a meter that may have been registered before by the same name and tags. */
  synchronized <M extends Meter> M add(String name, Tags tags, M meter) {
    meters.put(new Key(name, tags), meter);
    return meter;
  }

  /** Registers a meter in the place of one of the same name and tags. */
  synchronized Meter replace(String name, Tags tags, Supplier<Meter> registers) {
    Key key = new Key(name, tags);
    Meter before = meters.get(key);
    if (before != null) {
      registry.remove(before);
    }
    Meter now = registers.get();
    meters.put(key, now);
    return now;
  }

  /** Removes a meter, unless another one has taken its place. */
  synchronized void remove(Meter meter) {
    if (meters.values().removeIf(each -> each == meter)) {
      registry.remove(meter);
    }
  }

  /** Removes those that have all of some tags. */
  synchronized void removeAll(Collection<Tag> tags) {
    meters
        .entrySet()
        .removeIf(
            each -> {
              boolean hasAll = each.getKey().tags.stream().toList().containsAll(tags);
              if (hasAll) {
                registry.remove(each.getValue());
              }
              return hasAll;
            });
  }
}
