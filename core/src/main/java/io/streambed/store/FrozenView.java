package io.streambed.store;

import io.streambed.bytes.ByteView;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.EntrySource;

/**
 * A store's contents at one moment. It stays as it is while the store goes on; several may live at
 * once. Everything it needs, serializers included, is its own.
 *
 * <p>Threading: one thread at a time, any thread. Closing lets the store write in place again; it
 * may happen at any time from any thread once no walk is under way, and is idempotent.
 */
public interface FrozenView extends EntrySource, AutoCloseable {
  /**
   * What one state has for one key and namespace: of what {@link #entries} gives, those entries
   * alone. All that has been looked up is walked to its end before the next look-up.
   *
   * <p>For stores: this one walks over the key group. A store that finds keys overrides it.
   *
   * @param state the index in the schema of a state with keys, not of a queue
   * @param keyGroup the key's group
   * @param key the key's bytes
   * @param namespace the namespace's bytes
   * @param userKey a user key's bytes for one entry of a map; null for all there is
   * @return a cursor before the first entry
   * @throws io.streambed.error.SerializationException if key or namespace cannot be read
   */
  default EntryCursor lookup(
      int state, int keyGroup, ByteView key, ByteView namespace, ByteView userKey) {
    return new EntriesOfKey(entries(keyGroup), state, key, namespace, userKey);
  }

  @Override
  void close();
}
