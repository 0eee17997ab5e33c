package io.streambed.flink.state;

import io.streambed.bytes.ByteView;
import io.streambed.store.ListTable;
import io.streambed.store.TableCursor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.runtime.state.ttl.TtlValue;

/**
 * A table of lists with timestamps as Flink's TTL wants it: of elements that have their timestamp
 * in them. The pairs live for one access only.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <E> the type of the elements alone
 */
public final class TtlListTable<K, N, E> extends ListTable<K, N, TtlValue<E>> {
  private final ListTable<K, N, E> table;

  /**
   * A table of pairs.
   *
   * @param table keeps timestamps
   */
  public TtlListTable(ListTable<K, N, E> table) {
    this.table = table;
  }

  @Override
  protected void namespaceChanged(N newNamespace) {
    table.namespace(newNamespace);
  }

  @Override
  public N namespace() {
    return table.namespace();
  }

  /** Appends the element of a pair at the pair's own time. */
  @Override
  public void append(TtlValue<E> pair, long stamp) {
    table.append(pair.getUserValue(), pair.getLastAccessTimestamp());
  }

  @Override
  public void appendAll(Collection<? extends TtlValue<E>> pairs, long stamp) {
    for (Run<E> run : runs(pairs)) {
      table.appendAll(run.elements, run.stamp);
    }
  }

  @Override
  public List<TtlValue<E>> read(long oldestLive) {
    List<TtlValue<E>> all = readStamped((pair, stamp) -> pair);
    return all == null || oldestLive == Long.MIN_VALUE ? all : live(all, oldestLive);
  }

  private static <E> List<TtlValue<E>> live(List<TtlValue<E>> all, long oldestLive) {
    List<TtlValue<E>> live =
        all.stream().filter(pair -> pair.getLastAccessTimestamp() >= oldestLive).toList();
    return live.isEmpty() ? null : live;
  }

  @Override
  public <R> List<R> readStamped(Stamping<TtlValue<E>, R> stamping) {
    return table.readStamped(
        (element, stamp) -> stamping.of(new TtlValue<>(element, stamp), stamp));
  }

  @Override
  public void replace(Iterable<? extends TtlValue<E>> pairs, long stamp) {
    List<Run<E>> runs = runs(pairs);
    if (runs.isEmpty()) {
      table.clear();
      return;
    }
    table.replace(runs.get(0).elements, runs.get(0).stamp);
    for (Run<E> run : runs.subList(1, runs.size())) {
      table.appendAll(run.elements, run.stamp);
    }
  }

  /** Elements in a row with the same timestamp. */
  private record Run<E>(List<E> elements, long stamp) {}

  /** Flink gives all elements of one call the same timestamp: usually there is one run. */
  private static <E> List<Run<E>> runs(Iterable<? extends TtlValue<E>> pairs) {
    List<Run<E>> runs = new ArrayList<>(1);
    Run<E> last = null;
    for (TtlValue<E> pair : pairs) {
      if (last == null || last.stamp != pair.getLastAccessTimestamp()) {
        last = new Run<>(new ArrayList<>(), pair.getLastAccessTimestamp());
        runs.add(last);
      }
      last.elements.add(pair.getUserValue());
    }
    return runs;
  }

  @Override
  public void moveInto(N target, Collection<? extends N> sources) {
    table.moveInto(target, sources);
  }

  /** Nobody looks at pairs in a walk: what has expired is swept by its timestamps. */
  @Override
  public List<TtlValue<E>> listAt(TableCursor<K, N> at) {
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
