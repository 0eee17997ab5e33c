package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.store.Codec;
import io.streambed.store.Entry;
import io.streambed.store.EntrySink;
import io.streambed.store.FrozenView;
import io.streambed.store.Schema;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.TableSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A copy of the sorted map. */
final class ByteFrozenView implements FrozenView {
  private final Schema schema;
  private final List<Part> parts;
  private final TreeMap<byte[], byte[]> entries;
  private volatile boolean closed;

  /** One state of the view: its form, and what decides on its entries. */
  record Part(StateForm form, Filter filter) {}

  /** Decides on one entry: true if it stays, perhaps with another value. */
  interface Filter {
    boolean keep(Entry entry);
  }

  ByteFrozenView(Schema schema, List<Part> parts, NavigableMap<byte[], byte[]> entries) {
    this.schema = schema;
    this.parts = parts;
    this.entries = new TreeMap<>(entries);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public boolean sorted() {
    return true;
  }

  @Override
  public void read(int keyGroup, EntrySink sink) throws IOException {
    if (closed) {
      throw new IllegalStateException("the view is closed");
    }
    Entry entry = new Entry();
    for (int state = 0; state < parts.size(); state++) {
      Part part = parts.get(state);
      for (Map.Entry<byte[], byte[]> e : part.form.in(entries, keyGroup).entrySet()) {
        part.form.read(e.getKey(), e.getValue(), entry);
        if (part.filter.keep(entry)) {
          sink.accept(keyGroup, state, entry);
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  /** A filter of single values and of map values. */
  static <V> Filter filterOf(TableSpec<?, ?, V> spec) {
    SnapshotFilter<V> filter = spec.filter();
    if (filter == null) {
      return entry -> true;
    }
    Codec<V> codec = new Codec<>(spec.value().duplicate(), spec.name(), "value");
    return entry -> {
      if (entry.nullValue) {
        return true;
      }
      V kept = filter.filter(codec.decode(entry.value), entry.stamp);
      if (kept == null) {
        return false;
      }
      ByteView bytes = codec.encode(kept);
      entry.value.set(bytes.array(), bytes.offset(), bytes.length());
      return true;
    };
  }

  /** A filter of list elements. */
  static <V> Filter elementFilterOf(TableSpec<?, ?, V> spec) {
    SnapshotFilter<V> filter = spec.filter();
    if (filter == null) {
      return entry -> true;
    }
    Codec<V> codec = new Codec<>(spec.value().duplicate(), spec.name(), "value");
    ByteWriter run = new ByteWriter();
    ByteView element = new ByteView();
    return entry -> {
      run.reset();
      ByteReader in = new ByteReader().set(entry.value);
      while (in.remaining() > 0) {
        V kept = filter.filter(codec.decode(in.readSized(element)), entry.stamp);
        if (kept != null) {
          run.writeSized(codec.encode(kept));
        }
      }
      entry.value.set(run.array(), 0, run.position());
      return run.position() > 0;
    };
  }
}
