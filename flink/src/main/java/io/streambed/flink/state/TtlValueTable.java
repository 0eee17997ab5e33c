package io.streambed.flink.state;

import io.streambed.bytes.ByteView;
import io.streambed.store.Fold;
import io.streambed.store.TableCursor;
import io.streambed.store.ValueTable;
import java.util.List;
import org.apache.flink.runtime.state.ttl.TtlValue;

/**
 * A table of values with timestamps as Flink's TTL wants it: of values that have their timestamp in
 * them. The pairs live for one access only.
 *
 * <p>A pair whose value is null counts as none: TTL makes them when a job's reduce function or
 * accumulator is null, and treats them like none.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <V> the type of the values alone
 */
public final class TtlValueTable<K, N, V> extends ValueTable<K, N, TtlValue<V>> {
  private final ValueTable<K, N, V> table;

  /**
   * A table of pairs.
   *
   * @param table keeps timestamps
   */
  public TtlValueTable(ValueTable<K, N, V> table) {
    this.table = table;
  }

  private TtlValue<V> pair(V value) {
    return value == null ? null : new TtlValue<>(value, table.stamp());
  }

  @Override
  protected void namespaceChanged(N newNamespace) {
    table.namespace(newNamespace);
  }

  @Override
  public N namespace() {
    return table.namespace();
  }

  @Override
  public TtlValue<V> get() {
    return pair(table.get());
  }

  /** Flink asks for one key at a time. */
  @Override
  public List<TtlValue<V>> getAll(List<? extends K> keys, long oldestLive) {
    throw new UnsupportedOperationException("values under TTL are looked up one by one");
  }

  @Override
  public long stamp() {
    return table.stamp();
  }

  @Override
  public TtlValue<V> renew(long oldestLive, long stamp) {
    return pair(table.renew(oldestLive, stamp));
  }

  /** Sets the value of a pair at the pair's own time. */
  @Override
  public void put(TtlValue<V> pair, long stamp) {
    V value = pair.getUserValue();
    if (value == null) {
      table.clear();
    } else {
      table.put(value, pair.getLastAccessTimestamp());
    }
  }

  /** As the table's, with two look-ups: the function makes the timestamp. */
  @Override
  public <A> void fold(A argument, Fold<TtlValue<V>, A> fold, long oldestLive, long stamp) {
    TtlValue<V> pair = fold.apply(get(), argument);
    if (pair == null) {
      table.clear();
    } else {
      put(pair, stamp);
    }
  }

  @Override
  public TtlValue<V> take(N from) {
    return pair(table.take(from));
  }

  /** Nobody looks at pairs in a walk: what has expired is swept by its timestamps. */
  @Override
  public TtlValue<V> valueAt(TableCursor<K, N> at) {
    throw new UnsupportedOperationException("values under TTL are swept, not looked at");
  }

  @Override
  public void clear() {
    table.clear();
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    return table.sweep(at, oldestLive);
  }

  @Override
  public long entries() {
    return table.entries();
  }

  @Override
  public TableCursor<K, N> cursor() {
    return table.cursor();
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace, long oldestLive) {
    return table.lookup(key, namespace, oldestLive);
  }
}
