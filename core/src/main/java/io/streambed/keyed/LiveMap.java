package io.streambed.keyed;

import io.streambed.store.BoundMap;
import io.streambed.store.MapCursor;
import java.util.AbstractCollection;
import java.util.AbstractMap.SimpleEntry;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Live views of one map: entries, user keys and values, as the standard collections of a Java map.
 * Whatever is changed through them changes the map that they were made of, whichever key and
 * namespace are current by then.
 *
 * <p>Bound maps, cursors, keys and values are made before the objects that take them: only then the
 * compiler sees that none of them has to be allocated.
 */
final class LiveMap {
  private LiveMap() {}

  /** The entries; their {@code setValue} writes through. */
  static <UK, UV> Set<Map.Entry<UK, UV>> entries(BoundMap<UK, UV> map) {
    return new SetView<Map.Entry<UK, UV>>(map) {
      @Override
      public Iterator<Map.Entry<UK, UV>> iterator() {
        return entriesIterator(map);
      }
    };
  }

  /** The user keys. */
  static <UK, UV> Set<UK> keys(BoundMap<UK, UV> map) {
    return new SetView<UK>(map) {
      @Override
      public Iterator<UK> iterator() {
        MapCursor<UK, UV> cursor = map.cursor();
        return new Keys<>(map, cursor);
      }
    };
  }

  /** The values. */
  static <UK, UV> Collection<UV> values(BoundMap<UK, UV> map) {
    return new AbstractCollection<>() {
      @Override
      public Iterator<UV> iterator() {
        MapCursor<UK, UV> cursor = map.cursor();
        return new Values<>(map, cursor);
      }

      @Override
      public int size() {
        return count(map);
      }

      @Override
      public boolean isEmpty() {
        return none(map);
      }
    };
  }

  /** What entries and user keys have in common. */
  private abstract static class SetView<R> extends AbstractSet<R> {
    private final BoundMap<?, ?> viewed;

    SetView(BoundMap<?, ?> viewed) {
      this.viewed = viewed;
    }

    @Override
    public final int size() {
      return count(viewed);
    }

    @Override
    public final boolean isEmpty() {
      return none(viewed);
    }
  }

  /** One iteration over the entries. */
  static <UK, UV> Iterator<Map.Entry<UK, UV>> entriesIterator(BoundMap<UK, UV> map) {
    MapCursor<UK, UV> cursor = map.cursor();
    return new Entries<>(map, cursor);
  }

  /** Walks over the map: a table does not keep the size of each. */
  private static int count(BoundMap<?, ?> map) {
    int count = 0;
    for (MapCursor<?, ?> cursor = map.cursor(); cursor.advance(); ) {
      count++;
    }
    return count;
  }

  private static boolean none(BoundMap<?, ?> map) {
    return !map.cursor().advance();
  }

  /** An iterator over a cursor; it removes from the map by the user key that it gave last. */
  private abstract static class Walk<UK, UV, R> implements Iterator<R> {
    final BoundMap<UK, UV> map;
    final MapCursor<UK, UV> cursor;

    /** Whether the cursor is at an entry that was not given yet. */
    private boolean ahead;

    private boolean removable;

    Walk(BoundMap<UK, UV> map, MapCursor<UK, UV> cursor) {
      this.map = map;
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
      map.remove(ahead ? cursor.previousKey() : cursor.key());
      removable = false;
    }
  }

  private static final class Entries<UK, UV> extends Walk<UK, UV, Map.Entry<UK, UV>> {
    Entries(BoundMap<UK, UV> map, MapCursor<UK, UV> cursor) {
      super(map, cursor);
    }

    @Override
    public Map.Entry<UK, UV> next() {
      step();
      UK key = cursor.key();
      UV value = cursor.value();
      return new LiveEntry<>(map, key, value);
    }
  }

  private static final class Keys<UK, UV> extends Walk<UK, UV, UK> {
    Keys(BoundMap<UK, UV> map, MapCursor<UK, UV> cursor) {
      super(map, cursor);
    }

    @Override
    public UK next() {
      step();
      return cursor.key();
    }
  }

  private static final class Values<UK, UV> extends Walk<UK, UV, UV> {
    Values(BoundMap<UK, UV> map, MapCursor<UK, UV> cursor) {
      super(map, cursor);
    }

    @Override
    public UV next() {
      step();
      return cursor.value();
    }
  }

  /**
   * An entry that writes through to its map.
   *
   * @param <UK> the type of the map's keys
   * @param <UV> the type of the map's values
   */
  @SuppressWarnings("serial")
  private static final class LiveEntry<UK, UV> extends SimpleEntry<UK, UV> {
    private final BoundMap<UK, UV> map;

    LiveEntry(BoundMap<UK, UV> map, UK key, UV value) {
      super(key, value);
      this.map = map;
    }

    @Override
    public UV setValue(UV newValue) {
      map.put(getKey(), newValue);
      return super.setValue(newValue);
    }
  }
}
