package io.streambed.rocksdb;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * The elements of one key group of a queue that are known without a look into the database: all
 * that are below a floor.
 */
final class TimerGroup {
  private static final byte[] NOTHING = new byte[0];

  final int keyGroup;

  /** The first element by which the group has its place among the others, or null. */
  byte[] placed;

  private final int capacity;
  private final TreeSet<byte[]> known = new TreeSet<>(Arrays::compareUnsigned);

  /** What is not below lies in the database only; null if all is known. */
  private byte[] floor;

  TimerGroup(int keyGroup, int capacity) {
    this.keyGroup = keyGroup;
    this.capacity = capacity;
  }

  /** Forgets what is known: the database may hold anything. */
  void forget() {
    known.clear();
    floor = NOTHING;
  }

  /** Whether an element is in the group, if it is, is known without the database. */
  boolean knows(byte[] element) {
    return floor == null || Arrays.compareUnsigned(element, floor) < 0;
  }

  boolean contains(byte[] element) {
    return known.contains(element);
  }

  /** Takes note of an element that was added to the database. */
  void added(byte[] element) {
    if (knows(element)) {
      known.add(element);
      if (known.size() > capacity) {
        floor = known.pollLast();
      }
    }
  }

  /** Takes note of an element that was removed from the database. */
  void removed(byte[] element) {
    known.remove(element);
  }

  /** The first known element, or null. */
  byte[] first() {
    return known.isEmpty() ? null : known.first();
  }

  /** Where to read on if no element is known, or null if there is nothing to read. */
  byte[] toRead() {
    return known.isEmpty() ? floor : null;
  }

  int capacity() {
    return capacity;
  }

  /** Takes what was read from the floor on. */
  void read(List<byte[]> elements, boolean toTheEnd) {
    known.addAll(elements);
    if (toTheEnd) {
      floor = null;
    } else {
      byte[] last = known.last();
      floor = Arrays.copyOf(last, last.length + 1);
    }
  }
}
