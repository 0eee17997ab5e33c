package io.streambed.keyed;

import io.streambed.serial.Serializer;
import io.streambed.state.MapState;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;

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
  public void put(UK key, UV value) {
    table.put(key, value, 0);
  }

  @Override
  public void putAll(Map<UK, UV> map) {
    // All are checked first: a null among them must not leave half of them put.
    for (UK key : map.keySet()) {
      Objects.requireNonNull(key, "a user key must not be null");
    }
    for (Map.Entry<UK, UV> entry : map.entrySet()) {
      table.put(entry.getKey(), entry.getValue(), 0);
    }
  }

  @Override
  public void remove(UK key) {
    table.remove(key);
  }

  @Override
  public boolean contains(UK key) {
    return table.contains(key);
  }

  @Override
  public Iterable<Map.Entry<UK, UV>> entries() {
    return this::iterator;
  }

  @Override
  public Iterable<UK> keys() {
    return () -> new Walk<>(MapCursor::key);
  }

  @Override
  public Iterable<UV> values() {
    return () -> new Walk<>(MapCursor::value);
  }

  @Override
  public Iterator<Map.Entry<UK, UV>> iterator() {
    return new Walk<>(cursor -> new LiveEntry(cursor.key(), cursor.value()));
  }

  @Override
  public boolean isEmpty() {
    return table.isEmpty();
  }

  /** An iterator over a cursor; it removes through the table, by the user key it gave last. */
  private final class Walk<R> implements Iterator<R> {
    private final MapCursor<UK, UV> cursor = table.entriesCursor();
    private final Function<MapCursor<UK, UV>, R> view;
    private boolean ahead;
    private UK removable;

    Walk(Function<MapCursor<UK, UV>, R> view) {
      this.view = view;
    }

    @Override
    public boolean hasNext() {
      if (!ahead) {
        ahead = cursor.advance();
      }
      return ahead;
    }

    @Override
    public R next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ahead = false;
      removable = cursor.key();
      return view.apply(cursor);
    }

    @Override
    public void remove() {
      if (removable == null) {
        throw new IllegalStateException("remove() follows next(), once");
      }
      table.remove(removable);
      removable = null;
    }
  }

  /** An entry that writes through to the map of the current key. */
  private final class LiveEntry implements Map.Entry<UK, UV> {
    private final UK key;
    private UV value;

    LiveEntry(UK key, UV value) {
      this.key = key;
      this.value = value;
    }

    @Override
    public UK getKey() {
      return key;
    }

    @Override
    public UV getValue() {
      return value;
    }

    @Override
    public UV setValue(UV newValue) {
      UV old = value;
      table.put(key, newValue, 0);
      value = newValue;
      return old;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Map.Entry<?, ?> that
          && Objects.equals(key, that.getKey())
          && Objects.equals(value, that.getValue());
    }

    @Override
    public int hashCode() {
      return Objects.hashCode(key) ^ Objects.hashCode(value);
    }

    @Override
    public String toString() {
      return key + "=" + value;
    }
  }
}
