package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.store.Codec;
import io.streambed.store.DecodedList;
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
    cells.form.startValue(stamp, out);
    writeContent(cells.entries().get(cell));
    out.writeSized(elements.encode(element));
    cells.entries().put(cell, out.toByteArray());
  }

  private void writeContent(byte[] stored) {
    if (stored != null) {
      ByteReader content = cells.form.content(stored);
      out.writeBytes(stored, content.position(), content.remaining());
    }
  }

  @Override
  public List<E> read() {
    return read(cells.current());
  }

  @Override
  public List<E> listAt(TableCursor<K, N> at) {
    return read(cells.at(at));
  }

  private List<E> read(byte[] cell) {
    // Stored arrays are replaced, never written: this one stays as it is now.
    byte[] stored = cells.entries().get(cell);
    if (stored == null) {
      return null;
    }
    return new DecodedList<>() {
      @Override
      protected Iterator<E> decode() {
        return new Elements(cells.form.content(stored));
      }
    };
  }

  private final class Elements implements Iterator<E> {
    private final ByteReader in;
    private final ByteView element = new ByteView();

    Elements(ByteReader in) {
      this.in = in;
    }

    @Override
    public boolean hasNext() {
      return in.remaining() > 0;
    }

    @Override
    public E next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return elements.decode(in.readSized(element));
    }
  }

  @Override
  public long stamp() {
    return cells.form.stamp(cells.entries().get(cells.current()));
  }

  @Override
  public void replace(Iterable<? extends E> replacement, long stamp) {
    byte[] cell = cells.current();
    // A writer of its own: the argument may read or write this table while it iterates.
    ByteWriter list = new ByteWriter();
    cells.form.startValue(stamp, list);
    int empty = list.position();
    for (E element : replacement) {
      Objects.requireNonNull(element, "a list element must not be null");
      list.writeSized(elements.encode(element));
    }
    if (list.position() == empty) {
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
        cells.form.startValue(Math.max(cells.form.stamp(present), cells.form.stamp(moved)), out);
        writeContent(present);
        writeContent(moved);
        cells.entries().put(into, out.toByteArray());
      }
    }
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
  public byte[] lookup(ByteView key, ByteView namespace) {
    byte[] cell = cells.of(key, namespace);
    byte[] stored = cell == null ? null : cells.entries().get(cell);
    if (stored == null) {
      return null;
    }
    ByteReader content = cells.form.content(stored);
    return content.readBytes(content.remaining());
  }
}
