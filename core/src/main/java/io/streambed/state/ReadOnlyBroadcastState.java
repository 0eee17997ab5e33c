package io.streambed.state;

import java.util.Map;

/**
 * Broadcast state as the keyed side sees it: the same on every subtask, for reading.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface ReadOnlyBroadcastState<K, V> extends State {
  /**
   * The value of a key.
   *
   * @param key the key, not null
   * @return the value; null if there is none or it is null
   */
  V get(K key);

  /**
   * Whether a key is there.
   *
   * @param key the key, not null
   * @return true if so
   */
  boolean contains(K key);

  /**
   * All entries.
   *
   * @return an unmodifiable view in order of first insertion
   */
  Iterable<Map.Entry<K, V>> immutableEntries();
}
