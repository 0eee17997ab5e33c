package io.streambed.tracking;

import io.streambed.bytes.ByteView;
import io.streambed.state.StateKind;
import io.streambed.store.Fold;
import io.streambed.store.TableCursor;
import io.streambed.store.ValueTable;
import io.streambed.tracking.StateMetrics.Sizes;
import java.util.Collection;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * Single values of which some accesses are measured, over another table: of value, reducing or
 * aggregating state.
 */
final class TrackedValueTable<K, N, V> extends ValueTable<K, N, V> {
  private final ValueTable<K, N, V> table;
  private final StateMetrics<?, V> metrics;
  private final Operation get;
  private final Operation clear;

  /** As the next two, one that measures nothing where the kind has no such operation. */
  private final Operation update;

  private final Operation add;
  private final Operation mergeNamespaces;

  TrackedValueTable(ValueTable<K, N, V> table, StateMetrics<?, V> metrics) {
    this.table = table;
    this.metrics = metrics;
    StateKind kind = metrics.kind();
    // What an element adds to an accumulator is of another type than what the table holds.
    Sizes sizes = kind == StateKind.AGGREGATING ? Sizes.KEY : Sizes.KEY_AND_VALUE;
    this.get = metrics.operation("Get", sizes);
    this.clear = metrics.operation(StateMetrics.CLEAR);
    boolean value = kind == StateKind.VALUE;
    this.update = value ? metrics.operation("Update", sizes) : Operation.unmeasured();
    this.add = value ? Operation.unmeasured() : metrics.operation("Add", sizes);
    this.mergeNamespaces = value ? Operation.unmeasured() : metrics.operation("MergeNamespaces");
  }

  @Override
  public V get() {
    long begin = get.begin();
    V value = table.get();
    if (get.ended(begin)) {
      metrics.keySize(get, table.namespace());
      metrics.valueSize(get, value);
    }
    return value;
  }

  @Override
  public void put(V value) {
    if (update.measuresSizesNext()) {
      metrics.keySize(update, table.namespace());
      metrics.valueSize(update, value);
    }
    long begin = update.begin();
    table.put(value);
    update.ended(begin);
  }

  @Override
  public <A> void fold(A argument, Fold<V, A> fold) {
    if (add.measuresSizesNext()) {
      metrics.keySize(add, table.namespace());
      if (add.measuresValueSize()) {
        @SuppressWarnings("unchecked") // Elements of reducing state are of the type of its value.
        V element = (V) argument;
        metrics.valueSize(add, element);
      }
    }
    long begin = add.begin();
    table.fold(argument, fold);
    add.ended(begin);
  }

  @Override
  public void merge(N target, Collection<? extends N> sources, BinaryOperator<V> merge) {
    long begin = mergeNamespaces.begin();
    table.merge(target, sources, merge);
    mergeNamespaces.ended(begin);
  }

  @Override
  public void clear() {
    long begin = clear.begin();
    table.clear();
    clear.ended(begin);
  }

  // ---- not measured

  @Override
  public V get(long oldestLive) {
    return table.get(oldestLive);
  }

  @Override
  public List<V> getAll(List<? extends K> keys, long oldestLive) {
    return table.getAll(keys, oldestLive);
  }

  @Override
  public List<V> getAll(List<? extends K> keys) {
    return table.getAll(keys);
  }

  @Override
  public long stamp() {
    return table.stamp();
  }

  @Override
  public V renew(long oldestLive, long stamp) {
    return table.renew(oldestLive, stamp);
  }

  @Override
  public void put(V value, long stamp) {
    table.put(value, stamp);
  }

  @Override
  public <A> void fold(A argument, Fold<V, A> fold, long oldestLive, long stamp) {
    table.fold(argument, fold, oldestLive, stamp);
  }

  @Override
  public V take(N from) {
    return table.take(from);
  }

  @Override
  public V valueAt(TableCursor<K, N> at) {
    return table.valueAt(at);
  }

  @Override
  public N namespace() {
    return table.namespace();
  }

  @Override
  protected void namespaceChanged(N newNamespace) {
    table.namespace(newNamespace);
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
