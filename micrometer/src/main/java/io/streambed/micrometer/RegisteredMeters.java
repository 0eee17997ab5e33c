package io.streambed.micrometer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What was registered in one registry and who uses it, so that it can be removed with the last
 * user. What others have registered is left alone.
 *
 * <p>Threading: any thread.
 */
final class RegisteredMeters {
  /** By registry, none of which this keeps alive: what is kept does not refer to its registry. */
  private static final Map<MeterRegistry, RegisteredMeters> BY_REGISTRY = new WeakHashMap<>();

  /** By name and tags: a filter of the registry may have given the meter others. */
  private final Map<Key, Registered> meters = new HashMap<>();

  private record Key(String name, Tags tags) {}

  private record Registered(Meter meter, Set<User> users) {}

  /** Who registers: whoever was given the meters of a registry, or a job that he runs. */
  static final class User {
    private final User whole;

    /** Whole is null for who was given the meters of a registry. */
    User(User whole) {
      this.whole = whole;
    }

    /** Of a part of what is measured: a new job of a whole; the parts of a job are the job's. */
    User part() {
      return whole == null ? new User(this) : this;
    }

    private boolean includes(User other) {
      return other == this || other.whole == this;
    }
  }

  private RegisteredMeters() {}

  static RegisteredMeters of(MeterRegistry registry) {
    synchronized (BY_REGISTRY) {
      return BY_REGISTRY.computeIfAbsent(registry, each -> new RegisteredMeters());
    }
  }

  /** Registers a meter, or takes the one that was registered before by the same name and tags. */
  synchronized <M extends Meter> M add(String name, Tags tags, User user, Supplier<M> registers) {
    M meter = registers.get();
    Key key = new Key(name, tags);
    Registered before = meters.get(key);
    if (before == null || before.meter != meter) {
      before = new Registered(meter, new HashSet<>());
      meters.put(key, before);
    }
    before.users.add(user);
    return meter;
  }

  /** Registers a meter in the place of one of the same name and tags. */
  synchronized Meter replace(
      String name, Tags tags, User user, MeterRegistry registry, Supplier<Meter> registers) {
    Registered before = meters.remove(new Key(name, tags));
    if (before != null) {
      registry.remove(before.meter);
    }
    return add(name, tags, user, registers);
  }

  /** Removes a meter, unless another one has taken its place. */
  synchronized void remove(Meter meter, MeterRegistry registry) {
    if (meters.values().removeIf(each -> each.meter == meter) && !ids().contains(meter.getId())) {
      registry.remove(meter);
    }
  }

  /** The ids in the registry. A filter that drops a tag gives several of ours the same. */
  private Set<Meter.Id> ids() {
    return meters.values().stream().map(each -> each.meter.getId()).collect(Collectors.toSet());
  }

  /** A user ends the use of those that have all of some tags: removes what nobody else uses. */
  synchronized void removeAll(User user, Collection<Tag> tags, MeterRegistry registry) {
    List<Meter> unused = new ArrayList<>();
    meters
        .entrySet()
        .removeIf(
            each -> {
              Registered registered = each.getValue();
              boolean used =
                  !each.getKey().tags.stream().toList().containsAll(tags)
                      || !registered.users.removeIf(user::includes)
                      || !registered.users.isEmpty();
              if (!used) {
                unused.add(registered.meter);
              }
              return !used;
            });
    Set<Meter.Id> left = ids();
    unused.stream().filter(meter -> !left.contains(meter.getId())).forEach(registry::remove);
  }
}
