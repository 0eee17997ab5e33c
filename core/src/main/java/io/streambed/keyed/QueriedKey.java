package io.streambed.keyed;

import io.streambed.entry.Codec;
import io.streambed.error.StateQueryException;
import io.streambed.error.StateQueryException.Reason;
import io.streambed.key.KeyContext;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.serial.Serializer;

/**
 * The key of a query.
 *
 * @param keyGroup its key group
 * @param bytes its bytes
 */
record QueriedKey(int keyGroup, byte[] bytes) {

  /**
   * Looks at a key.
   *
   * @param key what the caller gave
   * @param serializer of the keys; used
   * @param state for messages
   * @param context tells which key groups are here
   */
  static <K> QueriedKey of(K key, Serializer<K> serializer, String state, KeyContext<?> context) {
    if (key == null) {
      throw new StateQueryException(
          Reason.UNUSABLE_KEY, "state \"" + state + "\" was asked for the key null: give a key");
    }
    int keyGroup;
    byte[] bytes;
    try {
      keyGroup = KeyGroups.assign(serializer.keyHasher().hash(key), context.maxParallelism());
      bytes = new Codec<>(serializer, state, "key").encode(key).toByteArray();
    } catch (RuntimeException e) {
      throw new StateQueryException(
          Reason.UNUSABLE_KEY,
          "state \""
              + state
              + "\" was asked for a key, a "
              + key.getClass().getName()
              + ", that the serializer of its keys does not take: give one of the type of the"
              + " keys, which is "
              + serializer.snapshot(),
          e);
    }
    KeyGroupRange range = context.range();
    if (!range.contains(keyGroup)) {
      throw new StateQueryException(
          Reason.UNUSABLE_KEY,
          "state \""
              + state
              + "\" was asked for a key of key group "
              + keyGroup
              + ", and has the key groups "
              + range
              + ": ask the subtask that has it");
    }
    return new QueriedKey(keyGroup, bytes);
  }
}
