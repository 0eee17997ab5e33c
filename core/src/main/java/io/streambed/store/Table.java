package io.streambed.store;

import io.streambed.bytes.ByteView;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * What all keyed tables share: a current namespace beside the store's current key.
 *
 * <p>Threading: the store's thread only.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
public abstract class Table<K, N> {
  /** What {@link #sweepNext} gives behind the last entry. */
  protected static final int END = 0;

  /**
   * How many more entries the calls to {@link #sweep(int, LongSupplier)} looked at than they asked.
   */
  private int lookedAhead;

  /** Where {@link #sweepNext} of this class is; null before the first entry. */
  private TableCursor<K, N> swept;

  /** For stores only. */
  protected Table() {}

  /**
   * Sets the current namespace.
   *
   * @param newNamespace the namespace, not null, not to be changed afterwards
   */
  public final void namespace(N newNamespace) {
    namespaceChanged(Objects.requireNonNull(newNamespace, "a namespace must not be null"));
  }

  /**
   * The current namespace.
   *
   * @return what was set last, or an equal one; null if none was set
   */
  public abstract N namespace();

  /**
   * Makes a namespace the current one of the table.
   *
   * @param newNamespace the namespace, not null
   */
  protected abstract void namespaceChanged(N newNamespace);

  /** Removes all that is held for the current key and namespace. */
  public abstract void clear();

  /**
   * Removes what is older than a time from where a walk over this table is: the value, elements of
   * the list, entries of the map. The current key and namespace stay what they are.
   *
   * @param at a walk over this table, on an entry
   * @param oldestLive the least timestamp that stays; nothing is removed from a table without
   *     timestamps
   * @return whether anything is left there
   */
  public abstract boolean sweep(TableCursor<K, N> at, long oldestLive);

  /**
   * Removes what is older than a time from the next part of this table: from where the last call
   * ended, or from the beginning. The current key and namespace stay what they are. What stays is
   * looked at by its timestamp only: no value is decoded or copied.
   *
   * <p>The table may change between two calls. An entry that stays in it is looked at within a
   * number of calls that depends on the size of the table alone.
   *
   * <p>Cost: that of so many entries on average. A store looks at entries that lie together at
   * once, as the elements of a list; the calls that follow then look at none until they are even.
   *
   * @param entries how many entries to look at, at least 1
   * @param oldestLive gives the least timestamp that stays; asked at most once, and only if this
   *     call looks at entries. Nothing is removed from a table without timestamps
   * @return whether this call came to the end of the table; the next one starts from the beginning
   */
  public final boolean sweep(int entries, LongSupplier oldestLive) {
    lookedAhead -= entries;
    if (lookedAhead >= 0) {
      return false;
    }
    long oldest = oldestLive.getAsLong();
    do {
      int looked = sweepNext(oldest);
      if (looked == END) {
        lookedAhead = 0;
        return true;
      }
      lookedAhead += looked;
    } while (lookedAhead < 0);
    return false;
  }

  /**
   * As {@link #sweep(int, LongSupplier)}, for a time that is known.
   *
   * @param entries how many entries to look at, at least 1
   * @param oldestLive the least timestamp that stays
   * @return whether this call came to the end of the table
   */
  public final boolean sweep(int entries, long oldestLive) {
    return sweep(entries, () -> oldestLive);
  }

  /**
   * Removes what is older than a time from the next few entries, for {@link #sweep(int,
   * LongSupplier)}.
   *
   * <p>For stores: this one goes from one key and namespace to the next. A store that can tell
   * timestamps without a look-up overrides it.
   *
   * @param oldestLive the least timestamp that stays
   * @return how many entries it has looked at, at least 1, or {@link #END} if there were none left;
   *     the next call starts from the beginning then
   */
  protected int sweepNext(long oldestLive) {
    if (swept == null) {
      swept = cursor();
    }
    if (!swept.advance()) {
      swept = null;
      return END;
    }
    sweep(swept, oldestLive);
    return 1;
  }

  /**
   * Number of entries: a value, a list or a map entry counts as one.
   *
   * @return a count, exact unless the store says it is an estimate
   */
  public abstract long entries();

  /**
   * A walk over all keys and namespaces.
   *
   * @return a new cursor before the first
   */
  public abstract TableCursor<K, N> cursor();

  /**
   * Reads for an outside query, without touching the current key or namespace.
   *
   * @param key a key's bytes
   * @param namespace a namespace's bytes
   * @param oldestLive what has a lesser timestamp counts as not there; all is there in a table
   *     without timestamps
   * @return the value's bytes; for a list its elements, each with its length before it; for a map
   *     its entries, each as the user key with its length, a flag for null, and the value with its
   *     length; null if there is nothing
   * @throws io.streambed.error.SerializationException if key or namespace cannot be read
   */
  public abstract byte[] lookup(ByteView key, ByteView namespace, long oldestLive);
}
