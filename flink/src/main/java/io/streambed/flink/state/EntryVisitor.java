package io.streambed.flink.state;

import io.streambed.key.KeyContext;
import io.streambed.store.TableCursor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.runtime.state.StateEntry;
import org.apache.flink.runtime.state.internal.InternalKvState.StateIncrementalVisitor;

/**
 * A walk over all entries of a state in small steps between accesses, as TTL's incremental cleanup
 * does it. The current key and namespace are moved to an entry only while it is read or changed.
 */
final class EntryVisitor<K, N, SV> implements StateIncrementalVisitor<K, N, SV> {
  private final FlinkKind<K, N, SV> state;
  private final int batch;
  private final TableCursor<K, N> cursor;
  private boolean ahead;
  private boolean ended;

  EntryVisitor(FlinkKind<K, N, SV> state, int batch) {
    this.state = state;
    this.batch = batch;
    this.cursor = state.table().cursor();
  }

  @Override
  public boolean hasNext() {
    if (!ahead && !ended) {
      ahead = cursor.advance();
      ended = !ahead;
    }
    return ahead;
  }

  @Override
  public Collection<StateEntry<K, N, SV>> nextEntries() {
    List<StateEntry<K, N, SV>> entries = new ArrayList<>();
    while (entries.size() < batch && hasNext()) {
      ahead = false;
      K key = cursor.key();
      N namespace = cursor.namespace();
      at(
          key,
          namespace,
          () -> entries.add(new StateEntry.SimpleStateEntry<>(key, namespace, state.wholeValue())));
    }
    return entries;
  }

  @Override
  public void remove(StateEntry<K, N, SV> entry) {
    at(entry.getKey(), entry.getNamespace(), state::clear);
  }

  @Override
  public void update(StateEntry<K, N, SV> entry, SV newValue) {
    at(entry.getKey(), entry.getNamespace(), () -> state.replaceWith(newValue));
  }

  private void at(K key, N namespace, Runnable action) {
    KeyContext<K> context = state.binding().keys().context();
    K current = context.hasKey() ? context.key() : null;
    N currentNamespace = state.table().namespace();
    context.setKey(key);
    state.table().namespace(namespace);
    try {
      action.run();
    } finally {
      if (current != null) {
        context.setKey(current);
      } else {
        context.clearKey();
      }
      if (currentNamespace != null) {
        state.table().namespace(currentNamespace);
      }
    }
  }
}
