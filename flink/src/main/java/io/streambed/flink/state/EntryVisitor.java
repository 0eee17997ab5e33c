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
 * does it: one entry a step, only looked at. The current key and namespace are moved to an entry
 * only while it is changed.
 *
 * <p>A step makes no objects: the collection and the entry that it gives are the same each time.
 * The entry is good until the walk goes on, which is all that the cleanup asks for.
 */
final class EntryVisitor<K, N, SV> implements StateIncrementalVisitor<K, N, SV> {
  private final FlinkKind<K, N, SV> state;
  private final TableCursor<K, N> cursor;
  private final Here here = new Here();

  /** Of the type that hashmap gives as well: the cleanup's code is compiled for one. */
  private final List<StateEntry<K, N, SV>> step = new ArrayList<>(1);

  private boolean ahead;
  private boolean ended;

  EntryVisitor(FlinkKind<K, N, SV> state) {
    this.state = state;
    this.cursor = state.table().cursor();
    step.add(here);
  }

  @Override
  public boolean hasNext() {
    if (!ahead && !ended) {
      here.isGood = false;
      ahead = cursor.advance();
      ended = !ahead;
    }
    return ahead;
  }

  @Override
  public Collection<StateEntry<K, N, SV>> nextEntries() {
    while (hasNext()) {
      ahead = false;
      here.whole = state.wholeAt(cursor);
      if (here.whole != null) {
        here.isGood = true;
        return step;
      }
    }
    return List.of();
  }

  @Override
  public void remove(StateEntry<K, N, SV> entry) {
    at(entry.getKey(), entry.getNamespace(), state::clear);
  }

  /** What the new value shares with the entry that was looked at may be part of a snapshot. */
  @Override
  public void update(StateEntry<K, N, SV> entry, SV newValue) {
    SV own = state.binding().value().copy(newValue);
    at(entry.getKey(), entry.getNamespace(), () -> state.replaceWith(own));
  }

  /** The entry where the walk is. */
  private final class Here implements StateEntry<K, N, SV> {
    private SV whole;
    private boolean isGood;

    private TableCursor<K, N> cursor() {
      if (!isGood) {
        throw new IllegalStateException("the walk over the state has gone on to another entry");
      }
      return cursor;
    }

    @Override
    public K getKey() {
      return cursor().key();
    }

    @Override
    public N getNamespace() {
      return cursor().namespace();
    }

    @Override
    public SV getState() {
      return whole;
    }
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
