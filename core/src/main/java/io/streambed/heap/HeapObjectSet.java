package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Codec;
import io.streambed.entry.SizeLimit;
import io.streambed.entry.StateSchema;
import io.streambed.error.InvariantViolationException;
import io.streambed.key.KeyGroupRange;
import io.streambed.migration.Takeover;
import io.streambed.store.QueueSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * An ordered set of objects, for a queue with an order of its own. A hash table tells elements
 * apart by {@code equals}, as the tables of this store do it with keys; {@link PriorityBuckets}
 * keep the same objects in order. Nothing is serialized but in a snapshot.
 *
 * <p>A frozen view shares the hash table alone, which has the elements by key group. The elements
 * of a group are put in order when the view writes the group: a heap that reads them one by one, as
 * Flink's does, then has them as they come.
 */
final class HeapObjectSet<T> implements HeapQueue<T> {
  /** So many bits of an element's hash decide, after its key group, where the order does not. */
  private static final int TIE_HASH_BITS = 16;

  private final Epochs epochs;
  private final KeyGroupRange range;
  private final int firstKeyGroup;

  /** The number of key groups of the range, 0 once the set is closed: then it owns none. */
  private int keyGroups;

  private final SegmentedHash hash;
  private final ElementOrder<T> order;
  private PriorityBuckets<T> buckets;
  private QueueSpec<T> spec;
  private ToIntFunction<T> keyGroupOf;
  private SizeLimit<T> limit;

  HeapObjectSet(Epochs epochs, KeyGroupRange range, QueueSpec<T> spec) {
    this.epochs = epochs;
    this.range = range;
    this.firstKeyGroup = range.first();
    this.keyGroups = range.size();
    this.hash = new SegmentedHash(Layout.ELEMENTS, epochs.current(), range.size());
    this.order =
        new ElementOrder<>(spec.order(), element -> tie(groupOf(element), hashOf(element)));
    this.buckets = new PriorityBuckets<>(order, spec.index());
    reopen(spec);
  }

  @Override
  public void reopen(QueueSpec<T> newSpec) {
    spec = newSpec;
    keyGroupOf = newSpec.keyGroup();
    limit =
        new Codec<>(newSpec.element(), newSpec.name(), Codec.QUEUE_ELEMENT)
            .foundByHashCode()
            .firstCheck(later -> limit = later);
  }

  private int groupOf(T element) {
    return indexOf(keyGroupOf.applyAsInt(element));
  }

  private int indexOf(int keyGroup) {
    int index = keyGroup - firstKeyGroup;
    if (Integer.compareUnsigned(index, keyGroups) >= 0) {
      throw notOwned(keyGroup);
    }
    return index;
  }

  private IllegalArgumentException notOwned(int keyGroup) {
    requireOpen();
    return new IllegalArgumentException(
        "an element of key group " + keyGroup + ", this store owns " + range);
  }

  private void requireOpen() {
    if (keyGroups == 0) {
      throw new IllegalStateException("the store is closed: its timers can not be used any more");
    }
  }

  private static int hashOf(Object element) {
    return Hashing.mix(element.hashCode());
  }

  /** Not negative, since there are at most 2^15 key groups. */
  private static int tie(int group, int mixed) {
    return group << TIE_HASH_BITS | mixed >>> (Integer.SIZE - TIE_HASH_BITS);
  }

  @Override
  public boolean add(T element) {
    int group = groupOf(element);
    int mixed = hashOf(element);
    Segment segment = hash.segment(group, mixed);
    int slot = segment.findElement(mixed, element);
    if (slot >= 0) {
      return false;
    }
    insert(element, segment, slot, group, mixed);
    return true;
  }

  /**
   * Adds an element that is not there. A method of its own: where timers are mostly registered
   * again, the compiler takes what follows in {@link #add} for rare, and inlines nothing of it.
   */
  private void insert(T element, Segment segment, int slot, int group, int mixed) {
    if (limit != null) {
      limit.check(element);
    }
    buckets.add(element, tie(group, mixed));
    if (segment.full()) {
      Segment roomy = hash.segmentWithRoom(group, mixed, epochs);
      roomy.claimElement(roomy.freeSlot(mixed), mixed, element);
    } else {
      hash.writable(segment, group, mixed, epochs).claimElement(~slot, mixed, element);
    }
    hash.added();
  }

