package io.streambed.flink.state;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;

/**
 * The elements of a list state as its reader got them. The first removal makes them a list of their
 * own: evictors of windows thin out what they read, and write back what is left of it.
 */
final class ReadElements<E> implements Iterable<E> {
  private Iterable<E> elements;
  private List<E> own;

  ReadElements(Iterable<E> elements) {
    this.elements = elements;
  }

  @Override
  public Iterator<E> iterator() {
    if (own != null) {
      return own.iterator();
    }
    // Made before the object that takes it: only then neither has to be allocated.
    Iterator<E> source = elements.iterator();
    return new Reading(source);
  }

  private List<E> own() {
    if (own == null) {
      own = new ArrayList<>();
      elements.forEach(own::add);
      elements = own;
    }
    return own;
  }

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
        rest = own().listIterator(read - 1);
        rest.next();
      }
      rest.remove();
    }
  }
}
