package io.streambed.tracking;

import io.streambed.tracking.StateMetrics.Sizes;
import java.util.AbstractCollection;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Measures some of the views of the maps of one state: how long it takes to make one, and some
 * steps of the walks over it. Of the others the caller gets the view that was made, which is not
 * slowed down. This is not part of {@link TrackedMapTable}, since a table does not know which view
 * is made over it.
 *
 * <p>A view stays one of the key that was current when it was made, so that the size of that key is
 * taken then.
 *
 * <p>Threading: the task's thread.
 *
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
public final class MapViews<U, V> {
  private final StateMetrics<U, V> metrics;
  private final Supplier<?> namespace;
  private final Operation entriesInit;
  private final Operation keysInit;
  private final Operation valuesInit;
  private final Operation iteratorInit;
  private final Operation hasNext;
  private final Operation next;
  private final Operation remove;

  MapViews(StateMetrics<U, V> metrics, Supplier<?> namespace) {
    this.metrics = metrics;
    this.namespace = namespace;
    this.entriesInit = metrics.operation("EntriesInit");
    this.keysInit = metrics.operation("KeysInit");
    this.valuesInit = metrics.operation("ValuesInit");
    this.iteratorInit = metrics.operation("IteratorInit");
    this.hasNext = metrics.step("IteratorHasNext", Sizes.NONE);
    this.next = metrics.step("IteratorNext", Sizes.KEY_AND_VALUE);
    this.remove = metrics.step("IteratorRemove", Sizes.NONE);
  }

  /**
   * The entries.
   *
   * @param made makes the view
   * @return it, or one over it that is measured
   */
  public Set<Map.Entry<U, V>> entries(Supplier<Set<Map.Entry<U, V>>> made) {
    long begin = entriesInit.begin();
    Set<Map.Entry<U, V>> view = made.get();
    if (begin == Operation.NOT_MEASURED) {
      return view;
    }
    entriesInit.ended(begin);
    return new SetView<>(view, sizesOfEntries());
  }

  /**
   * The user keys.
   *
   * @param made makes the view
   * @return it, or one over it that is measured
   */
  public Set<U> keys(Supplier<Set<U>> made) {
    long begin = keysInit.begin();
    Set<U> view = made.get();
    if (begin == Operation.NOT_MEASURED) {
      return view;
    }
    keysInit.ended(begin);
    long sizeOfKey = sizeOfKey();
    return new SetView<>(view, userKey -> metrics.keySize(next, sizeOfKey, userKey));
  }

  /**
   * The values.
   *
   * @param made makes the view
   * @return it, or one over it that is measured
   */
  public Collection<V> values(Supplier<Collection<V>> made) {
    long begin = valuesInit.begin();
    Collection<V> view = made.get();
    if (begin == Operation.NOT_MEASURED) {
      return view;
    }
    valuesInit.ended(begin);
    return new AbstractCollection<>() {
      @Override
      public Iterator<V> iterator() {
        return new Walk<>(view.iterator(), value -> metrics.valueSize(next, value));
      }

      @Override
      public int size() {
        return view.size();
      }

      @Override
      public boolean isEmpty() {
        return view.isEmpty();
      }
    };
  }

  /**
   * An iterator over the entries.
   *
   * @param made makes the iterator
   * @return it, or one over it that is measured
   */
  public Iterator<Map.Entry<U, V>> iterator(Supplier<Iterator<Map.Entry<U, V>>> made) {
    long begin = iteratorInit.begin();
    Iterator<Map.Entry<U, V>> iterator = made.get();
    if (begin == Operation.NOT_MEASURED) {
      return iterator;
    }
    iteratorInit.ended(begin);
    return new Walk<>(iterator, sizesOfEntries());
  }

  private long sizeOfKey() {
    return next.measuresSizes() ? metrics.sizeOfKey(namespace.get()) : 0;
  }

  private Consumer<Map.Entry<U, V>> sizesOfEntries() {
    long sizeOfKey = sizeOfKey();
    return entry -> {
      metrics.keySize(next, sizeOfKey, entry.getKey());
      metrics.valueSize(next, entry.getValue());
    };
  }

  private final class SetView<R> extends AbstractSet<R> {
    private final Set<R> view;
    private final Consumer<R> sizes;

    SetView(Set<R> view, Consumer<R> sizes) {
      this.view = view;
      this.sizes = sizes;
    }

    @Override
    public Iterator<R> iterator() {
      return new Walk<>(view.iterator(), sizes);
    }

    @Override
    public int size() {
      return view.size();
    }

    @Override
    public boolean isEmpty() {
      return view.isEmpty();
    }
  }

  private final class Walk<R> implements Iterator<R> {
    private final Iterator<R> iterator;
    private final Consumer<R> sizes;

    Walk(Iterator<R> iterator, Consumer<R> sizes) {
      this.iterator = iterator;
      this.sizes = sizes;
    }

    @Override
    public boolean hasNext() {
      long begin = hasNext.begin();
      boolean more = iterator.hasNext();
      hasNext.ended(begin);
      return more;
    }

    @Override
    public R next() {
      long begin = next.begin();
      R given = iterator.next();
      if (next.ended(begin)) {
        sizes.accept(given);
      }
      return given;
    }

    @Override
    public void remove() {
      long begin = remove.begin();
      iterator.remove();
      remove.ended(begin);
    }
  }
}
