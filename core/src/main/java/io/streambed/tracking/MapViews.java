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
 * The views of the maps of one state, of which some calls are measured: how long it takes to make
 * one, and each step of a walk. A table does not know which view is made over it, so that whoever
 * makes views hands them over.
 *
 * <p>Threading: the task's thread.
 *
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
public final class MapViews<U, V> {
  private final StateMetrics<U, V> metrics;
  private final Operation entriesInit;
  private final Operation keysInit;
  private final Operation valuesInit;
  private final Operation iteratorInit;
  private final Operation hasNext;
  private final Operation next;
  private final Operation remove;

  MapViews(StateMetrics<U, V> metrics) {
    this.metrics = metrics;
    this.entriesInit = metrics.operation("EntriesInit");
    this.keysInit = metrics.operation("KeysInit");
    this.valuesInit = metrics.operation("ValuesInit");
    this.iteratorInit = metrics.operation("IteratorInit");
    this.hasNext = metrics.operation("IteratorHasNext");
    this.next = metrics.operation("IteratorNext", "Iterator", Sizes.KEY_AND_VALUE);
    this.remove = metrics.operation("IteratorRemove");
  }

  /**
   * The entries.
   *
   * @param made makes the view that is not measured
   * @return the same view
   */
  public Set<Map.Entry<U, V>> entries(Supplier<Set<Map.Entry<U, V>>> made) {
    return new SetView<>(measured(entriesInit, made), this::sizes);
  }

  /**
   * The user keys.
   *
   * @param made makes the view that is not measured
   * @return the same view
   */
  public Set<U> keys(Supplier<Set<U>> made) {
    return new SetView<>(measured(keysInit, made), userKey -> metrics.keySize(next, userKey));
  }

  /**
   * The values.
   *
   * @param made makes the view that is not measured
   * @return the same view
   */
  public Collection<V> values(Supplier<Collection<V>> made) {
    Collection<V> values = measured(valuesInit, made);
    return new AbstractCollection<>() {
      @Override
      public Iterator<V> iterator() {
        return new Walk<>(values.iterator(), value -> metrics.valueSize(next, value));
      }

      @Override
      public int size() {
        return values.size();
      }

      @Override
      public boolean isEmpty() {
        return values.isEmpty();
      }
    };
  }

  /**
   * An iterator over the entries.
   *
   * @param made makes the one that is not measured
   * @return the same iterator
   */
  public Iterator<Map.Entry<U, V>> iterator(Supplier<Iterator<Map.Entry<U, V>>> made) {
    return new Walk<>(measured(iteratorInit, made), this::sizes);
  }

  private void sizes(Map.Entry<U, V> entry) {
    metrics.keySize(next, entry.getKey());
    metrics.valueSize(next, entry.getValue());
  }

  private static <R> R measured(Operation init, Supplier<R> made) {
    if (!init.isSampled()) {
      return made.get();
    }
    long begin = init.begin();
    R view = made.get();
    init.ended(begin);
    return view;
  }

  private final class SetView<R> extends AbstractSet<R> {
    private final Set<R> set;
    private final Consumer<R> sizes;

    SetView(Set<R> set, Consumer<R> sizes) {
      this.set = set;
      this.sizes = sizes;
    }

    @Override
    public Iterator<R> iterator() {
      return new Walk<>(set.iterator(), sizes);
    }

    @Override
    public int size() {
      return set.size();
    }

    @Override
    public boolean isEmpty() {
      return set.isEmpty();
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
      if (!hasNext.isSampled()) {
        return iterator.hasNext();
      }
      long begin = hasNext.begin();
      boolean more = iterator.hasNext();
      hasNext.ended(begin);
      return more;
    }

    @Override
    public R next() {
      if (!next.isSampled()) {
        return iterator.next();
      }
      long begin = next.begin();
      R given = iterator.next();
      next.ended(begin);
      sizes.accept(given);
      return given;
    }

    @Override
    public void remove() {
      if (!remove.isSampled()) {
        iterator.remove();
        return;
      }
      long begin = remove.begin();
      iterator.remove();
      remove.ended(begin);
    }
  }
}
