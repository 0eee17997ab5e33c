package io.streambed.entry;

import io.streambed.bytes.ByteView;

/**
 * One entry on its way between stores and snapshots; reused for the next one, its views with it.
 *
 * <p>Which parts mean something depends on the state's kind: {@code key} and {@code namespace} for
 * all but queues; {@code userKey} and {@code nullValue} for maps; {@code value} for all: one value,
 * one map value, one queue element, or for lists a run of elements, each with its length before it
 * and, in a table that keeps them, its timestamp (i64) behind it. A long list travels as several
 * entries in a row.
 */
public final class Entry {
  /** The key's bytes. */
  public final ByteView key = new ByteView();

  /** The namespace's bytes. */
  public final ByteView namespace = new ByteView();

  /** The user key's bytes. */
  public final ByteView userKey = new ByteView();

  /** The value's bytes; empty if {@link #nullValue}. */
  public final ByteView value = new ByteView();

  /** Whether a map's value is null. */
  public boolean nullValue;

  /** The timestamp in a table that keeps one, else 0; 0 for lists, whose elements have them. */
  public long stamp;

  /** An entry with empty parts. */
  public Entry() {}
}
