package io.streambed.heap;

import io.streambed.error.InvariantViolationException;
import io.streambed.store.IndexField;
import java.util.Arrays;

/**
 * A heap of elements, with their numbers and ties beside them. Where elements have an {@link
 * IndexField}, it says where in the heap they are, as a negative number: those in a {@link
 * PriorityBucket} have others. It is checked, and a search comes after all if it is wrong.
 *
 * <p>Each element has {@link #ARITY} elements directly below it, not two as in a binary heap: the
 * write to the field of an element that moves misses the cache, and a flatter heap moves fewer.
 *
 * <p>The place of a removed element stays empty until the next change. Whoever puts a timer off
 * deletes it and registers another one: that one takes the place, and no third element moves.
 */
final class PriorityHeap<T> {
  private static final int MIN_CAPACITY = 8;

  /** How many elements are directly below one. Their numbers fit into a line of the cache. */
  private static final int ARITY = 4;

  private static final int NONE = -1;

  private final ElementOrder<T> order;

  /** Null if elements have none. */
  private final IndexField<? super T> field;

  private Object[] elements = new Object[MIN_CAPACITY];
  private long[] numbers = new long[MIN_CAPACITY];
  private int[] ties = new int[MIN_CAPACITY];

  /** How many places are used, the empty one included. */
  private int count;

  /** The place whose element was removed last, or {@link #NONE}. */
  private int empty = NONE;

  /**
   * An empty heap.
   *
   * @param field null if elements have none
   */
  PriorityHeap(ElementOrder<T> order, IndexField<? super T> field) {
    this.order = order;
    this.field = field;
  }

  int size() {
    return empty == NONE ? count : count - 1;
  }

  /** Whether the next addition needs larger arrays. */
  boolean full() {
    return count == elements.length && empty == NONE;
  }

  @SuppressWarnings("unchecked")
  private T get(int at) {
    return (T) elements[at];
  }

  /** The first element, or null. */
  T peek() {
    if (empty == 0) {
      fillEmpty();
    }
    return get(0);
  }

  /** All elements, in no order. */
  Object[] toArray() {
    fillEmpty();
    return Arrays.copyOf(elements, count);
  }

  /** Replaces what is there by the first elements of an array, at least one. */
  void load(Object[] source, int newCount) {
    int capacity = Math.max(MIN_CAPACITY, newCount);
    elements = Arrays.copyOf(source, capacity);
    Arrays.fill(elements, newCount, capacity, null);
    numbers = new long[capacity];
    ties = new int[capacity];
    count = newCount;
    empty = NONE;
    for (int at = 0; at < count; at++) {
      set(at, get(at), order.number(get(at)), order.tie(get(at)));
    }
    for (int at = (count - 1) / ARITY; at >= 0; at--) {
      siftDown(at, get(at), numbers[at], ties[at]);
    }
  }

  void add(T element, long number, int tie) {
    if (empty != NONE) {
      int at = empty;
      empty = NONE;
      place(at, element, number, tie);
      return;
    }
    if (full()) {
      resize(2 * count);
    }
    siftUp(count++, element, number, tie);
  }

  /** Puts an element where another one was, or above or below that. */
  private void place(int at, T element, long number, int tie) {
    if (at > 0 && !before((at - 1) / ARITY, element, number, tie)) {
      siftUp(at, element, number, tie);
    } else {
      siftDown(at, element, number, tie);
    }
  }

  private void resize(int capacity) {
    elements = Arrays.copyOf(elements, capacity);
    numbers = Arrays.copyOf(numbers, capacity);
    ties = Arrays.copyOf(ties, capacity);
  }

  /** Removes an element, this very object, if its field says rightly that it is in here. */
  boolean removeNoted(T element) {
    fillEmpty();
    int at = field == null ? count : ~field.get(element);
    if (at < 0 || at >= count || elements[at] != element) {
      return false;
    }
    empty(at);
    return true;
  }

  /** Removes an element that is there: this very object. */
  void remove(T element) {
    fillEmpty();
    empty(find(elements, count, element));
  }

  /** Where an object is among the first of an array; it is there. */
  static int find(Object[] elements, int count, Object element) {
    for (int at = 0; at < count; at++) {
      if (elements[at] == element) {
        return at;
      }
    }
    throw new InvariantViolationException("an element is not where its priority is");
  }

  /** Removes the first element; there is one. */
  void removeFirst() {
    fillEmpty();
    empty(0);
  }

  private void empty(int at) {
    elements[at] = null;
    empty = at;
  }

  /** Moves the last element to the empty place, if there is one. */
  private void fillEmpty() {
    if (empty != NONE) {
      int at = empty;
      empty = NONE;
      int last = --count;
      if (at < last) {
        T moved = get(last);
        elements[last] = null;
        place(at, moved, numbers[last], ties[last]);
      }
      if (count < elements.length / 4 && elements.length > 2 * MIN_CAPACITY) {
        resize(elements.length / 2);
      }
    }
  }

  /** Whether what is at a place comes before an element. */
  private boolean before(int at, T element, long number, int tie) {
    return numbers[at] != number
        ? numbers[at] < number
        : order.compareRest(get(at), ties[at], element, tie) < 0;
  }

  private void siftUp(int from, T element, long number, int tie) {
    int at = from;
    while (at > 0 && !before((at - 1) / ARITY, element, number, tie)) {
      move((at - 1) / ARITY, at);
      at = (at - 1) / ARITY;
    }
    set(at, element, number, tie);
  }

  private void siftDown(int from, T element, long number, int tie) {
    int at = from;
    int below = firstBelow(at);
    while (below < count && before(below, element, number, tie)) {
      move(below, at);
      at = below;
      below = firstBelow(at);
    }
    set(at, element, number, tie);
  }

  /** Where the first of the elements below one is; the number of elements or more if none is. */
  private int firstBelow(int at) {
    int first = ARITY * at + 1;
    int end = Math.min(first + ARITY, count);
    for (int other = first + 1; other < end; other++) {
      if (before(other, get(first), numbers[first], ties[first])) {
        first = other;
      }
    }
    return first;
  }

  private void move(int from, int to) {
    set(to, get(from), numbers[from], ties[from]);
  }

  private void set(int at, T element, long number, int tie) {
    elements[at] = element;
    numbers[at] = number;
    ties[at] = tie;
    if (field != null) {
      field.set(element, ~at);
    }
  }

  /** Fails if an element is before the one above it. */
  void checkInvariants() {
    fillEmpty();
    for (int at = 1; at < count; at++) {
      int parent = (at - 1) / ARITY;
      if (before(at, get(parent), numbers[parent], ties[parent])) {
        throw new InvariantViolationException("element " + at + " is before the one above it");
      }
    }
  }
}
