package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.store.TableSpec;

/**
 * The frozen contents of a table, walked for a snapshot or looked into, with serializers of its
 * own. Of the table it uses what does not change.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
final class FrozenHash<K, N> {
  private final KeyedHash<K, N> source;
  private final SegmentedHash hash;
  private final int firstKeyGroup;
  private final Codec<K> keys;
  private final Codec<N> namespaces;

  FrozenHash(KeyedHash<K, N> source, TableSpec<N, ?, ?> spec) {
    this.source = source;
    this.hash = source.freeze();
    this.firstKeyGroup = source.context.range().first();
    this.keys = new Codec<>(source.context.serializer().duplicate(), spec.name(), "key");
    this.namespaces = new Codec<>(spec.namespace().duplicate(), spec.name(), "namespace");
  }

  /** A walk over the entries of one key group. */
  Slots slots(int keyGroup) {
    return new Slots(hash.slots(keyGroup - firstKeyGroup), null, -1);
  }

  /** A walk over the entry of one key and namespace, if there is one. */
  Slots slot(int keyGroup, ByteView ofKey, ByteView ofNamespace) {
    K key = keys.decode(ofKey);
    N namespace = namespaces.decode(ofNamespace);
    long bits = source.bits(key);
    int mixed = source.hashOf(bits, source.context.hasher().hash(key), namespace);
    Segment segment = hash.segment(keyGroup - firstKeyGroup, mixed);
    return new Slots(null, segment, segment.find(mixed, bits, key, namespace));
  }

  /** What is frozen of a table, as its shape walks over slots. */
  abstract static class Contents<K, N> implements HeapTable.Frozen {
    private final FrozenHash<K, N> hash;

    Contents(FrozenHash<K, N> hash) {
      this.hash = hash;
    }

    /** A walk over the entries in slots, of one user key unless it is null. */
    abstract HeapTable.Walk walk(FrozenHash<K, N>.Slots slots, ByteView userKey);

    @Override
    public HeapTable.Walk walk(int keyGroup) {
      return walk(hash.slots(keyGroup), null);
    }

    @Override
    public HeapTable.Walk find(int keyGroup, ByteView key, ByteView namespace, ByteView userKey) {
      return walk(hash.slot(keyGroup, key, namespace), userKey);
    }
  }

  /** Walks over the entries of one key group, or one of them. */
  final class Slots {
    private final SegmentedHash.Slots group;

    /** Where one entry is, if the walk is over one; the slot is negative once that is behind. */
    private final Segment one;

    private int next;
    private int here;

    private Slots(SegmentedHash.Slots group, Segment one, int slot) {
      this.group = group;
      this.one = one;
      this.next = slot;
    }

    boolean advance() {
      if (one == null) {
        return group.advance();
      }
      here = next;
      next = -1;
      return here >= 0;
    }

    Segment segment() {
      return one == null ? group.segment : one;
    }

    int slot() {
      return one == null ? group.slot : here;
    }

    /** The key here. */
    K key() {
      return source.keyAt(segment(), slot());
    }

    /** Sets key and namespace of an entry to those here. */
    void address(Entry entry) {
      var key = keys.encode(key());
      entry.key.set(key.array(), key.offset(), key.length());
      var namespace = namespaces.encode(source.namespaceAt(segment(), slot()));
      entry.namespace.set(namespace.array(), namespace.offset(), namespace.length());
    }
  }
}
