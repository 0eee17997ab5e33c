package io.streambed.heap;

import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.store.TableSpec;

/**
 * The frozen contents of a table, walked for a snapshot with serializers of its own.
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
    return new Slots(hash.slots(keyGroup - firstKeyGroup));
  }

  /** Walks over the entries of one key group. */
  final class Slots {
    private final SegmentedHash.Slots slots;

    private Slots(SegmentedHash.Slots slots) {
      this.slots = slots;
    }

    boolean advance() {
      return slots.advance();
    }

    Segment segment() {
      return slots.segment;
    }

    int slot() {
      return slots.slot;
    }

    /** The key here. */
    K key() {
      return source.keyAt(slots.segment, slots.slot);
    }

    /** Sets key and namespace of an entry to those here. */
    void address(Entry entry) {
      var key = keys.encode(key());
      entry.key.set(key.array(), key.offset(), key.length());
      var namespace = namespaces.encode(source.namespaceAt(slots.segment, slots.slot));
      entry.namespace.set(namespace.array(), namespace.offset(), namespace.length());
    }
  }
}
