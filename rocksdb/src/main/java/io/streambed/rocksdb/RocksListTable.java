package io.streambed.rocksdb;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.entry.DecodedList;
import io.streambed.store.ListTable;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

/** A list per key and namespace: one value, to which elements are appended without reading it. */
final class RocksListTable<K, N, E> extends ListTable<K, N, E> {
  private final RocksCells<K, N> cells;
  private final ByteWriter out = new ByteWriter();
  private Codec<E> elements;

  RocksListTable(RocksCells<K, N> cells) {
    this.cells = cells;
  }

  void reopen(TableSpec<N, ?, E> spec) {
    cells.reopen(spec);
    elements = cells.codec(spec.value(), "value");
  }

  @Override
  protected void namespaceChanged(N namespace) {
    cells.namespace(namespace);
  }

  @Override
  public N namespace() {
    return cells.namespace();
  }

  @Override
  public void append(E element, long stamp) {
    Objects.requireNonNull(element, "a list element must not be null");
    ByteWriter cell = cells.current();
    out.reset();
    cells.form.writeElement(elements.encode(element), stamp, out);
    cells.column.append(cell, out.array(), 0, out.position());
    out.trim(ByteWriter.KEPT_BYTES);
    elements.trim();
  }

  @Override
  public void appendAll(Collection<? extends E> all, long stamp) {
    ByteWriter cell = copy(cells.current());
    ByteWriter list = written(all, stamp);
    if (list.position() > 0) {
      cells.column.append(cell, list.array(), 0, list.position());
    }
  }

  /** Writes elements before anything is stored, in case one is refused. */
  private ByteWriter written(Iterable<? extends E> all, long stamp) {
    // Bytes of their own: the argument may use this table while it iterates.
    ByteWriter list = new ByteWriter();
    for (E element : all) {
      Objects.requireNonNull(element, "a list element must not be null");
      cells.form.writeElement(elements.encode(element), stamp, list);
    }
    elements.trim();
    return list;
  }

  @Override
  public List<E> read(long oldestLive) {
    return read(cells.current(), oldestLive, (element, stamp) -> element);
  }

  @Override
  public <R> List<R> readStamped(Stamping<E, R> stamping) {
    return read(cells.current(), Long.MIN_VALUE, stamping);
  }

  @Override
  public List<E> listAt(TableCursor<K, N> at) {
    return read(cells.written(cells.at(at)), Long.MIN_VALUE, (element, stamp) -> element);
  }

  private <R> List<R> read(ByteWriter cell, long oldestLive, Stamping<E, R> stamping) {
    ByteView stored = cells.column.get(cell);
    if (stored == null) {
      return null;
    }
    byte[] list = cells.form.stamped() ? live(stored, oldestLive) : stored.toByteArray();
    if (list.length == 0) {
      return null;
    }
    return new DecodedList<>() {
      @Override
      protected Iterator<R> decode() {
        return new Elements<>(new ByteReader(list), stamping);
      }
    };
  }

  /**
   * Whether an element is older than a time; a list may be large, so nothing is copied. The sweep
   * is told of the others.
   */
  private boolean hasOlder(ByteView stored, long oldestLive) {
    ByteReader in = new ByteReader().set(stored);
    ByteView element = new ByteView();
    boolean older = false;
    while (in.remaining() > 0) {
      long stamp = cells.form.readElement(in, element);
      if (stamp < oldestLive) {
        older = true;
      } else {
        cells.leaves(stamp);
      }
    }
    return older;
  }

  /** The elements, as stored, that are not older than a time. */
  private byte[] live(ByteView stored, long oldestLive) {
    ByteReader in = new ByteReader().set(stored);
    ByteView element = new ByteView();
    ByteWriter live = new ByteWriter(stored.length());
    while (in.remaining() > 0) {
      long stamp = cells.form.readElement(in, element);
      if (stamp >= oldestLive) {
        cells.form.writeElement(element, stamp, live);
      }
    }
    return live.toByteArray();
  }

  private final class Elements<R> implements Iterator<R> {
    private final ByteReader in;
    private final Stamping<E, R> stamping;
    private final ByteView element = new ByteView();

    Elements(ByteReader in, Stamping<E, R> stamping) {
      this.in = in;
      this.stamping = stamping;
    }

    @Override
    public boolean hasNext() {
      return in.remaining() > 0;
    }

    @Override
    public R next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      long stamp = cells.form.readElement(in, element);
      return stamping.of(elements.decode(element), stamp);
    }
  }

  @Override
  public void replace(Iterable<? extends E> replacement, long stamp) {
    ByteWriter cell = copy(cells.current());
    ByteWriter list = written(replacement, stamp);
    if (list.position() == 0) {
      cells.column.delete(cell);
    } else {
      cells.column.put(cell, list.view());
    }
  }

  private static ByteWriter copy(ByteWriter bytes) {
    ByteWriter copy = new ByteWriter(bytes.position());
    copy.writeBytes(bytes.view());
    return copy;
  }

  @Override
  public void moveInto(N target, Collection<? extends N> sources) {
    ByteWriter into = copy(cells.of(target));
    for (N source : sources) {
      ByteWriter from = cells.of(source);
      ByteView moved = from.view().contentEquals(into.view()) ? null : cells.column.get(from);
      if (moved != null) {
        out.reset();
        out.writeBytes(moved);
        cells.column.append(into, out.array(), 0, out.position());
        cells.column.delete(from);
      }
    }
    out.trim(ByteWriter.KEPT_BYTES);
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    ByteWriter cell = cells.written(cells.at(at));
    ByteView stored = cells.column.get(cell);
    if (stored == null || !cells.form.stamped()) {
      return stored != null;
    }
    byte[] live = live(stored, oldestLive);
    if (live.length == 0) {
      cells.column.delete(cell);
    } else if (live.length < stored.length()) {
      cells.column.put(cell, ByteView.of(live));
    }
    return live.length > 0;
  }

  @Override
  protected int sweepNext(long oldestLive) {
    return cells.sweepNext(
        oldestLive,
        stored -> {
          if (!hasOlder(stored, oldestLive)) {
            return stored;
          }
          byte[] live = live(stored, oldestLive);
          return live.length == 0 ? null : ByteView.of(live);
        });
  }

  @Override
  public void clear() {
    cells.column.delete(cells.current());
  }

  /** Cost: a walk over the table. */
  @Override
  public long entries() {
    return cells.count();
  }

  @Override
  public TableCursor<K, N> cursor() {
    return cells.cursor();
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace, long oldestLive) {
    ByteWriter cell = cells.of(key, namespace);
    ByteView stored = cell == null ? null : cells.column.get(cell);
    if (stored == null) {
      return null;
    }
    ByteReader in = new ByteReader().set(stored);
    ByteView element = new ByteView();
    ByteWriter found = new ByteWriter(stored.length());
    while (in.remaining() > 0) {
      long stamp = cells.form.readElement(in, element);
      if (!cells.form.stamped() || stamp >= oldestLive) {
        found.writeSized(element);
      }
    }
    return found.position() == 0 ? null : found.toByteArray();
  }
}
