package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Codec;
import io.streambed.entry.SizeLimit;
import io.streambed.error.InvariantViolationException;
import io.streambed.key.KeyContext;
import io.streambed.key.KeyGroups;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link SegmentedHash} with the key groups as its groups, addressed by key and namespace: the
 * ground of all heap tables. A look-up gives the segment and leaves the slot in {@link #slot}: a
 * reference kept in a field would cost each read the collector's barrier.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
final class KeyedHash<K, N> {
  private static final int KNOWN_NAMESPACES = 64;

  final KeyContext<K> context;
  final Epochs epochs;
  private final boolean direct;
  private final boolean namespaced;
  private final int firstKeyGroup;
  private final LongLane<K> lane;
  private final KeyHasher<N> namespaceHasher;

  /** Null where no key or namespace needs a check. */
  private SizeLimit<K> keyLimit;

  private SizeLimit<N> namespaceLimit;

  private final SegmentedHash hash;

  /** Where in its segment the last look-up or insertion ended; ~slot where it found nothing. */
  int slot;

  /**
   * Counts all changes that a walk or a kept segment cannot bear: entries that come, go or move,
   * and segments of which a copy took the place.
   */
  int modifications;

  /**
   * Some namespaces, by hash: the current one, and those of entries, shared by new entries that
   * have an equal one. The only namespace where there is but one.
   */
  private final Object[] known;

  /**
   * Where the current namespace is among the known ones, negative if none was set: a reference kept
   * in a field would cost each change the collector's barrier.
   */
  private int current = -1;

  private int namespaceHash;

  /** Where a sweep has come to: the group, and as far as which hash taken as unsigned. */
  private int sweptGroup;

  private long sweptTo;

  KeyedHash(KeyContext<K> context, Epochs epochs, TableSpec<N, ?, ?> spec, Layout layout) {
    Serializer<N> namespaceSerializer = spec.namespace();
    this.context = context;
    this.epochs = epochs;
    this.direct = layout.direct();
    this.namespaced = layout.namespaced();
    this.firstKeyGroup = context.range().first();
    this.lane = context.lane();
    this.namespaceHasher = namespaceSerializer.keyHasher();
    Codec<N> namespaces = new Codec<>(namespaceSerializer, spec.name(), "namespace");
    this.keyLimit =
        new Codec<>(context.serializer(), spec.name(), "key").firstCheck(later -> keyLimit = later);
    this.namespaceLimit = namespaces.firstCheck(later -> namespaceLimit = later);
    this.known =
        namespaced
            ? new Object[KNOWN_NAMESPACES]
            : new Object[] {namespaces.decode(new ByteView())};
    this.hash = new SegmentedHash(layout, epochs.current(), context.range().size());
  }

  void namespaceChanged(N newNamespace) {
    if (!namespaced) {
      current = 0;
      return;
    }
    int newHash = Hashing.ofNamespace(namespaceHasher.hash(newNamespace));
    int place = place(newHash);
    if (!newNamespace.equals(known[place])) {
      known[place] = newNamespace;
    }
    namespaceHash = newHash;
    current = place;
  }

  private static int place(int ofNamespace) {
    return ofNamespace & (KNOWN_NAMESPACES - 1);
  }

  /** The current namespace, or null. */
  N namespace() {
    return current < 0 ? null : known(current);
  }

  @SuppressWarnings("unchecked")
  private N known(int place) {
    return (N) known[place];
  }

  /** The current namespace, or the only one. */
  N currentNamespace() {
    if (!namespaced) {
      return known(0);
    }
    if (current < 0) {
      throw new IllegalStateException("no current namespace: set one before the state is used");
    }
    return known(current);
  }

  /** The current key where keys are kept as objects. */
  private K objectKey() {
    return lane == null ? context.key() : null;
  }

  private int currentHash() {
    int mixed = lane != null ? Hashing.mix(context.bits()) : Hashing.mix(context.hash());
    return namespaced ? Hashing.combine(mixed, namespaceHash) : mixed;
  }

  /** The segment that has the current key and namespace, or null. */
  Segment find() {
    int group = context.keyGroup() - firstKeyGroup;
    int mixed = currentHash();
    Segment segment = hash.segment(group, mixed);
    slot =
        direct
            ? segment.find(mixed, context.bits())
            : segment.findHashed(mixed, context.bits(), objectKey(), currentNamespace());
    return slot < 0 ? null : segment;
  }

  /** The segment that has another namespace of the current key, or null. */
  Segment find(N other) {
    return find(context.keyGroup(), context.key(), context.hash(), other);
  }

  /** The segment that has any key and namespace, or null. */
  Segment find(int keyGroup, K key, int keyHash, N other) {
    long bits = bits(key);
    return find(keyGroup - firstKeyGroup, bits, hashOf(bits, keyHash, other), key, other);
  }

  private Segment find(int group, long bits, int mixed, K key, N other) {
    Segment segment = hash.segment(group, mixed);
    slot = segment.find(mixed, bits, key, other);
    return slot < 0 ? null : segment;
  }

  /** As above for queries from outside; null if the key is not owned. */
  Segment find(K key, N other) {
    context.requireOpen();
    int keyHash = context.hasher().hash(key);
    int keyGroup = KeyGroups.assign(keyHash, context.maxParallelism());
    return context.range().contains(keyGroup) ? find(keyGroup, key, keyHash, other) : null;
  }

  /** The 64 bits of a key, where keys have some; any thread. */
  long bits(K key) {
    return lane == null ? 0 : lane.toLong(key);
  }

  /** The hash by which an entry of a key and namespace is found; any thread. */
  int hashOf(long bits, int keyHash, N other) {
    int mixed = lane != null ? Hashing.mix(bits) : Hashing.mix(keyHash);
    return namespaced
        ? Hashing.combine(mixed, Hashing.ofNamespace(namespaceHasher.hash(other)))
        : mixed;
  }

  /** The writable segment that has the current key and namespace, added if they were absent. */
  Segment findOrInsert() {
    Segment found = find();
    return found != null
        ? writable(found, slot)
        : insert(
            context.keyGroup(), currentHash(), context.bits(), objectKey(), currentNamespace());
  }

  /** As above, for any key and namespace. */
  Segment findOrInsert(int keyGroup, K key, int keyHash, N other) {
    Segment found = find(keyGroup, key, keyHash, other);
    if (found != null) {
      return writable(found, slot, keyGroup);
    }
    long bits = bits(key);
    return insert(keyGroup, hashOf(bits, keyHash, other), bits, key, other);
  }

  /** Fails if entries cannot be added under a namespace, being too large. */
  void checkNamespace(N other) {
    if (namespaceLimit != null) {
      namespaceLimit.check(other);
    }
  }

  /** Adds what the last look-up did not find. */
  private Segment insert(int keyGroup, int mixed, long bits, K key, N other) {
    if (keyLimit != null) {
      keyLimit.check(lane == null ? key : lane.fromLong(bits));
    }
    checkNamespace(other);
    int group = keyGroup - firstKeyGroup;
    boolean moves = hash.segment(group, mixed).full();
    Segment target = hash.segmentWithRoom(group, mixed, epochs);
    slot = moves ? ~target.find(mixed, bits, key, other) : ~slot;
    target.claim(slot, mixed, bits, key, namespaced ? shared(other) : null);
    hash.added();
    modifications++;
    return target;
  }

  /**
   * An equal namespace that other entries have, where one is known: many keys have the same few
   * windows, and one object for all of them saves memory and stays in the cache.
   */
  private Object shared(N other) {
    int place = place(Hashing.ofNamespace(namespaceHasher.hash(other)));
    if (!other.equals(known[place])) {
      if (place == current) {
        return other;
      }
      known[place] = other;
    }
    return known[place];
  }

  /**
   * A segment to write to in place of one that has an entry of the current key: the same, or a copy
   * with the same slots if a frozen view may hold it.
   */
  Segment writable(Segment segment, int at) {
    return segment.epoch > epochs.maxFrozen ? segment : copied(segment, at, context.keyGroup());
  }

  /** As above, for an entry of any key. */
  Segment writable(Segment segment, int at, int keyGroup) {
    return segment.epoch > epochs.maxFrozen ? segment : copied(segment, at, keyGroup);
  }

  private Segment copied(Segment segment, int at, int keyGroup) {
    modifications++;
    return hash.writableSegment(keyGroup - firstKeyGroup, segment.hash(at), epochs);
  }

  /** Removes an entry of the current key; no segment that was found before is good any more. */
  void remove(Segment segment, int at) {
    remove(segment, at, context.keyGroup());
  }

  /** As above, for an entry of any key. */
  void remove(Segment segment, int at, int keyGroup) {
    hash.remove(segment, at, keyGroup - firstKeyGroup, segment.hash(at), epochs);
    modifications++;
  }

  /**
   * Removes what is older than a time from the next segment, for tables whose entries may have
   * their timestamps in the slots.
   *
   * @return the number of entries that the segment had, at least 1; 0 behind the last segment
   */
  int sweepNext(long oldestLive) {
    context.requireOpen();
    if (!hash.layout.stamped()) {
      return 0;
    }
    if (sweptTo >= 1L << 32) {
      sweptTo = 0;
      sweptGroup++;
    }
    if (sweptGroup == hash.groups()) {
      sweptGroup = 0;
      return 0;
    }
    int from = (int) sweptTo;
    int entries = hash.segment(sweptGroup, from).size;
    sweptTo = hash.nextPosition(sweptGroup, sweptTo);
    if (hash.sweep(sweptGroup, from, oldestLive, epochs)) {
      modifications++;
    }
    return Math.max(1, entries);
  }

  K keyAt(Segment at, int slotAt) {
    if (lane != null) {
      return lane.fromLong(at.longKey(slotAt));
    }
    @SuppressWarnings("unchecked")
    K key = (K) at.key(slotAt);
    return key;
  }

  N namespaceAt(Segment at, int slotAt) {
    if (!namespaced) {
      return known(0);
    }
    @SuppressWarnings("unchecked")
    N found = (N) at.namespace(slotAt);
    return found;
  }

  /** The contents of this moment, for a view: the owner replaces what it writes from now on. */
  SegmentedHash freeze() {
    return hash.copy(hash.epoch);
  }

  long size() {
    context.requireOpen();
    return hash.size();
  }

  /** The number of slots, for tests of what is kept. */
  long capacity() {
    return hash.capacity();
  }

  TableCursor<K, N> cursor() {
    return new Cursor();
  }

  /** Lets go of all entries; walks look where they are, and are refused. */
  void close() {
    hash.clear();
    modifications++;
  }

  void checkInvariants() {
    hash.checkInvariants();
    for (int group = 0; group < hash.groups(); group++) {
      for (SegmentedHash.Slots slots = hash.slots(group); slots.advance(); ) {
        checkPlace(firstKeyGroup + group, slots.segment, slots.slot);
      }
    }
  }

  private void checkPlace(int keyGroup, Segment at, int slotAt) {
    K key = keyAt(at, slotAt);
    int keyHash = context.hasher().hash(key);
    if (KeyGroups.assign(keyHash, context.maxParallelism()) != keyGroup
        || hashOf(bits(key), keyHash, namespaceAt(at, slotAt)) != at.hash(slotAt)) {
      throw new InvariantViolationException("key " + key + " lies in a foreign place");
    }
  }

  /** The values of a table of objects; for {@code checkInvariants}. */
  <T> List<T> allValues() {
    List<T> values = new ArrayList<>();
    for (int group = 0; group < hash.groups(); group++) {
      for (SegmentedHash.Slots slots = hash.slots(group); slots.advance(); ) {
        @SuppressWarnings("unchecked")
        T value = (T) slots.segment.value(slots.slot);
        values.add(value);
      }
    }
    return values;
  }

  /** The segment that has the entry a walk over this is at, or null if it was removed since. */
  Segment find(TableCursor<K, N> at) {
    @SuppressWarnings("unchecked")
    Cursor cursor = (Cursor) at;
    return cursor.find();
  }

  /** The key group of the entry that a walk over this is at. */
  int keyGroup(TableCursor<K, N> at) {
    @SuppressWarnings("unchecked")
    Cursor cursor = (Cursor) at;
    return firstKeyGroup + cursor.group;
  }

  /**
   * Walks in the order of key groups and hashes. The keys of one segment are copied when it is
   * reached, so that splits, joins, copies and shifts under the walk do no harm. A key of 64 bits
   * becomes an object only when it is asked for.
   */
  private final class Cursor implements TableCursor<K, N> {
    private int group = -1;
    private long position = 1L << 32;

    /** The keys' 64 bits, or the keys. */
    private long[] words = new long[0];

    private Object[] keys = new Object[0];
    private Object[] namespaces = new Object[0];
    private int count;
    private int next;
    private int modificationsAtFill;

    @Override
    public boolean advance() {
      while (true) {
        while (next < count) {
          next++;
          if (modifications == modificationsAtFill || find() != null) {
            return true;
          }
        }
        if (!fill()) {
          return false;
        }
      }
    }

    Segment find() {
      context.requireOpen();
      if (lane == null) {
        K key = key();
        return KeyedHash.this.find(
            firstKeyGroup + group, key, context.hasher().hash(key), namespace());
      }
      long bits = words[next - 1];
      return KeyedHash.this.find(group, bits, hashOf(bits, 0, namespace()), null, namespace());
    }

    private boolean fill() {
      context.requireOpen();
      count = 0;
      next = 0;
      if (position >= 1L << 32) {
        if (group + 1 == hash.groups()) {
          return false;
        }
        group++;
        position = 0;
      }
      Segment from = hash.segment(group, (int) position);
      long start = position;
      position = hash.nextPosition(group, position);
      reserve(from);
      for (int at = 0; at <= from.mask; at++) {
        // A segment that was joined under the walk reaches back behind it.
        if (from.occupied(at) && Integer.toUnsignedLong(from.hash(at)) >= start) {
          take(from, at);
        }
      }
      modificationsAtFill = modifications;
      return true;
    }

    private void reserve(Segment from) {
      if (Math.max(words.length, keys.length) < from.size) {
        words = lane == null ? words : new long[from.capacity()];
        keys = lane == null ? new Object[from.capacity()] : keys;
        namespaces = namespaced ? new Object[from.capacity()] : namespaces;
      }
    }

    private void take(Segment from, int at) {
      if (lane == null) {
        keys[count] = from.key(at);
      } else {
        words[count] = from.longKey(at);
      }
      if (namespaced) {
        namespaces[count] = from.namespace(at);
      }
      count++;
    }

    @Override
    @SuppressWarnings("unchecked")
    public K key() {
      return lane == null ? (K) keys[next - 1] : lane.fromLong(words[next - 1]);
    }

    @Override
    @SuppressWarnings("unchecked")
    public N namespace() {
      return namespaced ? (N) namespaces[next - 1] : known(0);
    }
  }
}
