package io.streambed.heap;

import io.streambed.store.MapCursor;

/** A walk over one inner map: where that map is now, and the entry last reached. */
abstract sealed class InnerMapCursor<K, N, U, V> implements MapCursor<U, V>
    permits DenseCursor, SegmentedCursor {
  final InnerMaps<U, V> maps;
  private final HeapBoundMap<K, N, U, V> bound;

  /** The map, null if it is gone; good while {@link #isCurrent()}. */
  InnerMap map;

  private int replacements;

  /**
   * What {@link InnerMap} keeps of the user keys here and before: they are boxed only if asked for.
   */
  private long word;

  private Object key;
  private long previousWord;
  private Object previousKey;

  private Object value;
  private long longValue;
  private boolean isNull;
  private long stamp;

  InnerMapCursor(HeapBoundMap<K, N, U, V> bound, InnerMap map) {
    this.bound = bound;
    this.maps = bound.maps();
    this.map = map;
    this.replacements = maps.replacements;
  }

  final boolean isCurrent() {
    return replacements == maps.replacements;
  }

  /** Looks the map up after one of the table's was replaced or dropped. */
  final void refresh() {
    map = bound.find();
    replacements = maps.replacements;
  }

  /** Takes the entry at a slot of the current map; its value is the caller's to change. */
  final void reach(int slot) {
    if (maps.mustDetach(map, slot)) {
      if (map.epoch <= maps.epochs.maxFrozen) {
        map = bound.writable();
        replacements = maps.replacements;
      }
      maps.detach(map, slot);
    }
    previousWord = word;
    word = map.word(slot);
    previousKey = key;
    key = map.userKey(slot);
    stamp = maps.stampAt(map, slot);
    if (maps.layout.longValues()) {
      longValue = map.longValue(slot);
      isNull = map.isNull(slot);
    } else {
      value = map.value(slot);
    }
  }

  @Override
  public final U key() {
    return maps.userKey(word, key);
  }

  @Override
  public final U previousKey() {
    return maps.userKey(previousWord, previousKey);
  }

  @Override
  public final V value() {
    if (maps.layout.longValues()) {
      return isNull ? null : maps.longValue(longValue);
    }
    return maps.objectValue(value);
  }

  @Override
  public final long stamp() {
    return stamp;
  }
}
