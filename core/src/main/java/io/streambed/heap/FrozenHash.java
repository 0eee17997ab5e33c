package io.streambed.heap;

import io.streambed.store.Codec;
import io.streambed.store.Entry;
import io.streambed.store.TableSpec;
import java.io.IOException;

/**
 * The frozen roots of a table, walked for a snapshot with serializers of its own.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
final class FrozenHash<K, N> {
  private final KeyedHash<K, N> source;
  private final SegmentedHash[] roots;
  private final int firstKeyGroup;
  private final Codec<K> keys;
  private final Codec<N> namespaces;

  FrozenHash(KeyedHash<K, N> source, TableSpec<N, ?, ?> spec) {
    this.source = source;
    this.roots = source.freeze();
    this.firstKeyGroup = source.context.range().first();
    this.keys = new Codec<>(source.context.serializer().duplicate(), spec.name(), "key");
    this.namespaces = new Codec<>(spec.namespace().duplicate(), spec.name(), "namespace");
  }

  void forEach(int keyGroup, Entry entry, SegmentedHash.Visitor<IOException> visitor)
      throws IOException {
    SegmentedHash root = roots[keyGroup - firstKeyGroup];
    if (root == null) {
      return;
    }
    root.forEach(
        (segment, slot) -> {
          var key = keys.encode(source.keyAt(segment, slot));
          entry.key.set(key.array(), key.offset(), key.length());
          var namespace = namespaces.encode(source.namespaceAt(segment, slot));
          entry.namespace.set(namespace.array(), namespace.offset(), namespace.length());
          visitor.visit(segment, slot);
        });
  }
}
