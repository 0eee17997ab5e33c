package io.streambed.keyed;

import io.streambed.serial.Serializer;
import io.streambed.state.ValueState;
import io.streambed.store.ValueTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Value state over a table of values.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <V> the type of the value
 */
public class ValueKind<K, N, V> extends KeyedKind<K, N> implements ValueState<V> {
  private final ValueTable<K, N, V> table;
  private final Serializer<V> serializer;
  private final V defaultValue;

  /**
   * Value state over a table.
   *
   * @param table what holds it
   * @param keySerializer of the keys
   * @param namespaceSerializer of the namespaces
   * @param serializer of the value
   * @param defaultValue given where there is none; may be null
   */
  public ValueKind(
      ValueTable<K, N, V> table,
      Serializer<K> keySerializer,
      Serializer<N> namespaceSerializer,
      Serializer<V> serializer,
      V defaultValue) {
    super(table, keySerializer, namespaceSerializer, serializer);
    this.table = table;
    this.serializer = serializer;
    this.defaultValue = defaultValue;
  }

  @Override
  public V value() {
    V value = table.get();
    return value != null ? value : defaultValue();
  }

  /**
   * The values of many keys in the current namespace: one look-up for all where the store is not in
   * memory. The current key stays what it is.
   *
   * @param keys keys of this backend's key groups, none null
   * @return a value for each key in their order: the default, or null, where there is none
   * @throws IllegalArgumentException if a key is of another subtask
   */
  public List<V> getAll(Collection<? extends K> keys) {
    List<V> values = new ArrayList<>(table.getAll(List.copyOf(keys)));
    values.replaceAll(value -> value != null ? value : defaultValue());
    return values;
  }

  private V defaultValue() {
    return defaultValue == null ? null : serializer.copy(defaultValue);
  }

  @Override
  public void update(V value) {
    if (value == null) {
      table.clear();
    } else {
      table.put(value);
    }
  }
}
