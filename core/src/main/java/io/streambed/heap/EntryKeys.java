package io.streambed.heap;

import io.streambed.key.KeyGroups;
import io.streambed.store.Codec;
import io.streambed.store.Entry;
import io.streambed.store.StateSchema;
import io.streambed.store.TableSpec;
import io.streambed.store.Takeover;

/**
 * Reads key and namespace of loaded entries and finds their slot.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
final class EntryKeys<K, N> {
  private final KeyedHash<K, N> hash;
  private final String state;
  private final Codec<K> keys;
  private final Codec<N> namespaces;

  EntryKeys(KeyedHash<K, N> hash, TableSpec<N, ?, ?> spec, StateSchema written) {
    this.hash = hash;
    this.state = spec.name();
    this.keys = new Codec<>(hash.context.serializer(), spec.name(), "key");
    this.namespaces =
        Takeover.codec(spec.name(), "namespace", spec.namespace(), written.namespace());
  }

  /** The entry's slot in {@link KeyedHash#segment}, made if it was not there. */
  int findOrInsert(int keyGroup, Entry entry) {
    K key = keys.decode(entry.key);
    N namespace = namespaces.decode(entry.namespace);
    int keyHash = hash.context.hasher().hash(key);
    Takeover.checkKeyGroup(
        state, keyGroup, KeyGroups.assign(keyHash, hash.context.maxParallelism()));
    return hash.findOrInsert(keyGroup, key, keyHash, namespace);
  }
}
