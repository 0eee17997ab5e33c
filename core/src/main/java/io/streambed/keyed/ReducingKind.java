package io.streambed.keyed;

import io.streambed.serial.Serializer;
import io.streambed.state.ReduceFunction;
import io.streambed.state.ReducingState;
import io.streambed.store.Fold;
import io.streambed.store.ValueTable;
import java.util.Collection;
import java.util.Objects;

/**
 * Reducing state over a table of values.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <T> the type of elements and value
 */
public class ReducingKind<K, N, T> extends KeyedKind<K, N>
    implements ReducingState<T>, MergingKind<N, T> {
  private final ValueTable<K, N, T> table;
  private final Accumulators<K, N, T> accumulators;
  private final Fold<T, T> reduce;

  /**
   * Reducing state over a table.
   *
   * @param table what holds it
   * @param keySerializer of the keys
   * @param namespaceSerializer of the namespaces
   * @param serializer of elements and value
   * @param function combines two elements
   */
  public ReducingKind(
      ValueTable<K, N, T> table,
      Serializer<K> keySerializer,
      Serializer<N> namespaceSerializer,
      Serializer<T> serializer,
      ReduceFunction<T> function) {
    super(table, keySerializer, namespaceSerializer, serializer);
    this.table = table;
    this.accumulators = new Accumulators<>(table, function::reduce);
    this.reduce = (old, value) -> old == null ? value : function.reduce(old, value);
  }

  @Override
  public T get() {
    return table.get();
  }

  @Override
  public void add(T value) {
    table.fold(Objects.requireNonNull(value, "an element to reduce must not be null"), reduce);
  }

  @Override
  public void mergeNamespaces(N target, Collection<N> sources) {
    accumulators.merge(target, sources);
  }

  @Override
  public T getInternal() {
    return table.get();
  }

  @Override
  public void updateInternal(T valueToStore) {
    accumulators.update(valueToStore);
  }
}
