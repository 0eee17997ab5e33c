package io.streambed.entry;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.RandomAccess;

/**
 * A list that is kept as bytes, for stores of such: an iteration reads it element by element, and
 * stops where its reader stops; whoever asks for its size or for an element by index has all of it
 * read, once. It cannot be changed.
 *
 * @param <E> the type of the elements
 */
public abstract class DecodedList<E> extends AbstractList<E> implements RandomAccess {
  private List<E> read;

  /** For stores only. */
  protected DecodedList() {}

  /**
   * Reads the elements from the bytes.
   *
   * @return a new iteration that begins with the first
   */
  protected abstract Iterator<E> decode();

  @Override
  public final Iterator<E> iterator() {
    return read == null ? decode() : read.iterator();
  }

  private List<E> read() {
    if (read == null) {
      List<E> all = new ArrayList<>();
      decode().forEachRemaining(all::add);
      read = List.copyOf(all);
    }
    return read;
  }

  @Override
  public final int size() {
    return read().size();
  }

  @Override
  public final E get(int index) {
    return read().get(index);
  }
}
