package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.Schema;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.EntryFilter;
import io.streambed.store.FrozenView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/** The contents of a store under a snapshot of its database, which it keeps open. */
final class RocksFrozenView implements FrozenView {
  private final RocksDatabase database;
  private final KeyGroupRange range;
  private final Schema schema;
  private final List<Part> parts;
  private final Snapshot snapshot;
  private final ReadOptions reads;
  private final Bound bound;
  private final List<EntryWalk> walks = new ArrayList<>();
  private boolean closed;

  /**
   * One state of the view.
   *
   * @param family null if nothing was written by then
   * @param older what older declarations wrote of it; the view converts it
   */
  record Part(
      EntryForm form,
      Column column,
      Family family,
      EntryFilter filter,
      List<OlderPart.Frozen> older) {
    Part(EntryForm form, Column column, EntryFilter filter) {
      this(
          form,
          column,
          column.family(),
          filter,
          column.tidyOlder().stream().map(OlderPart::frozen).toList());
    }

    Stream<Family> families() {
      return Stream.concat(
          Stream.ofNullable(family),
          older.stream().map(OlderPart.Frozen::family).filter(Objects::nonNull));
    }

    /** A scan over what begins with a prefix; null if nothing was written. */
    Scan scan(byte[] prefix, ReadOptions reads, Bound bound) {
      Scan present = family == null ? null : column.scan(prefix, reads, bound);
      if (older.isEmpty()) {
        return present;
      }
      List<MergedScan.Source> sources = new ArrayList<>();
      if (present != null) {
        sources.add(new MergedScan.Source(present));
      }
      for (OlderPart.Frozen each : older) {
        if (each.family() != null) {
          Scan scan = each.column().scan(prefix, reads, bound);
          sources.add(new MergedScan.Source(scan, each.conversion(), prefix));
        }
      }
      return new MergedScan(sources);
    }
  }

  RocksFrozenView(RocksDatabase database, KeyGroupRange range, Schema schema, List<Part> parts) {
    this.database = database;
    this.range = range;
    this.schema = schema;
    this.parts = parts;
    families().forEach(database::retain);
    this.snapshot = database.snapshot();
    this.reads =
        database
            .handles()
            .opened(
                new ReadOptions()
                    .setSnapshot(snapshot)
                    .setFillCache(false)
                    .setReadaheadSize(database.readAheadBytes()));
    this.bound = new Bound(database.handles(), reads, 0);
  }

  private Stream<Family> families() {
    return parts.stream().flatMap(Part::families);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public synchronized EntryCursor entries(int keyGroup) {
    requireOpen();
    int states = range.contains(keyGroup) ? parts.size() : 0;
    return new Cursor(0, states, EntryForm.group(keyGroup), false);
  }

  @Override
  public synchronized EntryCursor lookup(
      int state, int keyGroup, ByteView key, ByteView namespace, ByteView userKey) {
    requireOpen();
    if (!range.contains(keyGroup)) {
      return entries(keyGroup);
    }
    EntryForm form = parts.get(state).form();
    ByteWriter at = new ByteWriter();
    form.writeCell(keyGroup, key, namespace, at);
    if (userKey != null) {
      at.writeBytes(userKey);
    }
    boolean exact = !form.isMap() || userKey != null;
    return new Cursor(state, state + 1, at.toByteArray(), exact);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the view is closed");
    }
  }

  /** Walks one state after the other. */
  private final class Cursor implements EntryCursor {
    private final int end;
    private final byte[] prefix;
    private final boolean exact;
    private final Entry entry = new Entry();
    private EntryWalk walk;
    private int state;

    /** A cursor over the states from one to before another, over what begins with a prefix. */
    Cursor(int first, int end, byte[] prefix, boolean exact) {
      this.end = end;
      this.prefix = prefix;
      this.exact = exact;
      this.state = first - 1;
    }

    @Override
    public boolean advance() {
      // An iterator that is closed under a walk would end the process.
      synchronized (RocksFrozenView.this) {
        requireOpen();
        while (true) {
          while (walk != null && walk.advance(entry)) {
            if (parts.get(state).filter().keep(entry)) {
              return true;
            }
          }
          end(walk);
          walk = null;
          if (state + 1 >= end) {
            state = end;
            return false;
          }
          walk = walk(parts.get(++state));
        }
      }
    }

    private EntryWalk walk(Part part) {
      EntryWalk begun = new EntryWalk(part.form(), part.scan(prefix, reads, bound), prefix, exact);
      walks.add(begun);
      return begun;
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

  private void end(EntryWalk walk) {
    if (walk != null) {
      walks.remove(walk);
      walk.close();
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      walks.forEach(EntryWalk::close);
      walks.clear();
      bound.close();
      database.handles().close(reads);
      families().forEach(database::release);
      database.release(snapshot);
    }
  }
}
