package io.streambed.flink.state;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.keyed.ListKind;
import io.streambed.store.ListTable;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import java.util.Collection;
import java.util.List;
import org.apache.flink.runtime.state.internal.InternalListState;

/**
 * List state for Flink.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <E> the type of the elements
 */
public final class FlinkListState<K, N, E> extends ListKind<K, N, E>
    implements InternalListState<K, N, E>, FlinkKind<K, N, List<E>> {
  private static final char DELIMITER = ',';

  private final ListTable<K, N, E> table;
  private final StateBinding<K, N, ?, E, List<E>> binding;

  /**
   * List state over a table.
   *
   * @param table what holds it
   * @param binding its declaration
   */
  public FlinkListState(ListTable<K, N, E> table, StateBinding<K, N, ?, E, List<E>> binding) {
    super(
        table,
        binding.keys().context().serializer(),
        binding.spec().namespace(),
        binding.spec().value());
    this.table = table;
    this.binding = binding;
  }

  /**
   * The elements of now, or null if there are none. The list is the caller's: to change it does not
   * change the state.
   */
  @Override
  public List<E> get() {
    List<E> elements = super.get();
    return elements == null ? null : new ReadElements<>(elements);
  }

  /** As core's; no sources at all, be it null, merge to nothing. */
  @Override
  public void mergeNamespaces(N target, Collection<N> sources) {
    if (sources != null) {
      super.mergeNamespaces(target, sources);
    }
  }

  @Override
  public StateBinding<K, N, ?, ?, List<E>> binding() {
    return binding;
  }

  @Override
  public Table<K, N> table() {
    return super.table();
  }

  @Override
  public List<E> wholeAt(TableCursor<K, N> at) {
    return table.listAt(at);
  }

  @Override
  public void replaceWith(List<E> newValue) {
    updateInternal(newValue);
  }

  @Override
  public byte[] queryForm(byte[] found) {
    ByteReader in = new ByteReader(found);
    ByteWriter out = new ByteWriter();
    ByteView element = new ByteView();
    while (in.remaining() > 0) {
      if (out.position() > 0) {
        out.writeByte(DELIMITER);
      }
      out.writeBytes(in.readSized(element));
    }
    return out.toByteArray();
  }
}
