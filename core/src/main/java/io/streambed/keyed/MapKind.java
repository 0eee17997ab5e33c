package io.streambed.keyed;

import io.streambed.serial.Serializer;
import io.streambed.state.MapState;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import java.util.AbstractMap.SimpleEntry;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;

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
    return () -> {
      MapCursor<UK, UV> cursor = table.entriesCursor();
      return new Keys(cursor);
    };
  }

  @Override
  public Iterable<UV> values() {
    return () -> {
      MapCursor<UK, UV> cursor = table.entriesCursor();
      return new Values(cursor);
    };
  }

  @Override
  public Iterator<Map.Entry<UK, UV>> iterator() {
    MapCursor<UK, UV> cursor = table.entriesCursor();
    return new Entries(cursor);
  }

  @Override
  public boolean isEmpty() {
    return table.isEmpty();
  }

  /**
   * An iterator over a cursor; it removes through the table, by the user key it gave last.
   *
   * <p>Cursors, keys and values are made before the objects that take them: only then the compiler
   * sees that none of them has to be allocated.
   */
  private abstract class Walk<R> implements Iterator<R> {
    final MapCursor<UK, UV> cursor;

    /** Whether the cursor is at an entry that was not given yet. */
    private boolean ahead;

    private boolean removable;

    Walk(MapCursor<UK, UV> cursor) {
      this.cursor = cursor;
    }

    @Override
    public final boolean hasNext() {
      return ahead || (ahead = cursor.advance());
    }

    /** Gives the entry that the cursor is at from now on. */
    final void step() {
      // The flag is asked first: after hasNext() nothing more of the walk is compiled into next().
      if (!ahead && !cursor.advance()) {
        throw new NoSuchElementException();
      }
      ahead = false;
      removable = true;
    }

    @Override
    public final void remove() {
      if (!removable) {
        throw new IllegalStateException("remove() follows next(), once");
      }
      table.remove(ahead ? cursor.previousKey() : cursor.key());
      removable = false;
    }
  }

  private final class Entries extends Walk<Map.Entry<UK, UV>> {
    Entries(MapCursor<UK, UV> cursor) {
      super(cursor);
    }

    @Override
    public Map.Entry<UK, UV> next() {
      step();
      UK key = cursor.key();
      UV value = cursor.value();
      return new LiveEntry(key, value);
    }
  }

  private final class Keys extends Walk<UK> {
    Keys(MapCursor<UK, UV> cursor) {
      super(cursor);
    }

    @Override
    public UK next() {
      step();
      return cursor.key();
    }
  }

  private final class Values extends Walk<UV> {
    Values(MapCursor<UK, UV> cursor) {
      super(cursor);
    }

    @Override
    public UV next() {
      step();
      return cursor.value();
    }
  }

  /** An entry that writes through to the map of the current key. */
  @SuppressWarnings("serial")
  private final class LiveEntry extends SimpleEntry<UK, UV> {
    LiveEntry(UK key, UV value) {
      super(key, value);
    }

    @Override
    public UV setValue(UV newValue) {
      table.put(getKey(), newValue, 0);
      return super.setValue(newValue);
    }
  }
}
