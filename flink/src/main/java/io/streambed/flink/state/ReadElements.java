package io.streambed.flink.state;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.RandomAccess;

/**
 * The elements of a list state as its reader got them: a list that is the reader's own, as Flink's
 * jobs expect it. The first change makes it a copy; that does not change the state: evictors of
 * windows thin out what they read, and write back what is left of it.
 */
final class ReadElements<E> extends AbstractList<E> implements RandomAccess {
  private List<E> elements;
  private boolean own;

  ReadElements(List<E> elements) {
    this.elements = elements;
  }

  @Override
  public int size() {
    return elements.size();
  }

  @Override
  public E get(int index) {
    return elements.get(index);
  }

  @Override
  public E set(int index, E element) {
    return own().set(index, element);
  }

  @Override
  public void add(int index, E element) {
    own().add(index, element);
    modCount++;
  }

  @Override
  public E remove(int index) {
    E removed = own().remove(index);
    modCount++;
    return removed;
  }

  private List<E> own() {
    if (!own) {
      elements = new ArrayList<>(elements);
      own = true;
    }
    return elements;
  }

  @Override
  public Iterator<E> iterator() {
    if (own) {
      return super.iterator();
    }
    // Made before the object that takes it: only then neither has to be allocated.
    Iterator<E> source = elements.iterator();
    return new Reading(source);
  }

  /** An iteration that reads from the state up to the first removal. */
  private final class Reading implements Iterator<E> {
    private final Iterator<E> source;
    private int read;

    /** What is read from the first removal on. */
    private ListIterator<E> rest;

    Reading(Iterator<E> source) {
      this.source = source;
    }

    @Override
    public boolean hasNext() {
      return rest == null ? source.hasNext() : rest.hasNext();
    }

    @Override
    public E next() {
      if (rest != null) {
        return rest.next();
      }
      E element = source.next();
      read++;
      return element;
    }

    @Override
    public void remove() {
      if (rest == null) {
        if (read == 0) {
          throw new IllegalStateException("remove() follows next(), once");
        }
        if (own) {
          throw new ConcurrentModificationException();
        }
        rest = listIterator(read - 1);
        rest.next();
      }
      rest.remove();
    }
  }
}
