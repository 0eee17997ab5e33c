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
    A merged = null;
    long stamp = Long.MIN_VALUE;
    for (N source : sources) {
      A taken = source.equals(target) ? null : table.take(source);
      if (taken != null) {
        stamp = Math.max(stamp, table.stamp());
        merged = merged == null ? taken : merge.apply(merged, taken);
      }
    }
    if (merged == null) {
      return;
    }
    N current = table.namespace();
    table.namespace(target);
    try {
      // What is there afterwards has the later one of both timestamps.
      table.fold(
          merged,
          (old, added) -> old == null ? added : merge.apply(old, added),
          Long.MIN_VALUE,
          stamp);
    } finally {
      if (current != null) {
        table.namespace(current);
      }
    }
  }

  void update(A value) {
    if (value == null) {
      table.clear();
    } else {
      table.put(value);
    }
  }
}
