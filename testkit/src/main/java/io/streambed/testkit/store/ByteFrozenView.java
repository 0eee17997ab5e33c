package io.streambed.testkit.store;

import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.Schema;
import io.streambed.snapshot.EntryFilter;
import io.streambed.store.FrozenView;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** A copy of the sorted map, which is the view's own. */
final class ByteFrozenView implements FrozenView {
  private final Schema schema;
  private final List<Part> parts;
  private final LeasedEntries entries;
  private volatile boolean closed;

  /** One state of the view: its form, and what decides on its entries. */
  record Part(StateForm form, EntryFilter filter) {}

  ByteFrozenView(Schema schema, List<Part> parts, LeasedEntries entries) {
    this.schema = schema;
    this.parts = parts;
    this.entries = entries;
  }

  private ByteFrozenView(ByteFrozenView whole, int state) {
    this.schema =
        new Schema(
            whole.schema.maxParallelism(),
            whole.schema.key(),
            List.of(whole.schema.states().get(state)));
    this.parts = List.of(whole.parts.get(state));
    this.entries = whole.entries;
  }

  /** One state of this view alone, without a copy. */
  ByteFrozenView only(int state) {
    requireOpen();
    return new ByteFrozenView(this, state);
  }

  /** The entries of a key group of one state, as they are stored. */
  Map<byte[], byte[]> stored(int state, int keyGroup) {
    requireOpen();
    return parts.get(state).form.in(entries, keyGroup);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public EntryCursor entries(int keyGroup) {
    requireOpen();
    return new Cursor(keyGroup);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the view is closed");
    }
  }

  /** Walks one state after the other. */
  private final class Cursor implements EntryCursor {
    private final int keyGroup;
    private final Entry entry = new Entry();
    private Iterator<Map.Entry<byte[], byte[]>> rest = Collections.emptyIterator();
    private int state = -1;

    Cursor(int keyGroup) {
      this.keyGroup = keyGroup;
    }

    @Override
    public boolean advance() {
      requireOpen();
      while (true) {
        while (rest.hasNext()) {
          Map.Entry<byte[], byte[]> next = rest.next();
          parts.get(state).form.read(next.getKey(), next.getValue(), entry);
          if (parts.get(state).filter.keep(entry)) {
            return true;
          }
        }
        if (state + 1 == parts.size()) {
          return false;
        }
        rest = parts.get(++state).form.in(entries, keyGroup).entrySet().iterator();
      }
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
    closed = true;
    entries.close();
  }
}
