package io.streambed.heap;

import io.streambed.error.InvariantViolationException;
import io.streambed.store.IndexField;
import java.util.Arrays;
import java.util.BitSet;
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
 * <p>Cost: an addition is a search over the floors; a removal is that and a scan of a bucket, or a
 * look at the element where it has an {@link IndexField}; taking the first element is a step in a
 * small heap. A full bucket is parted in two, a small one is joined with its neighbour. The longest
 * pause is that of a bucket, and of moving the list of buckets, some bytes for each.
 *
 * <p>What is rare is in methods of its own, and nothing here calls itself: else the compiler copies
 * the rare into each caller of the frequent, and takes several times as long for it.
 */
final class PriorityBuckets<T> {
  /** How many elements a bucket takes while there are few buckets. */
  private static final int MIN_CAPACITY = 64;

  /**
   * How many elements the first bucket takes while it is the only one, if its elements need not be
   * searched: a heap of so many is faster than buckets. When it gets larger it is halved with each
   * addition, so that no pause is long.
   */
  private static final int LONE_CAPACITY = 1 << 13;

  /**
   * Buckets take twice as many elements once there are so many buckets for each element that one
   * takes: neither the scan of a bucket nor moving the list of buckets may get long.
   */
  private static final int BUCKETS_FOR_CAPACITY = 16;

  /** A bucket is parted at the middle one of so many of its elements. */
  private static final int SAMPLES = 9;

  private static final int FIRST_BUCKETS = 4;

  private final ElementOrder<T> order;

  /** Null if elements have none. */
  private final IndexField<? super T> field;

  private final PriorityHeap<T> first;

  /**
   * The buckets from 1 on, and their floors with the number and the tie of each. Side by side, so
   * that the search for a bucket stays in the cache.
   */
  private PriorityBucket<T>[] buckets = array(FIRST_BUCKETS);

  private Object[] floors = new Object[FIRST_BUCKETS];
  private long[] floorNumbers = new long[FIRST_BUCKETS];
  private int[] floorTies = new int[FIRST_BUCKETS];

  /** The number of buckets, the first included. */
  private int size = 1;

  /** A bucket of so many elements is parted before it takes another one. */
  private int capacity = MIN_CAPACITY;

  /** The buckets by their numbers, null at numbers that no bucket has. */
  private PriorityBucket<T>[] byId = array(FIRST_BUCKETS);

  private final BitSet usedIds = new BitSet();

  /**
   * No buckets.
   *
   * @param field null if elements have none
   */
  PriorityBuckets(ElementOrder<T> order, IndexField<? super T> field) {
    this.order = order;
    this.field = field;
    this.first = new PriorityHeap<>(order, field);
  }

