package io.streambed.keyed;

import io.streambed.serial.Serializer;
import io.streambed.state.MapState;
import io.streambed.store.BoundMap;
import io.streambed.store.MapTable;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Map state over a table of maps.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <UK> the type of the user keys
 * @param <UV> the type of the values
 */
public class MapKind<K, N, UK, UV> extends KeyedKind<K, N> implements MapState<UK, UV> {
  private final MapTable<K, N, UK, UV> table;

  /**
   * Map state over a table.
   *
   * @param table what holds it
   * @param keySerializer of the keys
   * @param namespaceSerializer of the namespaces
   * @param valueSerializer of the values
   */
  public MapKind(
      MapTable<K, N, UK, UV> table,
      Serializer<K> keySerializer,
      Serializer<N> namespaceSerializer,
      Serializer<UV> valueSerializer) {
    super(table, keySerializer, namespaceSerializer, valueSerializer);
    this.table = table;
  }

  @Override
  public UV get(UK key) {
    return table.get(key);
  }

  @Override
  public Map<UK, UV> getAll(Collection<? extends UK> keys) {
    List<UK> asked = List.copyOf(keys);
    Iterator<UV> values = table.getAll(asked).iterator();
    Map<UK, UV> found = new LinkedHashMap<>();
    for (UK key : asked) {
      UV value = values.next();
      if (value != null) {
        found.put(key, value);
      }
    }
    return found;
  }

  @Override
  public void put(UK key, UV value) {
    table.put(key, value);
  }

  @Override
  public void putAll(Map<UK, UV> map) {
    table.putAll(map);
  }

  @Override
  public void remove(UK key) {
    table.remove(key);
  }

  @Override
  public boolean contains(UK key) {
    return table.contains(key);
  }

  /** As a set; to ask for its size is to walk over the map. */
  @Override
  public Set<Map.Entry<UK, UV>> entries() {
    BoundMap<UK, UV> map = table.bound();
    return LiveMap.entries(map);
  }

  /** As a set; to ask for its size, or for one key, is to walk over the map. */
  @Override
  public Set<UK> keys() {
    BoundMap<UK, UV> map = table.bound();
    return LiveMap.keys(map);
  }

  /** As a collection; to ask for its size is to walk over the map. */
  @Override
  public Collection<UV> values() {
    BoundMap<UK, UV> map = table.bound();
    return LiveMap.values(map);
  }

  @Override
  public Iterator<Map.Entry<UK, UV>> iterator() {
    BoundMap<UK, UV> map = table.bound();
    return LiveMap.entriesIterator(map);
  }

  @Override
  public boolean isEmpty() {
    return table.isEmpty();
  }
}
