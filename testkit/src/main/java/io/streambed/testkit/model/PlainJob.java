package io.streambed.testkit.model;

import io.streambed.keyed.KeyAndNamespace;
import io.streambed.timer.KeyedTimer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The model: keyed state in plain collections. Values in it are never changed, only replaced, so
 * that copies may share them.
 */
final class PlainJob<K, N, U, V> {
  final Map<KeyAndNamespace<K, N>, V> value = new HashMap<>();
  final Map<KeyAndNamespace<K, N>, List<V>> list = new HashMap<>();
  final Map<KeyAndNamespace<K, N>, Map<U, V>> map = new HashMap<>();
  final Map<KeyAndNamespace<K, N>, V> reduce = new HashMap<>();
  final Map<KeyAndNamespace<K, N>, V> aggregate = new HashMap<>();
  final Set<KeyedTimer<K, N>> eventTimers = new HashSet<>();
  final Set<KeyedTimer<K, N>> processingTimers = new HashSet<>();

  PlainJob<K, N, U, V> copy() {
    PlainJob<K, N, U, V> copy = new PlainJob<>();
    copy.value.putAll(value);
    list.forEach((cell, elements) -> copy.list.put(cell, new ArrayList<>(elements)));
    map.forEach((cell, entries) -> copy.map.put(cell, new HashMap<>(entries)));
    copy.reduce.putAll(reduce);
    copy.aggregate.putAll(aggregate);
    copy.eventTimers.addAll(eventTimers);
    copy.processingTimers.addAll(processingTimers);
    return copy;
  }

  List<V> listOf(KeyAndNamespace<K, N> cell) {
    return list.computeIfAbsent(cell, c -> new ArrayList<>());
  }

  Map<U, V> mapOf(KeyAndNamespace<K, N> cell) {
    return map.computeIfAbsent(cell, c -> new HashMap<>());
  }

  /** Empty collections are no entries. */
  void settle(KeyAndNamespace<K, N> cell) {
    list.computeIfPresent(cell, (c, elements) -> elements.isEmpty() ? null : elements);
    map.computeIfPresent(cell, (c, entries) -> entries.isEmpty() ? null : entries);
  }
}
