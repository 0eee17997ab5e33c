package io.streambed.flink.state;

import io.streambed.keyed.ValueKind;
import io.streambed.store.Table;
import io.streambed.store.TableCursor;
import io.streambed.store.ValueTable;
import org.apache.flink.runtime.state.internal.InternalValueState;

/**
 * Value state for Flink.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <V> the type of the value
 */
public final class FlinkValueState<K, N, V> extends ValueKind<K, N, V>
    implements InternalValueState<K, N, V>, FlinkKind<K, N, V> {
  private final ValueTable<K, N, V> table;
  private final StateBinding<K, N, ?, V, V> binding;

  /**
   * Value state over a table.
   *
   * @param table what holds it
   * @param binding its declaration
   * @param defaultValue given where there is none; may be null
   */
  public FlinkValueState(
      ValueTable<K, N, V> table, StateBinding<K, N, ?, V, V> binding, V defaultValue) {
    super(
        table,
        binding.keys().context().serializer(),
        binding.spec().namespace(),
        binding.spec().value(),
        defaultValue);
    this.table = table;
    this.binding = binding;
  }

  @Override
  public StateBinding<K, N, ?, ?, V> binding() {
    return binding;
  }

  @Override
  public Table<K, N> table() {
    return table;
  }

  @Override
  public V wholeAt(TableCursor<K, N> at) {
    return table.valueAt(at);
  }

  @Override
  public void replaceWith(V newValue) {
    update(newValue);
  }
}
