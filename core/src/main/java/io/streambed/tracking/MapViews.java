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
 * The views of the maps of one state, of which some are measured: how long it takes to make one,
 * and some steps of the walks over it. Whoever gets another view walks as fast as without this:
 * there are many steps, and each is short. A table does not know which view is made over it, so
 * that whoever makes views hands them over.
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
    this.hasNext = metrics.step("IteratorHasNext", Sizes.NONE);
    this.next = metrics.step("IteratorNext", Sizes.KEY_AND_VALUE);
    this.remove = metrics.step("IteratorRemove", Sizes.NONE);
  }

  /**
   * The entries.
   *
   * @param made makes the view that is not measured
   * @return one over it
   */
  public Set<Map.Entry<U, V>> entries(Supplier<Set<Map.Entry<U, V>>> made) {
    long begin = entriesInit.begin();
    Set<Map.Entry<U, V>> view = made.get();
    entriesInit.ended(begin);
    return new SetView<>(view, begin != Operation.NOT_MEASURED, this::sizes);
  }

  /**
   * The user keys.
   *
   * @param made makes the view that is not measured
   * @return one over it
   */
  public Set<U> keys(Supplier<Set<U>> made) {
    long begin = keysInit.begin();
    Set<U> view = made.get();
    keysInit.ended(begin);
    return new SetView<>(view, begin != Operation.NOT_MEASURED, this::sizeOfKey);
  }

  /**
   * The values.
   *
   * @param made makes the view that is not measured
   * @return one over it
   */
  public Collection<V> values(Supplier<Collection<V>> made) {
    long begin = valuesInit.begin();
    Collection<V> view = made.get();
    valuesInit.ended(begin);
    boolean measured = begin != Operation.NOT_MEASURED;
    return new AbstractCollection<>() {
      @Override
      public Iterator<V> iterator() {
        Iterator<V> iterator = view.iterator();
        return new Walk<>(iterator, measured, value -> metrics.valueSize(next, value));
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
   * @param made makes the one that is not measured
   * @return one over it
   */
  public Iterator<Map.Entry<U, V>> iterator(Supplier<Iterator<Map.Entry<U, V>>> made) {
    long begin = iteratorInit.begin();
    Iterator<Map.Entry<U, V>> iterator = made.get();
    iteratorInit.ended(begin);
    return new Walk<>(iterator, begin != Operation.NOT_MEASURED, this::sizes);
  }

  private void sizes(Map.Entry<U, V> entry) {
    metrics.keySize(next, entry.getKey());
    metrics.valueSize(next, entry.getValue());
  }

  private void sizeOfKey(U userKey) {
    metrics.keySize(next, userKey);
  }

  private final class SetView<R> extends AbstractSet<R> {
    private final Set<R> view;
    private final boolean measured;
    private final Consumer<R> sizes;

    SetView(Set<R> view, boolean measured, Consumer<R> sizes) {
      this.view = view;
      this.measured = measured;
      this.sizes = sizes;
    }

    @Override
    public Iterator<R> iterator() {
      Iterator<R> iterator = view.iterator();
      return new Walk<>(iterator, measured, sizes);
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
    private final boolean measured;
    private final Consumer<R> sizes;

    Walk(Iterator<R> iterator, boolean measured, Consumer<R> sizes) {
      this.iterator = iterator;
      this.measured = measured;
      this.sizes = sizes;
    }

    private long begin(Operation step) {
      return measured ? step.begin() : Operation.NOT_MEASURED;
    }

    @Override
    public boolean hasNext() {
      long begin = begin(hasNext);
      boolean more = iterator.hasNext();
      hasNext.ended(begin);
      return more;
    }

    @Override
    public R next() {
      long begin = begin(next);
      R given = iterator.next();
      if (next.ended(begin)) {
        sizes.accept(given);
      }
      return given;
    }

    @Override
    public void remove() {
      long begin = begin(remove);
      iterator.remove();
      remove.ended(begin);
    }
  }
}
