package io.streambed.state;

import java.util.Map;

/**
 * A map held in whole by every subtask of an operator. Each subtask must apply the same changes in
 * the same order; restored subtasks beyond the old parallelism take a copy.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface BroadcastState<K, V> extends ReadOnlyBroadcastState<K, V> {
  /**
   * Sets a value.
   *
   * @param key the key, not null
   * @param value the value; may be null
   */
  void put(K key, V value);

  /**
   * Sets many values.
   *
   * @param map the entries; keys not null
   */
  void putAll(Map<K, V> map);

  /**
   * Removes a key and its value, if there.
   *
   * @param key the key, not null
   */
  void remove(K key);

  /**
   * The entries, for iteration with removal.
   *
   * @return a live view in order of first insertion
   */
  Iterable<Map.Entry<K, V>> entries();
}