  @Override
  public boolean remove(T element) {
    int group = groupOf(element);
    int mixed = hashOf(element);
    Segment segment = hash.segment(group, mixed);
    int slot = segment.findElement(mixed, element);
    if (slot < 0) {
      return false;
    }
    buckets.remove(elementAt(segment, slot), tie(group, mixed));
    hash.remove(segment, slot, group, mixed, epochs);
    return true;
  }

  @Override
  public T peek() {
    T first = buckets.peek();
    if (first == null) {
      requireOpen();
    }
    return first;
  }

  @Override
  public T poll() {
    T first = peek();
    if (first != null) {
      int group = groupOf(first);
      int mixed = hashOf(first);
      Segment segment = hash.segment(group, mixed);
      int slot = segment.findElement(mixed, first);
      if (slot < 0) {
        throw new IllegalStateException(
            "The first element of queue \""
                + spec.name()
                + "\" is not found by its hash code any more. What an element is made of, such as"
                + " the key of a timer, must not be changed while the element is in the queue.");
      }
      buckets.removeFirst();
      hash.remove(segment, slot, group, mixed, epochs);
    }
    return first;
  }

  @Override
  public long size() {
    requireOpen();
    return hash.size();
  }

  @Override
  public List<T> inKeyGroup(int keyGroup) {
    List<T> elements = elements(hash, indexOf(keyGroup));
    elements.sort(order);
    return elements;
  }

  private List<T> elements(SegmentedHash from, int group) {
    List<T> elements = new ArrayList<>();
    for (SegmentedHash.Slots slots = from.slots(group); slots.advance(); ) {
      elements.add(elementAt(slots.segment, slots.slot));
    }
    return elements;
  }

  @SuppressWarnings("unchecked")
  private T elementAt(Segment segment, int slot) {
    return (T) segment.element(slot);
  }

  @Override
  public Supplier<StateSchema> frozenSchema() {
    return spec.frozenSchema();
  }

  @Override
  public Frozen freeze() {
    SegmentedHash frozen = hash.copy(hash.epoch);
    Codec<T> codec = new Codec<>(spec.element().duplicate(), spec.name(), Codec.QUEUE_ELEMENT);
    Comparator<? super T> declared = spec.order();
    return keyGroup -> {
      List<T> elements = elements(frozen, keyGroup - range.first());
      elements.sort(declared);
      Iterator<T> left = elements.iterator();
      return entry -> {
        if (!left.hasNext()) {
          return false;
        }
        T element = left.next();
        ByteView bytes = codec.under(() -> element).encode(element);
        entry.value.set(bytes.array(), bytes.offset(), bytes.length());
        return true;
      };
    };
  }

  /** Of elements that are equal, as a store of bytes can have written them, the first one stays. */
  @Override
  public Loader loader(StateSchema written) {
    Codec<T> reader = Takeover.codec(spec.name(), "value", spec.element(), written.value());
    return (keyGroup, entry) -> {
      T element = reader.decode(entry.value);
      Takeover.checkKeyGroup(spec.name(), keyGroup, keyGroupOf.applyAsInt(element));
      add(element);
    };
  }

  @Override
  public void close() {
    keyGroups = 0;
    hash.clear();
    buckets = new PriorityBuckets<>(order, spec.index());
  }

  @Override
  public void checkInvariants() {
    hash.checkInvariants();
    buckets.checkInvariants();
    Set<T> ordered = Collections.newSetFromMap(new IdentityHashMap<>());
    buckets.forEach(ordered::add);
    for (int group = 0; group < hash.groups(); group++) {
      for (SegmentedHash.Slots slots = hash.slots(group); slots.advance(); ) {
        if (!ordered.remove(elementAt(slots.segment, slots.slot))) {
          throw new InvariantViolationException("an element of the set is in no bucket");
        }
      }
    }
    if (!ordered.isEmpty()) {
      throw new InvariantViolationException(ordered.size() + " elements are in buckets alone");
    }
  }
}
