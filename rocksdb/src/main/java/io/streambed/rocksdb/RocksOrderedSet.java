package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.error.InvariantViolationException;
import io.streambed.key.KeyGroupRange;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * An ordered set as keys of a column. The first elements of each key group are kept in memory too,
 * so that the next due timer is found without the database; everything is written through.
 */
final class RocksOrderedSet<T> implements OrderedSet<T> {
  private static final long UNKNOWN = -1;

  private final Column column;
  private final KeyGroupRange range;
  private final int capacity;
  private final TimerGroup[] groups;

  /** The groups that have a first element, by it. */
  private final TreeSet<TimerGroup> order = new TreeSet<>(this::compare);

  private final Map<TimerGroup, T> heads = new IdentityHashMap<>();
  private final ByteWriter key = new ByteWriter();
  private QueueSpec<T> spec;
  private Codec<T> codec;
  private long size;

  /** Whether the groups are in their order, but for the one that has moved. */
  private boolean allPlaced;

  /** The group that changed last and has not found its new place, or null. */
  private TimerGroup moved;

  RocksOrderedSet(Column column, KeyGroupRange range, int capacity) {
    this.column = column;
    this.range = range;
    this.capacity = capacity;
    this.groups = new TimerGroup[range.size()];
  }

  void reopen(QueueSpec<T> newSpec) {
    spec = newSpec;
    codec = new Codec<>(newSpec.element(), newSpec.name(), Codec.QUEUE_ELEMENT).tryingFirst();
    // The declaration may order otherwise.
    allPlaced = false;
  }

  /** The column was written behind the set's back. */
  void loaded() {
    for (int keyGroup = range.first(); keyGroup <= range.last(); keyGroup++) {
      group(keyGroup).forget();
    }
    size = UNKNOWN;
    allPlaced = false;
  }

  private TimerGroup group(int keyGroup) {
    if (!range.contains(keyGroup)) {
      throw new IllegalArgumentException(
          "an element of key group " + keyGroup + ", this store owns " + range);
    }
    int index = keyGroup - range.first();
    if (groups[index] == null) {
      groups[index] = new TimerGroup(keyGroup, capacity);
    }
    return groups[index];
  }

  private ByteWriter keyOf(TimerGroup group, byte[] element) {
    key.trim(ByteWriter.KEPT_BYTES);
    key.reset();
    key.writeShort(group.keyGroup);
    key.writeBytes(element);
    return key;
  }

  private boolean contains(TimerGroup group, byte[] element) {
    return group.knows(element) ? group.contains(element) : column.contains(keyOf(group, element));
  }

  @Override
  public boolean add(T element) {
    column.requireUsable();
    TimerGroup group = group(spec.keyGroup().applyAsInt(element));
    byte[] bytes = codec.encode(element).toByteArray();
    codec.trim();
    settle();
    if (contains(group, bytes)) {
      return false;
    }
    column.putNothing(keyOf(group, bytes));
    group.added(bytes);
    if (size != UNKNOWN) {
      size++;
    }
    moved = group;
    return true;
  }

  @Override
  public boolean remove(T element) {
    column.requireUsable();
    TimerGroup group = group(spec.keyGroup().applyAsInt(element));
    byte[] bytes = codec.encode(element).toByteArray();
    settle();
    if (!contains(group, bytes)) {
      return false;
    }
    remove(group, bytes);
    return true;
  }

  private void remove(TimerGroup group, byte[] bytes) {
    column.delete(keyOf(group, bytes));
    group.removed(bytes);
    if (size != UNKNOWN) {
      size--;
    }
    moved = group;
  }

  /**
   * Puts the group that has moved at its new place. Later than it moved: if this fails, nothing was
   * added or taken that the caller does not know of.
   */
  private void settle() {
    TimerGroup group = moved;
    moved = null;
    if (group != null && allPlaced) {
      allPlaced = false;
      place(group);
      allPlaced = true;
    }
  }

