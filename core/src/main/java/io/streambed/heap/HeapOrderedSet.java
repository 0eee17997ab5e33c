package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Codec;
import io.streambed.entry.StateSchema;
import io.streambed.error.InvariantViolationException;
import io.streambed.key.KeyGroupRange;
import io.streambed.migration.Takeover;
import io.streambed.store.QueueSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * An ordered set on the heap in the order of bytes: sorted blocks per key group, and a binary heap
 * of the key groups by their first elements.
 */
final class HeapOrderedSet<T> implements HeapQueue<T> {
  private final Epochs epochs;
  private final KeyGroupRange range;
  private final SortedBlocks[] groups;

  /**
   * The groups that are not empty, as a binary heap; places holds each group's index in it, or -1.
   */
  private final int[] order;

  private final int[] places;

  /** The groups' first elements as far as they were asked for. */
  private final Object[] heads;

  private int orderSize;
  private long size;
  private QueueSpec<T> spec;
  private Codec<T> codec;
  private boolean closed;

  HeapOrderedSet(Epochs epochs, KeyGroupRange range, QueueSpec<T> spec) {
    this.epochs = epochs;
    this.range = range;
    this.groups = new SortedBlocks[range.size()];
    this.order = new int[range.size()];
    this.places = new int[range.size()];
    this.heads = new Object[range.size()];
    Arrays.fill(places, -1);
    reopen(spec);
  }

  @Override
  public void reopen(QueueSpec<T> newSpec) {
    spec = newSpec;
    codec = new Codec<>(newSpec.element(), newSpec.name(), Codec.QUEUE_ELEMENT).tryingFirst();
    Arrays.fill(heads, null);
  }

  @Override
  public boolean add(T element) {
    boolean added = add(indexOf(spec.keyGroup().applyAsInt(element)), codec.encode(element));
    codec.trim();
    return added;
  }

  private boolean add(int group, ByteView bytes) {
    SortedBlocks blocks = writable(group);
    byte[] head = blocks.first();
    if (!blocks.add(bytes, epochs)) {
      return false;
    }
    size++;
    if (blocks.first() != head) {
      headChanged(group);
    }
    return true;
  }

  @Override
  public boolean remove(T element) {
    int group = indexOf(spec.keyGroup().applyAsInt(element));
    if (groups[group] == null) {
      return false;
    }
    byte[] head = groups[group].first();
    boolean removed = writable(group).remove(codec.encode(element), epochs);
    codec.trim();
    if (!removed) {
      return false;
    }
    size--;
    if (groups[group].first() != head) {
      headChanged(group);
    }
    return true;
  }

  @Override
  public T peek() {
    return orderSize == 0 ? none() : head(order[0]);
  }

  private T none() {
    requireOpen();
    return null;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed: its timers can not be used any more");
    }
  }

  @Override
  public T poll() {
    T first = peek();
    if (first != null) {
      int group = order[0];
      writable(group).removeFirst(epochs);
      size--;
      headChanged(group);
    }
    return first;
  }

  @Override
  public long size() {
    requireOpen();
    return size;
  }

  @Override
  public List<T> inKeyGroup(int keyGroup) {
    List<T> elements = new ArrayList<>();
    SortedBlocks blocks = groups[indexOf(keyGroup)];
    if (blocks != null) {
      blocks.forEach(bytes -> elements.add(codec.decode(ByteView.of(bytes))));
    }
    return elements;
  }

  private int indexOf(int keyGroup) {
    requireOpen();
    if (!range.contains(keyGroup)) {
      throw new IllegalArgumentException(
          "an element of key group " + keyGroup + ", this store owns " + range);
    }
    return keyGroup - range.first();
  }

  private SortedBlocks writable(int group) {
    SortedBlocks blocks = groups[group];
    if (blocks == null) {
      blocks = new SortedBlocks(epochs.current());
    } else if (blocks.epoch > epochs.maxFrozen) {
      return blocks;
    } else {
      blocks = blocks.copy(epochs.current());
    }
    groups[group] = blocks;
    return blocks;
  }

  private T head(int group) {
    @SuppressWarnings("unchecked")
    T head = (T) heads[group];
    if (head == null) {
      head = codec.decode(ByteView.of(groups[group].first()));
      heads[group] = head;
    }
    return head;
  }

  private boolean before(int group, int other) {
    int compared = Arrays.compareUnsigned(groups[group].first(), groups[other].first());
    return compared != 0 ? compared < 0 : group < other;
  }

  /** Puts a group at its place in the heap. */
  private void headChanged(int group) {
    heads[group] = null;
    int place = places[group];
    if (groups[group].first() == null) {
      if (place >= 0) {
        places[group] = -1;
        int last = order[--orderSize];
        if (place < orderSize) {
          settle(last, place);
        }
      }
      return;
    }
    settle(group, place >= 0 ? place : orderSize++);
  }

  private void settle(int group, int from) {
    int place = from;
    while (place > 0 && before(group, order[(place - 1) >>> 1])) {
      put(order[(place - 1) >>> 1], place);
      place = (place - 1) >>> 1;
    }
    while (true) {
      int child = 2 * place + 1;
      if (child >= orderSize) {
        break;
      }
      if (child + 1 < orderSize && before(order[child + 1], order[child])) {
        child++;
      }
      if (order[child] == group || !before(order[child], group)) {
        break;
      }
      put(order[child], place);
      place = child;
    }
    put(group, place);
  }

  private void put(int group, int place) {
    order[place] = group;
    places[group] = place;
  }

  @Override
  public Supplier<StateSchema> frozenSchema() {
    return spec.frozenSchema();
  }

  @Override
  public Frozen freeze() {
    SortedBlocks[] frozen = groups.clone();
    return keyGroup -> {
      SortedBlocks blocks = frozen[keyGroup - range.first()];
      if (blocks == null) {
        return Walk.NOTHING;
      }
      Supplier<byte[]> walk = blocks.walk();
      return entry -> {
        byte[] element = walk.get();
        if (element != null) {
          entry.value.set(element, 0, element.length);
        }
        return element != null;
      };
    };
  }

  @Override
  public Loader loader(StateSchema written) {
    Codec<T> reader = Takeover.codec(spec.name(), "value", spec.element(), written.value());
    return (keyGroup, entry) -> {
      // Decoded and encoded anew, so that what cannot be read fails here, not when it is due.
      T element = reader.decode(entry.value);
      Takeover.checkKeyGroup(spec.name(), keyGroup, spec.keyGroup().applyAsInt(element));
      add(indexOf(keyGroup), codec.encode(element));
      codec.trim();
    };
  }

  @Override
  public void close() {
    closed = true;
    Arrays.fill(groups, null);
    Arrays.fill(heads, null);
    Arrays.fill(places, -1);
    orderSize = 0;
    size = 0;
  }

  @Override
  public void checkInvariants() {
    long count = 0;
    for (int group = 0; group < groups.length; group++) {
      if (groups[group] != null) {
        groups[group].checkInvariants();
        count += groups[group].size();
      }
      boolean empty = groups[group] == null || groups[group].size() == 0;
      int place = places[group];
      if (empty != (place < 0)
          || place > 0 && before(group, order[(place - 1) >>> 1])
          || place >= 0 && order[place] != group) {
        throw new InvariantViolationException(
            "key group " + group + " is out of place in the heap of heads");
      }
    }
    if (count != size) {
      throw new InvariantViolationException(count + " elements, size " + size);
    }
  }
}
