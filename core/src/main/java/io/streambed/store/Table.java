package io.streambed.store;

import io.streambed.bytes.ByteView;
import java.util.Objects;

/**
 * What all keyed tables share: a current namespace beside the store's current key.
 *
 * <p>Threading: the store's thread only.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
public abstract class Table<K, N> {
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
   * @return the value's bytes; for a list its elements, each with its length before it; for a map
   *     its entries, each as the user key with its length, a flag for null, and the value with its
   *     length; null if there is nothing
   * @throws io.streambed.error.SerializationException if key or namespace cannot be read
   */
  public abstract byte[] lookup(ByteView key, ByteView namespace);
}
