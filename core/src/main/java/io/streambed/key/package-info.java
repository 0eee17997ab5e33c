/**
 * Keys and key groups: how a key finds its group, a group its subtask, and what is known of the
 * current key.
 *
 * <p>Reading order: {@link io.streambed.key.KeyGroups}, {@link io.streambed.key.KeyGroupRange},
 * {@link io.streambed.key.KeyContext}. Threading: {@code KeyContext} belongs to its store's thread,
 * the rest is immutable. Imports: serial, bytes, error.
 */
package io.streambed.key;
