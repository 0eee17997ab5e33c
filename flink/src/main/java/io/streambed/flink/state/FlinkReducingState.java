package io.streambed.flink.state;

import io.streambed.keyed.ReducingKind;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import io.streambed.store.ValueTable;
import java.util.Collection;
import org.apache.flink.api.common.functions.ReduceFunction;
import org.apache.flink.runtime.state.internal.InternalReducingState;

/**
 * Reducing state for Flink.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <T> the type of elements and value
 */
public final class FlinkReducingState<K, N, T> extends ReducingKind<K, N, T>
    implements InternalReducingState<K, N, T>, FlinkKind<K, N, T> {
  private final ValueTable<K, N, T> table;
  private final StateBinding<K, N, ?, T, T> binding;

  /**
   * Reducing state over a table.
   *
   * @param table what holds it
   * @param binding its declaration
   * @param function combines two elements; what it throws comes out of the state as it is
   */
  public FlinkReducingState(
      ValueTable<K, N, T> table, StateBinding<K, N, ?, T, T> binding, ReduceFunction<T> function) {
    super(
        table,
        binding.keys().context().serializer(),
        binding.spec().namespace(),
        binding.spec().value(),
        UserFunctions.of(function));
    this.table = table;
    this.binding = binding;
  }

  /** Adds an element; null clears. */
  @Override
  public void add(T value) {
    if (value == null) {
      clear();
    } else {
      super.add(value);
    }
  }

  /** As core's; no sources at all, be it null, merge to nothing. */
  @Override
  public void mergeNamespaces(N target, Collection<N> sources) {
    if (sources != null) {
      super.mergeNamespaces(target, sources);
    }
  }

  @Override
  public StateBinding<K, N, ?, ?, T> binding() {
    return binding;
  }

  @Override
  public Table<K, N> table() {
    return super.table();
  }

  @Override
  public T wholeAt(TableCursor<K, N> at) {
    return table.valueAt(at);
  }

  @Override
  public void replaceWith(T newValue) {
    updateInternal(newValue);
  }
}
