package io.streambed.heap;

import io.streambed.key.KeyGroupRange;
import io.streambed.store.Entry;
import io.streambed.store.EntrySink;
import io.streambed.store.FrozenView;
import io.streambed.store.Schema;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The frozen contents of a heap store. */
final class HeapFrozenView implements FrozenView {
  private final Schema schema;
  private volatile List<HeapTable.Frozen> tables;
  private final int firstKeyGroup;
  private final int lastKeyGroup;
  private final Epochs epochs;
  private final int epoch;
  private final AtomicBoolean closed = new AtomicBoolean();

  HeapFrozenView(
      Schema schema, List<HeapTable.Frozen> tables, KeyGroupRange range, Epochs epochs, int epoch) {
    this.schema = schema;
    this.tables = tables;
    this.firstKeyGroup = range.first();
    this.lastKeyGroup = range.last();
    this.epochs = epochs;
    this.epoch = epoch;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public boolean sorted() {
    return false;
  }

  @Override
  public void read(int keyGroup, EntrySink sink) throws IOException {
    if (closed.get()) {
      throw new IllegalStateException("the view is closed");
    }
    if (keyGroup < firstKeyGroup || keyGroup > lastKeyGroup) {
      return;
    }
    List<HeapTable.Frozen> frozen = tables;
    for (int state = 0; state < frozen.size(); state++) {
      frozen.get(state).write(keyGroup, state, new Entry(), sink);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // Whoever still holds the view, or a future that does, holds no old state with it.
      tables = List.of();
      epochs.release(epoch);
    }
  }
}
