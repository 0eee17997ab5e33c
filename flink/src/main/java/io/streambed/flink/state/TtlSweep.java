package io.streambed.flink.state;

import io.streambed.store.Table;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.flink.runtime.state.StateEntry;
import org.apache.flink.runtime.state.internal.InternalKvState.StateIncrementalVisitor;

/**
 * How a state under TTL is rid of what has expired: by the timestamps in its table, a part at a
 * time.
 *
 * @param table holds the values and their timestamps
 * @param oldestLive gives the least timestamp that has not expired
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
public record TtlSweep<K, N>(Table<K, N> table, LongSupplier oldestLive) {
  /**
   * What Flink's incremental clean-up walks over. It gives no entries, but sweeps a part of the
   * table each time it is asked for the next ones. It never ends: the table begins anew by itself.
   *
   * @param entries how many entries to look at each time, on average
   */
  <SV> StateIncrementalVisitor<K, N, SV> visitor(int entries) {
    return new StateIncrementalVisitor<>() {
      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Collection<StateEntry<K, N, SV>> nextEntries() {
        table.sweep(entries, oldestLive);
        return List.of();
      }

      @Override
      public void remove(StateEntry<K, N, SV> entry) {
        throw new UnsupportedOperationException("no entry was given");
      }

      @Override
      public void update(StateEntry<K, N, SV> entry, SV newValue) {
        throw new UnsupportedOperationException("no entry was given");
      }
    };
  }
}
