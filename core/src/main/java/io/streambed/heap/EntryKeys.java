package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.entry.StateSchema;
import io.streambed.key.KeyGroups;
import io.streambed.migration.Takeover;
import io.streambed.store.TableSpec;

/**
 * Finds the place of serialized keys and namespaces, the current key untouched. A look-up leaves
 * its slot in {@link KeyedHash#slot}.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
final class EntryKeys<K, N> {
  private final KeyedHash<K, N> hash;
  private final String state;
  private final Codec<K> keys;
  private final Codec<N> namespaces;

  private EntryKeys(KeyedHash<K, N> hash, String state, Codec<N> namespaces) {
    this.hash = hash;
    this.state = state;
    this.keys = new Codec<>(hash.context.serializer(), state, "key");
    this.namespaces = namespaces;
  }

  /** For queries from outside. */
  EntryKeys(KeyedHash<K, N> hash, TableSpec<N, ?, ?> spec) {
    this(hash, spec.name(), new Codec<>(spec.namespace(), spec.name(), "namespace"));
  }

  /** For loading what was written under an older declaration. */
  EntryKeys(KeyedHash<K, N> hash, TableSpec<N, ?, ?> spec, StateSchema written) {
    this(
        hash,
        spec.name(),
        Takeover.codec(spec.name(), "namespace", spec.namespace(), written.namespace()));
  }

  /** The segment that has a key and namespace, or null. */
  Segment find(ByteView key, ByteView namespace) {
    return hash.find(keys.decode(key), namespaces.decode(namespace));
  }

  /** The writable segment that has an entry's key and namespace, added if they were absent. */
  Segment findOrInsert(int keyGroup, Entry entry) {
    K key = keys.decode(entry.key);
    N namespace = namespaces.decode(entry.namespace);
    int keyHash = hash.context.hasher().hash(key);
    Takeover.checkKeyGroup(
        state, keyGroup, KeyGroups.assign(keyHash, hash.context.maxParallelism()));
    return hash.findOrInsert(keyGroup, key, keyHash, namespace);
  }
}
