package io.streambed.heap;

import io.streambed.bytes.ByteReader;
import io.streambed.error.InvariantViolationException;
import io.streambed.key.KeyContext;
import io.streambed.key.KeyGroups;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.store.TableCursor;
import java.util.ArrayList;
import java.util.List;

/**
 * One {@link SegmentedHash} per key group, addressed by key and namespace: the ground of all heap
 * tables. A look-up leaves its result in {@link #segment} and gives the slot.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
final class KeyedHash<K, N> {
  final KeyContext<K> context;
  final Epochs epochs;
  final Layout layout;
  private final int firstKeyGroup;
  private final LongLane<K> lane;
  private final KeyHasher<N> namespaceHasher;

  /** The only namespace where there is but one, else null. */
  private final N soleNamespace;

  private SegmentedHash[] roots;

  /** Where the last look-up or insertion went. */
  Segment segment;

  /** Counts all changes that a walk cannot bear: entries that come, go or move. */
  int modifications;

  private N namespace;
  private int namespaceHash;

  KeyedHash(
      KeyContext<K> context, Epochs epochs, Serializer<N> namespaceSerializer, Layout layout) {
    this.context = context;
    this.epochs = epochs;
    this.layout = layout;
    this.firstKeyGroup = context.range().first();
    this.lane = context.lane();
    this.namespaceHasher = namespaceSerializer.keyHasher();
    this.soleNamespace =
        layout.namespaced() ? null : namespaceSerializer.read(new ByteReader(new byte[0]));
    this.roots = new SegmentedHash[context.range().size()];
  }

  /** Whether a serializer's type has but one value, so that no lane is needed for it. */
  static boolean hasSoleValue(Serializer<?> serializer) {
    return serializer.fixedLength() == 0;
  }

  void namespace(N newNamespace) {
    namespace = newNamespace;
    namespaceHash = namespaceHasher.hash(newNamespace);
  }

  N currentNamespace() {
    if (namespace == null) {
      if (soleNamespace == null) {
        throw new IllegalStateException("no current namespace: set one before the state is used");
      }
      return soleNamespace;
    }
    return namespace;
  }

  private int currentHash(long bits) {
    int hash = lane != null ? Hashing.mix(bits) : Hashing.mix(context.hash());
    if (!layout.namespaced()) {
      return hash;
    }
    currentNamespace();
    return Hashing.combine(hash, namespaceHash);
  }

  private long currentBits() {
    return lane == null ? 0 : lane.toLong(context.key());
  }

  /** The slot of the current key and namespace in {@link #segment}, or negative. */
  int find() {
    SegmentedHash root = roots[context.keyGroup() - firstKeyGroup];
    if (root == null) {
      currentNamespace();
      return -1;
    }
    long bits = currentBits();
    int hash = currentHash(bits);
    Segment found = root.segment(hash);
    segment = found;
    return found.find(hash, bits, context.key(), namespace);
  }

  /** The slot of another namespace of the current key in {@link #segment}, or negative. */
  int find(N other) {
    return find(context.keyGroup(), context.key(), context.hash(), other);
  }

  /** The slot of any key and namespace in {@link #segment}, or negative. */
  int find(int keyGroup, K key, int keyHash, N other) {
    SegmentedHash root = roots[keyGroup - firstKeyGroup];
    if (root == null) {
      return -1;
    }
    long bits = lane == null ? 0 : lane.toLong(key);
    int hash = hashOf(bits, keyHash, other);
    Segment found = root.segment(hash);
    segment = found;
    return found.find(hash, bits, key, other);
  }

  private int hashOf(long bits, int keyHash, N other) {
    int hash = lane != null ? Hashing.mix(bits) : Hashing.mix(keyHash);
    return layout.namespaced() ? Hashing.combine(hash, namespaceHasher.hash(other)) : hash;
  }

  /** Finds any key, for queries from outside; negative if not there or not owned. */
  int find(K key, N other) {
    int keyHash = context.hasher().hash(key);
    int keyGroup = KeyGroups.assign(keyHash, context.maxParallelism());
    return context.range().contains(keyGroup) ? find(keyGroup, key, keyHash, other) : -1;
  }

  /** The slot of the current key and namespace, made if it was not there, in a writable segment. */
  int findOrInsert() {
    int slot = find();
    if (slot >= 0) {
      makeWritable(slot);
      return slot;
    }
    long bits = currentBits();
    return insert(context.keyGroup(), currentHash(bits), bits, context.key(), namespace);
  }

  /** As {@link #findOrInsert()}, for any key and namespace. */
  int findOrInsert(int keyGroup, K key, int keyHash, N other) {
    int slot = find(keyGroup, key, keyHash, other);
    if (slot >= 0) {
      makeWritable(slot);
      return slot;
    }
    long bits = lane == null ? 0 : lane.toLong(key);
    return insert(keyGroup, hashOf(bits, keyHash, other), bits, key, other);
  }

  private int insert(int keyGroup, int hash, long bits, K key, N other) {
    SegmentedHash root = writableRoot(keyGroup);
    Segment target = root.segmentWithRoom(hash, epochs);
    int slot = ~target.find(hash, bits, key, other);
    target.claim(slot, hash, bits, key, other);
    root.sizeChanged(1);
    modifications++;
    segment = target;
    return slot;
  }

  /** Makes {@link #segment} writable; the slot stays the same. */
  void makeWritable(int slot) {
    if (segment.epoch <= epochs.maxFrozen) {
      int hash = segment.hashes[slot];
      int keyGroup = keyGroupAt(slot);
      segment = writableRoot(keyGroup).writableSegment(hash, epochs);
      modifications++;
    }
  }

  /** Removes the entry at a slot of {@link #segment}. */
  void remove(int slot) {
    makeWritable(slot);
    SegmentedHash root = writableRoot(keyGroupAt(slot));
    segment.remove(slot);
    root.sizeChanged(-1);
    modifications++;
  }

  private int keyGroupAt(int slot) {
    K key = keyAt(segment, slot);
    if (context.hasKey() && key == context.key()) {
      return context.keyGroup();
    }
    return KeyGroups.assign(context.hasher().hash(key), context.maxParallelism());
  }

  private SegmentedHash writableRoot(int keyGroup) {
    int index = keyGroup - firstKeyGroup;
    SegmentedHash root = roots[index];
    if (root == null) {
      root = new SegmentedHash(layout, epochs.current(), Segment.MIN_CAPACITY);
      roots[index] = root;
    } else if (root.epoch <= epochs.maxFrozen) {
      root = root.copy(epochs.current());
      roots[index] = root;
    }
    return root;
  }

  K keyAt(Segment at, int slot) {
    if (lane != null) {
      return lane.fromLong(at.longKeys[slot]);
    }
    @SuppressWarnings("unchecked")
    K key = (K) at.keys[slot];
    return key;
  }

  N namespaceAt(Segment at, int slot) {
    if (!layout.namespaced()) {
      return soleNamespace;
    }
    @SuppressWarnings("unchecked")
    N found = (N) at.namespaces[slot];
    return found;
  }

  /** The roots of this moment, for a view: the owner replaces what it writes from now on. */
  SegmentedHash[] freeze() {
    return roots.clone();
  }

  long size() {
    long size = 0;
    for (SegmentedHash root : roots) {
      size += root == null ? 0 : root.size();
    }
    return size;
  }

  TableCursor<K, N> cursor() {
    return new Cursor();
  }

  void checkInvariants() {
    for (int index = 0; index < roots.length; index++) {
      SegmentedHash root = roots[index];
      if (root != null) {
        root.checkInvariants();
        int keyGroup = firstKeyGroup + index;
        root.forEach((at, slot) -> checkPlace(keyGroup, at, slot));
      }
    }
  }

  private void checkPlace(int keyGroup, Segment at, int slot) {
    K key = keyAt(at, slot);
    int keyHash = context.hasher().hash(key);
    long bits = lane == null ? 0 : lane.toLong(key);
    if (KeyGroups.assign(keyHash, context.maxParallelism()) != keyGroup
        || hashOf(bits, keyHash, namespaceAt(at, slot)) != at.hashes[slot]) {
      throw new InvariantViolationException("key " + key + " lies in a foreign place");
    }
  }

  /** The values of a table of objects; for {@code checkInvariants}. */
  <T> List<T> allValues() {
    List<T> values = new ArrayList<>();
    for (SegmentedHash root : roots) {
      if (root != null) {
        root.forEach(
            (at, slot) -> {
              @SuppressWarnings("unchecked")
              T value = (T) at.values[slot];
              values.add(value);
            });
      }
    }
    return values;
  }

  /**
   * Walks in the order of key groups and hashes. The keys of one segment are copied when it is
   * reached, so that splits, copies and shifts under the walk do no harm.
   */
  private final class Cursor implements TableCursor<K, N> {
    private int index = -1;
    private long position = 1L << 32;
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
          if (modifications == modificationsAtFill || stillThere()) {
            return true;
          }
        }
        if (!fill()) {
          return false;
        }
      }
    }

    private boolean stillThere() {
      K key = key();
      return find(firstKeyGroup + index, key, context.hasher().hash(key), namespace()) >= 0;
    }

    private boolean fill() {
      while (index < 0 || roots[index] == null || position >= 1L << 32) {
        if (++index >= roots.length) {
          index = roots.length - 1;
          position = 1L << 32;
          count = 0;
          return false;
        }
        position = 0;
      }
      SegmentedHash root = roots[index];
      Segment from = root.segment((int) position);
      position = root.nextPosition(position);
      if (keys.length < from.size) {
        keys = new Object[from.capacity()];
        namespaces = new Object[from.capacity()];
      }
      count = 0;
      next = 0;
      for (int slot = 0; slot < from.hashes.length; slot++) {
        if (from.hashes[slot] != 0) {
          keys[count] = keyAt(from, slot);
          namespaces[count++] = namespaceAt(from, slot);
        }
      }
      modificationsAtFill = modifications;
      return true;
    }

    @Override
    @SuppressWarnings("unchecked")
    public K key() {
      return (K) keys[next - 1];
    }

    @Override
    @SuppressWarnings("unchecked")
    public N namespace() {
      return (N) namespaces[next - 1];
    }
  }
}
