package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.Schema;
import io.streambed.key.KeyGroupRange;
import io.streambed.store.FrozenView;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** The frozen contents of a heap store. */
final class HeapFrozenView implements FrozenView {
  private Supplier<Schema> frozenSchema;
  private Schema schema;
  private volatile List<HeapTable.Frozen> tables;
  private final int firstKeyGroup;
  private final int lastKeyGroup;
  private final Epochs epochs;
  private final int epoch;
  private final AtomicBoolean closed = new AtomicBoolean();

  HeapFrozenView(
      Supplier<Schema> schema,
      List<HeapTable.Frozen> tables,
      KeyGroupRange range,
      Epochs epochs,
      int epoch) {
    this.frozenSchema = schema;
    this.tables = tables;
    this.firstKeyGroup = range.first();
    this.lastKeyGroup = range.last();
    this.epochs = epochs;
    this.epoch = epoch;
  }

  @Override
  public Schema schema() {
    if (schema == null) {
      schema = frozenSchema.get();
      frozenSchema = null;
    }
    return schema;
  }

  @Override
  public EntryCursor entries(int keyGroup) {
    requireOpen();
    List<HeapTable.Frozen> frozen = contains(keyGroup) ? tables : List.of();
    return new Cursor(frozen, keyGroup, HeapTable.Walk.NOTHING, -1, frozen.size() - 1);
  }

  @Override
  public EntryCursor lookup(
      int state, int keyGroup, ByteView key, ByteView namespace, ByteView userKey) {
    requireOpen();
    HeapTable.Walk found =
        contains(keyGroup)
            ? tables.get(state).find(keyGroup, key, namespace, userKey)
            : HeapTable.Walk.NOTHING;
    return found == null
        ? FrozenView.super.lookup(state, keyGroup, key, namespace, userKey)
        : new Cursor(List.of(), keyGroup, found, state, state);
  }

  private boolean contains(int keyGroup) {
    return keyGroup >= firstKeyGroup && keyGroup <= lastKeyGroup;
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the view is closed");
    }
  }

  /** Walks one table after the other. */
  private final class Cursor implements EntryCursor {
    private final List<HeapTable.Frozen> frozen;
    private final int keyGroup;
    private final int last;
    private final Entry entry = new Entry();
    private HeapTable.Walk walk;
    private int state;

    /** A cursor in the walk over one state, which goes on with the next ones up to the last. */
    Cursor(List<HeapTable.Frozen> frozen, int keyGroup, HeapTable.Walk walk, int state, int last) {
      this.frozen = frozen;
      this.keyGroup = keyGroup;
      this.walk = walk;
      this.state = state;
      this.last = last;
    }

    @Override
    public boolean advance() {
      requireOpen();
      while (!walk.advance(entry)) {
        if (state == last) {
          return false;
        }
        walk = frozen.get(++state).walk(keyGroup);
      }
      return true;
    }

    @Override
    public int state() {
      return state;
    }

    @Override
    public Entry entry() {
      return entry;
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
