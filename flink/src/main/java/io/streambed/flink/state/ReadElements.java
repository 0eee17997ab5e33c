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
    return own != null ? own.iterator() : new Reading();
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
    private Iterator<E> source = elements.iterator();
    private int read;
    private boolean removing;

    @Override
    public boolean hasNext() {
      return source.hasNext();
    }

    @Override
    public E next() {
      read++;
      return source.next();
    }

    @Override
    public void remove() {
      if (!removing) {
        if (read == 0) {
          throw new IllegalStateException("remove() follows next(), once");
        }
        removing = true;
        ListIterator<E> there = own().listIterator(read - 1);
        there.next();
        source = there;
      }
      source.remove();
    }
  }
}
