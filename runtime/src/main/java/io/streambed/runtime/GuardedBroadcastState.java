package io.streambed.runtime;

import io.streambed.state.BroadcastState;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Broadcast state that refuses changes unless a broadcast element is being handled: all subtasks
 * must make the same ones.
 */
final class GuardedBroadcastState<K, V> implements BroadcastState<K, V> {
  private final BroadcastState<K, V> state;
  private final BooleanSupplier writable;
  private final String name;

  GuardedBroadcastState(BroadcastState<K, V> state, BooleanSupplier writable, String name) {
    this.state = state;
    this.writable = writable;
    this.name = name;
  }

  private void requireWritable() {
    if (!writable.getAsBoolean()) {
      throw new IllegalStateException(
          "broadcast state \"" + name + "\" may be changed in onBroadcast only");
    }
  }

  @Override
  public V get(K key) {
    return state.get(key);
  }

  @Override
  public boolean contains(K key) {
    return state.contains(key);
  }

  @Override
  public Iterable<Map.Entry<K, V>> immutableEntries() {
    return state.immutableEntries();
  }

  @Override
  public Iterable<Map.Entry<K, V>> entries() {
    requireWritable();
    return state.entries();
  }

  @Override
  public void put(K key, V value) {
    requireWritable();
    state.put(key, value);
  }

  @Override
  public void putAll(Map<K, V> map) {
    requireWritable();
    state.putAll(map);
  }

  @Override
  public void remove(K key) {
    requireWritable();
    state.remove(key);
  }

  @Override
  public void clear() {
    requireWritable();
    state.clear();
  }
}