  /** Puts all groups in order; if this fails, the next one to ask begins anew. */
  private void placeAll() {
    moved = null;
    order.clear();
    heads.clear();
    for (TimerGroup group : groups) {
      if (group != null) {
        group.placed = null;
        place(group);
      }
    }
    allPlaced = true;
  }

  private void place(TimerGroup group) {
    fill(group);
    byte[] first = group.first();
    if (first != group.placed) {
      if (group.placed != null) {
        order.remove(group);
      }
      heads.remove(group);
      group.placed = first;
      if (first != null) {
        order.add(group);
      }
    }
  }

  /** Reads the first elements of a group of which none is known. */
  private void fill(TimerGroup group) {
    byte[] floor = group.toRead();
    if (floor == null) {
      return;
    }
    byte[] prefix = EntryForm.group(group.keyGroup);
    List<byte[]> elements = new ArrayList<>();
    try (Scan scan = column.scan(prefix)) {
      boolean here =
          scan != null && scan.seek(keyOf(group, floor).toByteArray()) && scan.startsWith(prefix);
      while (here && elements.size() < group.capacity()) {
        elements.add(elementOf(scan));
        here = scan.next() && scan.startsWith(prefix);
      }
      group.read(elements, !here);
    }
  }

  private static byte[] elementOf(Scan scan) {
    ByteView key = scan.key();
    return Arrays.copyOfRange(key.array(), EntryForm.GROUP_BYTES, key.length());
  }

  private int compare(TimerGroup left, TimerGroup right) {
    int compared =
        spec.order() == null
            ? Arrays.compareUnsigned(left.placed, right.placed)
            : spec.order().compare(head(left), head(right));
    return compared != 0 ? compared : Integer.compare(left.keyGroup, right.keyGroup);
  }

  private T head(TimerGroup group) {
    return heads.computeIfAbsent(group, g -> codec.decode(ByteView.of(g.placed)));
  }

  private TimerGroup first() {
    column.requireUsable();
    if (allPlaced) {
      settle();
    } else {
      placeAll();
    }
    if (order.isEmpty()) {
      size = 0;
      return null;
    }
    return order.first();
  }

  @Override
  public T peek() {
    TimerGroup first = first();
    return first == null ? null : head(first);
  }

  @Override
  public T poll() {
    TimerGroup first = first();
    if (first == null) {
      return null;
    }
    T element = head(first);
    remove(first, first.placed);
    return element;
  }

  /** Cost: a walk over the set the first time after a restore. */
  @Override
  public long size() {
    column.requireUsable();
    if (size == UNKNOWN) {
      size = column.count(RocksCells.EVERYTHING);
    }
    return size;
  }

  /** Not known after a restore, until somebody has counted or the set was found empty. */
  @Override
  public OptionalLong knownSize() {
    return size == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(size);
  }

  @Override
  public List<T> inKeyGroup(int keyGroup) {
    byte[] prefix = EntryForm.group(group(keyGroup).keyGroup);
    List<T> elements = new ArrayList<>();
    try (Scan scan = column.scan(prefix)) {
      boolean here = scan != null && scan.seek(prefix);
      while (here && scan.startsWith(prefix)) {
        elements.add(codec.decode(ByteView.of(elementOf(scan))));
        here = scan.next();
      }
    }
    return elements;
  }

  void checkInvariants() {
    settle();
    long counted = column.count(RocksCells.EVERYTHING);
    if (size != UNKNOWN && size != counted) {
      throw new InvariantViolationException(
          counted + " elements of queue \"" + spec.name() + "\", size " + size);
    }
    for (TimerGroup group : groups) {
      if (group == null || !allPlaced) {
        continue;
      }
      byte[] prefix = EntryForm.group(group.keyGroup);
      try (Scan scan = column.scan(prefix)) {
        byte[] first =
            scan != null && scan.seek(prefix) && scan.startsWith(prefix) ? elementOf(scan) : null;
        if (!Arrays.equals(first, group.placed)) {
          throw new InvariantViolationException(
              "the first element of queue \""
                  + spec.name()
                  + "\" in key group "
                  + group.keyGroup
                  + " is not the one known");
        }
      }
    }
  }
}
