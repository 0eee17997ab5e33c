package io.streambed.keyed;

import io.streambed.serial.Serializer;
import io.streambed.state.AggregateFunction;
import io.streambed.state.AggregatingState;
import io.streambed.store.Fold;
import io.streambed.store.ValueTable;
import java.util.Collection;
import java.util.Objects;

/**
 * Aggregating state over a table of accumulators.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <IN> the type of the elements
 * @param <ACC> the type of the accumulator
 * @param <OUT> the type of the result
 */
public class AggregatingKind<K, N, IN, ACC, OUT> extends KeyedKind<K, N>
    implements AggregatingState<IN, OUT>, MergingKind<N, ACC> {
  private final ValueTable<K, N, ACC> table;
  private final AggregateFunction<IN, ACC, OUT> function;
  private final Accumulators<K, N, ACC> accumulators;
  private final Fold<ACC, IN> aggregate;

  /**
   * Aggregating state over a table.
   *
   * @param table what holds it
   * @param keySerializer of the keys
   * @param namespaceSerializer of the namespaces
   * @param serializer of the accumulator
   * @param function how elements are aggregated
   */
  public AggregatingKind(
      ValueTable<K, N, ACC> table,
      Serializer<K> keySerializer,
      Serializer<N> namespaceSerializer,
      Serializer<ACC> serializer,
      AggregateFunction<IN, ACC, OUT> function) {
    super(table, keySerializer, namespaceSerializer, serializer);
    this.table = table;
    this.function = function;
    this.accumulators = new Accumulators<>(table, function::merge);
    this.aggregate =
        (old, value) -> function.add(value, old == null ? function.createAccumulator() : old);
  }

  @Override
  public OUT get() {
    ACC accumulator = table.get();
    return accumulator == null ? null : function.getResult(accumulator);
  }

  @Override
  public void add(IN value) {
    Objects.requireNonNull(value, "an element to aggregate must not be null");
    table.fold(value, aggregate);
  }

  @Override
  public void mergeNamespaces(N target, Collection<N> sources) {
    accumulators.merge(target, sources);
  }

  @Override
  public ACC getInternal() {
    return table.get();
  }

  @Override
  public void updateInternal(ACC valueToStore) {
    accumulators.update(valueToStore);
  }
}
