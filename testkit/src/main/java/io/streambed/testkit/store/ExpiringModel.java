package io.streambed.testkit.store;

import io.streambed.state.TimeToLive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.LongSupplier;

/**
 * What states with a time to live hold, in plain maps: values, list elements and map entries, each
 * with the time at which it was written or renewed. Nothing is ever removed for its age but by
 * {@link #snapshot}: expired is what is asked for too late.
 *
 * @param <C> what a value, a list or a map belongs to: a state, a key and a namespace
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
final class ExpiringModel<C, U, V> {
  private final TimeToLive policy;
  private final LongSupplier now;
  private final LongSupplier stamp;
  private final LongSupplier begun;
  private final Map<C, Stamped<V>> values = new LinkedHashMap<>();
  private final Map<C, List<Stamped<V>>> lists = new LinkedHashMap<>();
  private final Map<C, Map<U, Stamped<V>>> maps = new LinkedHashMap<>();

  private static final class Stamped<V> {
    final V value;
    long stamp;

    Stamped(V value, long stamp) {
      this.value = value;
      this.stamp = stamp;
    }
  }

  /**
   * Holds nothing.
   *
   * @param policy null if state lives for ever
   * @param now the time that decides what is expired
   * @param stamp the time that is written
   * @param begun the time since when lives what was written before anything told of time
   */
  ExpiringModel(TimeToLive policy, LongSupplier now, LongSupplier stamp, LongSupplier begun) {
    this.policy = policy;
    this.now = now;
    this.stamp = stamp;
    this.begun = begun;
  }

  private boolean expired(Stamped<V> entry) {
    // No watermark yet: nothing has happened that could be too long ago.
    long written = entry.stamp == Long.MIN_VALUE ? begun.getAsLong() : entry.stamp;
    return policy != null
        && now.getAsLong() != Long.MIN_VALUE
        && written + policy.millis() <= now.getAsLong();
  }

  private boolean readable(Stamped<V> entry) {
    return entry != null && (policy != null && policy.returnsExpired() || !expired(entry));
  }

  private void read(Stamped<V> entry) {
    if (policy != null && policy.renewedOnRead() && !expired(entry)) {
      entry.stamp = Math.max(entry.stamp, stamp.getAsLong());
    }
  }

  private Stamped<V> written(V value) {
    return new Stamped<>(value, stamp.getAsLong());
  }

  // ---- single values

  V value(C cell) {
    Stamped<V> found = values.get(cell);
    if (!readable(found)) {
      return null;
    }
    read(found);
    return found.value;
  }

  void put(C cell, V value) {
    values.put(cell, written(value));
  }

  void fold(C cell, V value, BinaryOperator<V> merge) {
    Stamped<V> old = values.get(cell);
    values.put(cell, readable(old) ? joined(old, written(value), merge) : written(value));
  }

  void merge(C target, List<C> sources, BinaryOperator<V> merge) {
    Stamped<V> merged = null;
    for (C source : sources) {
      Stamped<V> taken = source.equals(target) ? null : values.remove(source);
      merged = readable(taken) ? joined(merged, taken, merge) : merged;
    }
    if (merged != null) {
      Stamped<V> old = values.get(target);
      values.put(target, readable(old) ? joined(old, merged, merge) : merged);
    }
  }

  private static <V> Stamped<V> joined(
      Stamped<V> first, Stamped<V> second, BinaryOperator<V> merge) {
    return first == null
        ? second
        : new Stamped<>(
            merge.apply(first.value, second.value), Math.max(first.stamp, second.stamp));
  }

  // ---- lists

  List<V> list(C cell) {
    List<Stamped<V>> all = lists.getOrDefault(cell, List.of());
    List<V> given = all.stream().filter(this::readable).map(entry -> entry.value).toList();
    if (policy != null && policy.renewedOnRead()) {
      renew(all);
    }
    return given.isEmpty() ? null : given;
  }

  /** The list is written anew, with one time for all, unless nothing changes. */
  private void renew(List<Stamped<V>> all) {
    long greatest = stamp.getAsLong();
    for (Stamped<V> each : all) {
      greatest = Math.max(greatest, each.stamp);
    }
    long renewed = greatest;
    if (all.stream().anyMatch(each -> !expired(each) && each.stamp < renewed)) {
      all.removeIf(this::expired);
      all.forEach(each -> each.stamp = renewed);
    }
  }

  void append(C cell, List<V> elements) {
    for (V element : elements) {
      lists.computeIfAbsent(cell, any -> new ArrayList<>()).add(written(element));
    }
  }

  void moveLists(C target, List<C> sources) {
    for (C source : sources) {
      List<Stamped<V>> moved = source.equals(target) ? null : lists.remove(source);
      if (moved != null) {
        lists.computeIfAbsent(target, any -> new ArrayList<>()).addAll(moved);
      }
    }
  }

  // ---- maps

  private Map<U, Stamped<V>> map(C cell) {
    return maps.computeIfAbsent(cell, any -> new LinkedHashMap<>());
  }

  boolean contains(C cell, U userKey) {
    Stamped<V> found = map(cell).get(userKey);
    if (!readable(found)) {
      return false;
    }
    read(found);
    return true;
  }

  /** Null if there is none, or if it is null; a null value is renewed as well. */
  V get(C cell, U userKey) {
    return contains(cell, userKey) ? map(cell).get(userKey).value : null;
  }

  void put(C cell, U userKey, V value) {
    map(cell).put(userKey, written(value));
  }

  void remove(C cell, U userKey) {
    map(cell).remove(userKey);
  }

  /** What a walk over the map gives; it renews as {@link #get} does. */
  Map<U, V> entries(C cell) {
    Map<U, V> given = new LinkedHashMap<>();
    map(cell)
        .forEach(
            (userKey, entry) -> {
              if (readable(entry)) {
                given.put(userKey, entry.value);
                read(entry);
              }
            });
    return given;
  }

  // ---- all of it

  void clear(C cell) {
    values.remove(cell);
    lists.remove(cell);
    maps.remove(cell);
  }

  /** Whether a walk over keys meets it. */
  boolean isMet(C cell) {
    return readable(values.get(cell))
        || lists.getOrDefault(cell, List.of()).stream().anyMatch(this::readable)
        || map(cell).values().stream().anyMatch(this::readable);
  }

  /** A snapshot leaves out what is expired. */
  void snapshot() {
    values.values().removeIf(this::expired);
    lists.values().forEach(list -> list.removeIf(this::expired));
    maps.values().forEach(map -> map.values().removeIf(this::expired));
  }
}
