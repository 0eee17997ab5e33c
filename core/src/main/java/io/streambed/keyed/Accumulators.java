package io.streambed.keyed;

import io.streambed.store.ValueTable;
import java.util.Collection;
import java.util.function.BinaryOperator;

/**
 * What reducing and aggregating state share: merging and replacing what a table of values holds.
 */
final class Accumulators<K, N, A> {
  private final ValueTable<K, N, A> table;
  private final BinaryOperator<A> merge;

  Accumulators(ValueTable<K, N, A> table, BinaryOperator<A> merge) {
    this.table = table;
    this.merge = merge;
  }

  void merge(N target, Collection<N> sources) {
    table.merge(target, sources, merge);
  }

  void update(A value) {
    if (value == null) {
      table.clear();
    } else {
      table.put(value);
    }
  }
}
