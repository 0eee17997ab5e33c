package io.streambed.tracking;

import io.streambed.bytes.ByteView;
import io.streambed.store.ListTable;
import io.streambed.store.TableCursor;
import io.streambed.tracking.StateMetrics.Sizes;
import java.util.Collection;
import java.util.List;

/** Lists of which some accesses are measured, over another table. */
final class TrackedListTable<K, N, E> extends ListTable<K, N, E> {
  private final ListTable<K, N, E> table;
  private final StateMetrics<?, E> metrics;
  private final Operation get;
  private final Operation add;
  private final Operation addAll;
  private final Operation update;
  private final Operation mergeNamespaces;
  private final Operation clear;

  TrackedListTable(ListTable<K, N, E> table, StateMetrics<?, E> metrics) {
    this.table = table;
    this.metrics = metrics;
    this.get = metrics.operation("Get", Sizes.KEY_AND_VALUE);
    this.add = metrics.operation("Add", Sizes.KEY_AND_VALUE);
    this.addAll = metrics.operation("AddAll", Sizes.KEY_AND_VALUE);
    this.update = metrics.operation("Update", Sizes.KEY_AND_VALUE);
    this.mergeNamespaces = metrics.operation("MergeNamespaces");
    this.clear = metrics.operation(StateMetrics.CLEAR);
  }

  @Override
  public List<E> read() {
    long begin = get.begin();
    List<E> elements = table.read();
    if (get.ended(begin)) {
      metrics.keySize(get, table.namespace());
      metrics.listSize(get, elements);
    }
    return elements;
  }

  @Override
  public void append(E element) {
    if (add.measuresSizesNext()) {
      metrics.keySize(add, table.namespace());
      metrics.valueSize(add, element);
    }
    long begin = add.begin();
    table.append(element);
    add.ended(begin);
  }

  @Override
  public void appendAll(Collection<? extends E> elements) {
    if (addAll.measuresSizesNext()) {
      metrics.keySize(addAll, table.namespace());
      metrics.listSize(addAll, elements);
    }
    long begin = addAll.begin();
    table.appendAll(elements);
    addAll.ended(begin);
  }

  @Override
  public void replace(Iterable<? extends E> elements) {
    // Others can perhaps be walked over once only.
    if (update.measuresSizesNext() && elements instanceof Collection) {
      metrics.keySize(update, table.namespace());
      metrics.listSize(update, elements);
    }
    long begin = update.begin();
    table.replace(elements);
    update.ended(begin);
  }

  @Override
  public void moveInto(N target, Collection<? extends N> sources) {
    long begin = mergeNamespaces.begin();
    table.moveInto(target, sources);
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
  public List<E> read(long oldestLive) {
    return table.read(oldestLive);
  }

  @Override
  public <R> List<R> readStamped(Stamping<E, R> stamping) {
    return table.readStamped(stamping);
  }

  @Override
  public void append(E element, long stamp) {
    table.append(element, stamp);
  }

  @Override
  public void appendAll(Collection<? extends E> elements, long stamp) {
    table.appendAll(elements, stamp);
  }

  @Override
  public void replace(Iterable<? extends E> elements, long stamp) {
    table.replace(elements, stamp);
  }

  @Override
  public List<E> listAt(TableCursor<K, N> at) {
    return table.listAt(at);
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
