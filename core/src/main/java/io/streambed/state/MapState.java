package io.streambed.state;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map. Each access touches one entry, never the whole map.
 *
 * @param <UK> the type of the user keys
 * @param <UV> the type of the values
 */
public interface MapState<UK, UV> extends State {
  /**
   * The value of a user key.
   *
   * @param key the user key, not null
   * @return the value; null if there is none or it is null
   */
  UV get(UK key);

  /**
   * The values of many user keys: one look-up for all where the store is not in memory.
   *
   * @param keys the user keys, none null
   * @return the values by user key, in the order in which those are asked for, without those that
   *     are not there or have a null value
   */
  default Map<UK, UV> getAll(Collection<? extends UK> keys) {
    Map<UK, UV> found = new LinkedHashMap<>();
    for (UK key : keys) {
      UV value = get(key);
      if (value != null) {
        found.put(key, value);
      }
    }
    return found;
  }

  /**
   * Sets the value of a user key.
   *
   * @param key the user key, not null
   * @param value the value; may be null
   */
  void put(UK key, UV value);

  /**
   * Sets many values.
   *
   * @param map the entries; user keys not null
   */
  void putAll(Map<UK, UV> map);

  /**
   * Removes a user key and its value, if there.
   *
   * @param key the user key, not null
   */
  void remove(UK key);

  /**
   * Whether a user key is there, with a value or null.
   *
   * @param key the user key, not null
   * @return true if so
   */
  boolean contains(UK key);

  /**
   * The entries, to iterate over as often as wanted.
   *
   * @return a live view of the current key's map, which prints as a set; iterators support {@code
   *     remove}, entries {@code setValue}; never null
   */
  Iterable<Map.Entry<UK, UV>> entries();

  /**
   * The user keys.
   *
   * @return a live view of the current key's map, which prints as a set; iterators support {@code
   *     remove}; never null
   */
  Iterable<UK> keys();

  /**
   * The values.
   *
   * @return a live view of the current key's map, which prints as a collection; iterators support
   *     {@code remove}; never null
   */
  Iterable<UV> values();

  /**
   * One iteration over the entries.
   *
   * @return an iterator over the current key's map that supports {@code remove}; never null
   */
  Iterator<Map.Entry<UK, UV>> iterator();

  /**
   * Whether there is no entry.
   *
   * @return true if empty
   */
  boolean isEmpty();
}
