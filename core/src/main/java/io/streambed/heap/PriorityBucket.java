package io.streambed.heap;

import io.streambed.store.IndexField;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * One of the {@link PriorityBuckets} behind the first: elements in no order. Where elements have an
 * {@link IndexField}, it says which bucket they are in and where, so that one that is removed is
 * not searched. What the field says is checked, and a search comes after all if it is wrong.
 */
final class PriorityBucket<T> {
  /** So many bits of a field say where in its bucket an element is, the others which bucket. */
  private static final int SLOT_BITS = 12;

  private static final int MAX_SLOT = (1 << SLOT_BITS) - 1;

  /** The number of this among those that are there; another one may get it afterwards. */
  final int id;

  private final IndexField<? super T> field;

  /**
   * The elements, with nulls between them where some were removed. None is moved to fill a gap: the
   * write to its field would miss the cache, and the next addition would wait for it.
   */
  private Object[] elements;

  private int size;

  /** Where the search for a free slot goes on. */
  private int next;

  /**
   * A bucket.
   *
   * @param field null if elements have none
   * @param id from 0 on
   * @param elements taken over; nulls behind the first {@code size}
   */
  PriorityBucket(IndexField<? super T> field, int id, Object[] elements, int size) {
    this.field = field;
    this.id = id;
    replaceAll(elements, size);
  }

  /** The number of the bucket that an element is in, if its field is right. */
  static <T> int idIn(IndexField<? super T> field, T element) {
    return field.get(element) >>> SLOT_BITS;
  }

  /** A number or a slot that is too large for its bits is noted wrongly, and found by a search. */
  private void note(int slot) {
    if (field != null) {
      field.set(get(slot), (id << SLOT_BITS) | (slot & MAX_SLOT));
    }
  }

  @SuppressWarnings("unchecked")
  private T get(int slot) {
    return (T) elements[slot];
  }

  int size() {
    return size;
  }

  int capacity() {
    return elements.length;
  }

  boolean full() {
    return size == elements.length;
  }

  /** All elements, in no order. */
  Object[] toArray() {
    Object[] all = new Object[size];
    int count = 0;
    for (Object element : elements) {
      if (element != null) {
        all[count++] = element;
      }
    }
    return all;
  }

  /** Takes another array over; nulls behind the first {@code newSize} elements. */
  void replaceAll(Object[] newElements, int newSize) {
    elements = newElements;
    size = newSize;
    next = newSize;
    for (int slot = 0; slot < size; slot++) {
      note(slot);
    }
  }

  void grow(int capacity) {
    next = elements.length;
    elements = Arrays.copyOf(elements, capacity);
  }

  /**
   * Adds an element; there is room. The search passes each element once before it comes to a slot
   * that was freed behind it.
   */
  void add(T element) {
    int slot = next < elements.length ? next : 0;
    while (elements[slot] != null) {
      slot = slot + 1 < elements.length ? slot + 1 : 0;
    }
    elements[slot] = element;
    note(slot);
    next = slot + 1;
    size++;
  }

  /** Removes an element, this very object, if its field says rightly that it is in here. */
  boolean removeNoted(T element) {
    int slot = field.get(element) & MAX_SLOT;
    if (slot >= elements.length || elements[slot] != element) {
      return false;
    }
    elements[slot] = null;
    size--;
    return true;
  }

  /** Removes an element that is there: this very object. */
  void remove(T element) {
    if (field == null || !removeNoted(element)) {
      elements[PriorityHeap.find(elements, elements.length, element)] = null;
      size--;
    }
  }

  /** Gives each element, in no order. */
  void forEach(Consumer<? super T> visitor) {
    for (int slot = 0; slot < elements.length; slot++) {
      if (elements[slot] != null) {
        visitor.accept(get(slot));
      }
    }
  }
}
