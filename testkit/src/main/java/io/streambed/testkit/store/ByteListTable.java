package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.entry.DecodedList;
import io.streambed.store.ListTable;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

/** Lists as bytes: elements behind each other, each with its length before it. */
final class ByteListTable<K, N, E> extends ListTable<K, N, E> {
  private final ByteCells<K, N> cells;
  private final ByteWriter out = new ByteWriter();
  private Codec<E> elements;

  ByteListTable(ByteCells<K, N> cells, TableSpec<N, ?, E> spec) {
    this.cells = cells;
    reopen(spec);
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
    byte[] cell = cells.current();
    out.reset();
    writeContent(cells.entries().get(cell));
    cells.form.writeElement(elements.encode(element), stamp, out);
    cells.entries().put(cell, out.toByteArray());
  }

  @Override
  public void appendAll(Collection<? extends E> all, long stamp) {
    byte[] cell = cells.current();
    ByteWriter list = written(all, stamp);
    if (list.position() > 0) {
      out.reset();
      writeContent(cells.entries().get(cell));
      out.writeBytes(list.view());
      cells.entries().put(cell, out.toByteArray());
    }
  }

  /** Writes elements before anything is stored, in case one is refused. */
  private ByteWriter written(Iterable<? extends E> all, long stamp) {
    // A writer of its own: the argument may read or write this table while it iterates.
    ByteWriter list = new ByteWriter();
    for (E element : all) {
      Objects.requireNonNull(element, "a list element must not be null");
      cells.form.writeElement(elements.encode(element), stamp, list);
    }
    return list;
  }

  private void writeContent(byte[] stored) {
    if (stored != null) {
      out.writeBytes(stored, 0, stored.length);
    }
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
    return read(cells.at(at), Long.MIN_VALUE, (element, stamp) -> element);
  }

  private <R> List<R> read(byte[] cell, long oldestLive, Stamping<E, R> stamping) {
    // Stored arrays are replaced, never written: this one stays as it is now.
    byte[] stored = cells.entries().get(cell);
    byte[] live = stored == null ? null : live(stored, oldestLive);
    if (live == null || live.length == 0) {
      return null;
    }
    return new DecodedList<>() {
      @Override
      protected Iterator<R> decode() {
        return new Elements<>(new ByteReader(live), stamping);
      }
    };
  }

  /** The elements, as stored, that are not older than a time. */
  private byte[] live(byte[] stored, long oldestLive) {
    if (!cells.form.stamped()) {
      return stored;
    }
    ByteReader in = new ByteReader(stored);
    ByteView element = new ByteView();
    ByteWriter live = new ByteWriter();
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
    byte[] cell = cells.current();
    ByteWriter list = written(replacement, stamp);
    if (list.position() == 0) {
      cells.entries().remove(cell);
    } else {
      cells.entries().put(cell, list.toByteArray());
    }
  }

  @Override
  public void moveInto(N target, Collection<? extends N> sources) {
    byte[] into = cells.of(target);
    for (N source : sources) {
      byte[] from = cells.of(source);
      byte[] moved = Arrays.equals(from, into) ? null : cells.entries().remove(from);
      if (moved != null) {
        byte[] present = cells.entries().get(into);
        out.reset();
        writeContent(present);
        writeContent(moved);
        cells.entries().put(into, out.toByteArray());
      }
    }
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    byte[] cell = cells.at(at);
    byte[] stored = cells.entries().get(cell);
    byte[] live = stored == null ? null : live(stored, oldestLive);
    if (live == null || live.length == 0) {
      cells.entries().remove(cell);
      return false;
    }
    cells.entries().put(cell, live);
    return true;
  }

  @Override
  public void clear() {
    cells.entries().remove(cells.current());
  }

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
    byte[] cell = cells.of(key, namespace);
    byte[] stored = cell == null ? null : cells.entries().get(cell);
    if (stored == null) {
      return null;
    }
    ByteReader in = new ByteReader(stored);
    ByteView element = new ByteView();
    ByteWriter found = new ByteWriter();
    while (in.remaining() > 0) {
      long stamp = cells.form.readElement(in, element);
      if (!cells.form.stamped() || stamp >= oldestLive) {
        found.writeSized(element);
      }
    }
    return found.position() == 0 ? null : found.toByteArray();
  }
}