  @SuppressWarnings("unchecked")
  private static <T> PriorityBucket<T>[] array(int length) {
    return (PriorityBucket<T>[]) new PriorityBucket<?>[length];
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
   * none. How often each loop runs depends on the number of buckets alone, and the three look-ups
   * of a step do not wait for each other: the processor needs to guess nothing.
   */
  private int firstFrom(long number) {
    long[] numbers = floorNumbers;
    int low = 1;
    int left = size - 1;
    while (left > 3) {
      int quarter = left >>> 2;
      int at = low + quarter - 1;
      int below =
          below(numbers[at], number)
              + below(numbers[at + quarter], number)
              + below(numbers[at + 2 * quarter], number);
      low += below * quarter;
      left -= 3 * quarter;
    }
    int below = 0;
    for (int i = 0; i < left; i++) {
      below += below(numbers[low + i], number);
    }
    return low + below;
  }

  /** 1 if a number is less than another, else 0: the sign of their difference without overflow. */
  private static int below(long left, long right) {
    return (int) (((left & ~right) | (~(left ^ right) & (left - right))) >>> 63);
  }

  /** The first element, or null. */
  T peek() {
    return first.peek();
  }

  /** Adds an element. */
  void add(T element, int tie) {
    long number = order.number(element);
    if (size == 1 && !first.full()) {
      first.add(element, number, tie);
    } else {
      addToBucket(element, number, tie);
    }
  }

  private void addToBucket(T element, long number, int tie) {
    int index;
    do {
      index = indexOf(element, number, tie);
    } while (madeRoom(index));
    if (index == 0) {
      first.add(element, number, tie);
    } else {
      buckets[index].add(element);
    }
  }

  /** Parts or enlarges a bucket if it has no room; false if nothing was done. */
  private boolean madeRoom(int index) {
    if (index == 0) {
      int most = size == 1 && field != null ? LONE_CAPACITY : capacity;
      return first.size() >= most && first.full() && partFirst();
    }
    if (!buckets[index].full()) {
      return false;
    }
    makeRoom(index);
    return true;
  }

  /** Removes an element that is there: this very object. */
  void remove(T element, int tie) {
    if (first.removeNoted(element)) {
      refillFirst();
      return;
    }
    PriorityBucket<T> bucket = noted(element);
    if (bucket == null || bucket.size() <= capacity / 4 || !bucket.removeNoted(element)) {
      removeSearched(element, tie);
    }
  }

  /** The bucket behind the first that an element's field says it is in, or null. */
  private PriorityBucket<T> noted(T element) {
    int id = field == null ? byId.length : PriorityBucket.idIn(field, element);
    return id < byId.length ? byId[id] : null;
  }

  private void removeSearched(T element, int tie) {
    int index = indexOf(element, order.number(element), tie);
    if (index == 0) {
      first.remove(element);
      refillFirst();
      return;
    }
    buckets[index].remove(element);
    if (buckets[index].size() <= capacity / 4) {
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
      first.load(buckets[1].toArray(), buckets[1].size());
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
    PriorityBucket<T> bucket = buckets[index];
    int count = bucket.size();
    int larger = count + (count >>> 1) + 1;
    if (count < capacity) {
      bucket.grow(Math.min(larger, capacity));
      return;
    }
    Object[] all = bucket.toArray();
    int kept = part(index, all, count);
    if (kept > 0) {
      Object[] elements = Arrays.copyOf(all, roomFor(kept));
      Arrays.fill(elements, kept, elements.length, null);
      bucket.replaceAll(elements, kept);
    } else {
      bucket.grow(larger);
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
    insert(index + 1, floor, Arrays.copyOf(upper, roomFor(moved)), moved);
    return kept;
  }

  /** The slots of a bucket with so many elements; if it is too large, the next one parts it. */
  private int roomFor(int count) {
    return count < capacity ? count + (count >>> 2) + 1 : count;
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
    if (buckets[index].size() == 0) {
      delete(index);
    } else if (right < size && buckets[left].size() + buckets[right].size() <= capacity / 2) {
      PriorityBucket<T> target = buckets[left];
      PriorityBucket<T> source = buckets[right];
      target.grow(Math.max(target.capacity(), target.size() + source.size()));
      source.forEach(target::add);
      delete(right);
    }
  }

  private void insert(int index, T floor, Object[] elements, int count) {
    if (size == buckets.length) {
      int larger = size + (size >>> 1);
      buckets = Arrays.copyOf(buckets, larger);
      floors = Arrays.copyOf(floors, larger);
      floorNumbers = Arrays.copyOf(floorNumbers, larger);
      floorTies = Arrays.copyOf(floorTies, larger);
    }
    move(index, index + 1);
    size++;
    if (size > BUCKETS_FOR_CAPACITY * capacity) {
      capacity *= 2;
    }
    buckets[index] = made(elements, count);
    floors[index] = floor;
    floorNumbers[index] = order.number(floor);
    floorTies[index] = order.tie(floor);
  }

  /** A bucket with a number that no other one has. */
  private PriorityBucket<T> made(Object[] elements, int count) {
    int id = usedIds.nextClearBit(0);
    if (id == byId.length) {
      byId = Arrays.copyOf(byId, 2 * id);
    }
    usedIds.set(id);
    byId[id] = new PriorityBucket<>(field, id, elements, count);
    return byId[id];
  }

  private void delete(int index) {
    usedIds.clear(buckets[index].id);
    byId[buckets[index].id] = null;
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
    System.arraycopy(floors, from, floors, to, size - from);
    System.arraycopy(floorNumbers, from, floorNumbers, to, size - from);
    System.arraycopy(floorTies, from, floorTies, to, size - from);
  }

  /** Gives each element, in no order. */
  @SuppressWarnings("unchecked")
  void forEach(Consumer<T> visitor) {
    for (Object element : first.toArray()) {
      visitor.accept((T) element);
    }
    for (int index = 1; index < size; index++) {
      buckets[index].forEach(visitor);
    }
  }

  /** Fails if an invariant of the class comment is broken. */
  void checkInvariants() {
    first.checkInvariants();
    if (first.size() == 0 && size > 1) {
      throw new InvariantViolationException("the first bucket is empty");
    }
    if (usedIds.cardinality() != size - 1) {
      throw new InvariantViolationException("a number is used that no bucket has");
    }
    int[] counted = new int[size];
    forEach(element -> counted[indexOf(element, order.number(element), order.tie(element))]++);
    for (int index = 0; index < size; index++) {
      if (counted[index] != (index == 0 ? first.size() : buckets[index].size())) {
        throw new InvariantViolationException("elements are not in the bucket " + index);
      }
      if (index > 0 && byId[buckets[index].id] != buckets[index]) {
        throw new InvariantViolationException("bucket " + index + " is not at its number");
      }
    }
  }
}
