package io.streambed.heap;

import io.streambed.error.InvariantViolationException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Elements in an order, for a queue that takes from its front: buckets one after the other, of
 * which only the first is in order, as a small heap. The others are not sorted: an element is
 * appended to the one it belongs to. Since ties are a part of the order, a removal finds the
 * element's bucket even where a million elements have the same priority.
 *
 * <p>Invariants: every bucket but the first holds elements that are not before its floor; all
 * elements of a bucket are before the floor of the next; the first bucket is empty only if it is
 * the only one, the others never are.
 *
 * <p>Cost: an addition is a binary search over the floors; a removal is that and a scan of a
 * bucket; taking the first element is a step in a small heap. A full bucket is parted in two, a
 * small one is joined with its neighbour. The longest pause is that of a bucket, and of moving the
 * list of buckets, some bytes for each.
 */
final class PriorityBuckets<T> {
  /** How many elements a bucket takes while there are few buckets. */
  private static final int MIN_CAPACITY = 64;

  /**
   * Buckets take twice as many elements once there are so many buckets for each element that one
   * takes: neither the scan of a bucket nor moving the list of buckets may get long.
   */
  private static final int BUCKETS_FOR_CAPACITY = 16;

  /** A bucket is parted at the middle one of so many of its elements. */
  private static final int SAMPLES = 9;

  private static final int FIRST_BUCKETS = 4;

  private final ElementOrder<T> order;
  private final PriorityHeap<T> first;

  /**
   * The buckets from 1 on: their elements, how many these are, and their floors with the number and
   * the tie of each. Side by side, so that the search for a bucket stays in the cache.
   */
  private Object[][] buckets = new Object[FIRST_BUCKETS][];

  private int[] counts = new int[FIRST_BUCKETS];
  private Object[] floors = new Object[FIRST_BUCKETS];
  private long[] floorNumbers = new long[FIRST_BUCKETS];
  private int[] floorTies = new int[FIRST_BUCKETS];

  /** The number of buckets, the first included. */
  private int size = 1;

  /** A bucket of so many elements is parted before it takes another one. */
  private int capacity = MIN_CAPACITY;

  PriorityBuckets(ElementOrder<T> order) {
    this.order = order;
    this.first = new PriorityHeap<>(order);
  }

