package io.streambed.heap;

import io.streambed.store.IndexField;
import java.util.Arrays;

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
  private Object[] elements;
  private int count;

  /**
   * A bucket.
   *
   * @param field null if elements have none
   * @param id from 0 on
   * @param elements taken over; what is behind the first {@code count} is null
   */
  PriorityBucket(IndexField<? super T> field, int id, Object[] elements, int count) {
    this.field = field;
    this.id = id;
    replaceAll(elements, count);
  }

  /** The number of the bucket that an element is in, if its field is right. */
  static <T> int idIn(IndexField<? super T> field, T element) {
    return field.get(element) >>> SLOT_BITS;
  }

  /** A number or a slot that is too large for its bits is noted wrongly, and found by a search. */
  private void note(int slot) {
    if (field != null) {
      field.set(get(slot), id << SLOT_BITS | slot & MAX_SLOT);
    }
  }

  int size() {
    return count;
  }

  @SuppressWarnings("unchecked")
  T get(int slot) {
    return (T) elements[slot];
  }

  /** The array that holds the elements; all that is behind the last one is null. */
  Object[] array() {
    return elements;
  }

  boolean full() {
    return count == elements.length;
  }

  /** Takes another array over. */
  void replaceAll(Object[] newElements, int newCount) {
    elements = newElements;
    count = newCount;
    for (int slot = 0; slot < count; slot++) {
      note(slot);
    }
  }

  void setCapacity(int capacity) {
    elements = Arrays.copyOf(elements, capacity);
  }

  /** Adds an element; there is room. */
  void add(T element) {
    elements[count] = element;
    note(count++);
  }

  /** Whether the field of an element, this very object, says rightly that it is in here. */
  boolean isNoted(T element) {
    int slot = field.get(element) & MAX_SLOT;
    return slot < elements.length && elements[slot] == element;
  }

  /** Removes an element that is there: this very object. */
  void remove(T element) {
    int slot =
        field != null && isNoted(element)
            ? field.get(element) & MAX_SLOT
            : PriorityHeap.find(elements, count, element);
    count--;
    if (slot < count) {
      elements[slot] = elements[count];
      note(slot);
    }
    elements[count] = null;
  }
}
