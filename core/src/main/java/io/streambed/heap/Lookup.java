package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.serial.Serializer;
import io.streambed.store.Codec;
import io.streambed.store.TableSpec;

/**
 * One query from outside: serialized key and namespace in, slot out, the current key untouched.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
final class Lookup<K, N> {
  private final KeyedHash<K, N> hash;
  private final TableSpec<N, ?, ?> spec;

  Lookup(KeyedHash<K, N> hash, TableSpec<N, ?, ?> spec) {
    this.hash = hash;
    this.spec = spec;
  }

  /** The slot in {@link KeyedHash#segment}, or negative. */
  int find(ByteView keyBytes, ByteView namespaceBytes) {
    K key = new Codec<>(hash.context.serializer(), spec.name(), "key").decode(keyBytes);
    N namespace = new Codec<>(spec.namespace(), spec.name(), "namespace").decode(namespaceBytes);
    return hash.find(key, namespace);
  }

  <V> Codec<V> valueCodec(Serializer<V> serializer) {
    return new Codec<>(serializer, spec.name(), "value");
  }
}
