package io.streambed.flink.state;

import io.streambed.keyed.AggregatingKind;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import io.streambed.store.ValueTable;
import java.util.Collection;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.runtime.state.internal.InternalAggregatingState;

/**
 * Aggregating state for Flink.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <IN> the type of the elements
 * @param <ACC> the type of the accumulator
 * @param <OUT> the type of the result
 */
public final class FlinkAggregatingState<K, N, IN, ACC, OUT>
    extends AggregatingKind<K, N, IN, ACC, OUT>
    implements InternalAggregatingState<K, N, IN, ACC, OUT>, FlinkKind<K, N, ACC> {
  private final ValueTable<K, N, ACC> table;
  private final StateBinding<K, N, ?, ACC, ACC> binding;

  /**
   * Aggregating state over a table.
   *
   * @param table what holds it
   * @param binding its declaration
   * @param function how elements are aggregated
   */
  public FlinkAggregatingState(
      ValueTable<K, N, ACC> table,
      StateBinding<K, N, ?, ACC, ACC> binding,
      AggregateFunction<IN, ACC, OUT> function) {
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
  public void add(IN value) {
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
  public StateBinding<K, N, ?, ?, ACC> binding() {
    return binding;
  }

  @Override
  public Table<K, N> table() {
    return super.table();
  }

  @Override
  public ACC wholeAt(TableCursor<K, N> at) {
    return table.valueAt(at);
  }

  @Override
  public void replaceWith(ACC newValue) {
    updateInternal(newValue);
  }
}