  /** The index of the bucket where an element is or belongs: the last whose floor is not after. */
  @SuppressWarnings("unchecked")
  private int indexOf(T element, long number, int tie) {
    int low = firstFrom(number);
    int high = size - 1;
    if (low > high || floorNumbers[low] != number) {
      return low - 1;
    }
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (floorNumbers[middle] == number
          && order.compareRest((T) floors[middle], floorTies[middle], element, tie) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /**
   * The index of the first floor whose number is not below one, the number of buckets if there is
   * none. Nothing but a comparison is in the loop, so that it is done without a jump.
   */
  private int firstFrom(long number) {
    long[] numbers = floorNumbers;
    int low = 1;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      boolean isBelow = numbers[middle] < number;
      low = isBelow ? middle + 1 : low;
      high = isBelow ? high : middle;
    }
    return low;
  }

  /** The first element, or null. */
  T peek() {
    return first.peek();
  }

  /** Adds an element. */
  void add(T element, int tie) {
    long number = order.number(element);
    int index = indexOf(element, number, tie);
    if (index == 0) {
      if (first.size() >= capacity && first.full() && partFirst()) {
        add(element, tie);
      } else {
        first.add(element, number, tie);
      }
    } else if (counts[index] < buckets[index].length) {
      buckets[index][counts[index]++] = element;
    } else {
      makeRoom(index);
      add(element, tie);
    }
  }

  /**
   * Removes an element that is there.
   *
   * @param element this very object
   * @param equal the same, or one that is equal to it: if its fields are at hand, the processor
   *     need not wait for those of the other
   */
  void remove(T element, T equal, int tie) {
    int index = indexOf(equal, order.number(equal), tie);
    if (index == 0) {
      first.remove(element);
      refillFirst();
      return;
    }
    Object[] bucket = buckets[index];
    int last = counts[index] - 1;
    bucket[PriorityHeap.find(bucket, last + 1, element)] = bucket[last];
    bucket[last] = null;
    counts[index] = last;
    if (last <= capacity / 4) {
      join(index);
    }
  }

  /** Removes the first element; there is one. */
  void removeFirst() {
    first.removeFirst();
    refillFirst();
  }

  private void refillFirst() {
    if (first.size() == 0 && size > 1) {
      first.load(buckets[1], counts[1]);
      delete(1);
    }
  }

  // ---- parting and joining

  private boolean partFirst() {
    Object[] elements = first.toArray();
    int kept = part(0, elements, elements.length);
    if (kept == 0) {
      return false;
    }
    first.load(elements, kept);
    return true;
  }

  /** Makes room in a full bucket: it is parted, or grows if it is small or cannot be parted. */
  private void makeRoom(int index) {
    Object[] bucket = buckets[index];
    int count = bucket.length;
    int kept = count < capacity ? 0 : part(index, bucket, count);
    if (kept > 0) {
      counts[index] = kept;
      buckets[index] = Arrays.copyOf(bucket, kept + (kept >>> 2) + 1);
      Arrays.fill(buckets[index], kept, buckets[index].length, null);
    } else {
      int larger = count + (count >>> 1) + 1;
      buckets[index] =
          Arrays.copyOf(bucket, count < capacity ? Math.min(larger, capacity) : larger);
    }
  }

  /**
   * Moves elements from the middle on into a bucket of their own behind this one.
   *
   * @return how many stay, now at the beginning of the array; 0 if nothing was done, because all
   *     elements that were looked at have the same priority and tie
   */
  @SuppressWarnings("unchecked")
  private int part(int index, Object[] elements, int count) {
    T floor = middle(elements, count);
    if (floor == null) {
      return 0;
    }
    Object[] upper = new Object[count];
    int moved = 0;
    int kept = 0;
    for (int at = 0; at < count; at++) {
      T element = (T) elements[at];
      if (order.compare(element, floor) < 0) {
        elements[kept++] = element;
      } else {
        upper[moved++] = element;
      }
    }
    insert(index + 1, floor);
    counts[index + 1] = moved;
    buckets[index + 1] = Arrays.copyOf(upper, Math.min(count, moved + (moved >>> 2) + 1));
    return kept;
  }

  /** An element about in the middle that some others are before, or null. */
  @SuppressWarnings("unchecked")
  private T middle(Object[] elements, int count) {
    Object[] samples = new Object[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      T sample = (T) elements[(int) ((long) i * (count - 1) / (SAMPLES - 1))];
      int place = i;
      while (place > 0 && order.compare(sample, (T) samples[place - 1]) < 0) {
        samples[place] = samples[place - 1];
        place--;
      }
      samples[place] = sample;
    }
    for (int i = SAMPLES / 2; i < SAMPLES; i++) {
      if (order.compare((T) samples[0], (T) samples[i]) < 0) {
        return (T) samples[i];
      }
    }
    return null;
  }

  /** Joins a bucket that is small with a neighbour, but for the first. */
  private void join(int index) {
    int left = index > 1 ? index - 1 : index;
    int right = left + 1;
    if (counts[index] == 0) {
      delete(index);
    } else if (right < size && counts[left] + counts[right] <= capacity / 2) {
      int joined = counts[left] + counts[right];
      if (joined > buckets[left].length) {
        buckets[left] = Arrays.copyOf(buckets[left], joined);
      }
      System.arraycopy(buckets[right], 0, buckets[left], counts[left], counts[right]);
      counts[left] = joined;
      delete(right);
    }
  }

  private void insert(int index, T floor) {
    if (size == buckets.length) {
      int larger = size + (size >>> 1);
      buckets = Arrays.copyOf(buckets, larger);
      counts = Arrays.copyOf(counts, larger);
      floors = Arrays.copyOf(floors, larger);
      floorNumbers = Arrays.copyOf(floorNumbers, larger);
      floorTies = Arrays.copyOf(floorTies, larger);
    }
    move(index, index + 1);
    size++;
    if (size > BUCKETS_FOR_CAPACITY * capacity) {
      capacity *= 2;
    }
    floors[index] = floor;
    floorNumbers[index] = order.number(floor);
    floorTies[index] = order.tie(floor);
  }

  private void delete(int index) {
    move(index + 1, index);
    size--;
    buckets[size] = null;
    floors[size] = null;
    if (size < capacity && capacity > MIN_CAPACITY) {
      capacity /= 2;
    }
  }

  private void move(int from, int to) {
    System.arraycopy(buckets, from, buckets, to, size - from);
    System.arraycopy(counts, from, counts, to, size - from);
    System.arraycopy(floors, from, floors, to, size - from);
    System.arraycopy(floorNumbers, from, floorNumbers, to, size - from);
    System.arraycopy(floorTies, from, floorTies, to, size - from);
  }

  /** Gives each element, in no order. */
  @SuppressWarnings("unchecked")
  void forEach(Consumer<T> visitor) {
    for (int at = 0; at < first.size(); at++) {
      visitor.accept(first.get(at));
    }
    for (int index = 1; index < size; index++) {
      for (int at = 0; at < counts[index]; at++) {
        visitor.accept((T) buckets[index][at]);
      }
    }
  }

  /** Fails if an invariant of the class comment is broken. */
  void checkInvariants() {
    first.checkInvariants();
    if (first.size() == 0 && size > 1) {
      throw new InvariantViolationException("the first bucket is empty");
    }
    int[] counted = new int[size];
    forEach(element -> counted[indexOf(element, order.number(element), order.tie(element))]++);
    for (int index = 0; index < size; index++) {
      if (counted[index] != (index == 0 ? first.size() : counts[index])) {
        throw new InvariantViolationException("elements are not in the bucket " + index);
      }
    }
  }
}
