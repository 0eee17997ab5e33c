package io.streambed.heap;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.store.CarriedState;
import io.streambed.store.Entry;
import io.streambed.store.EntryFormat;
import io.streambed.store.StateSchema;
import java.util.Map;
import java.util.TreeMap;

/** A state that was loaded and that nobody has opened yet: its entries as bytes, by key group. */
final class CarriedTable {
  private final StateSchema schema;
  private final Map<Integer, ByteWriter> groups = new TreeMap<>();
  private long entries;

  CarriedTable(StateSchema schema) {
    this.schema = schema;
  }

  StateSchema schema() {
    return schema;
  }

  /** Keeps an entry. A state nobody has opened is only loaded, never frozen in between. */
  void add(int keyGroup, Entry entry) {
    EntryFormat.write(entry, schema, groups.computeIfAbsent(keyGroup, g -> new ByteWriter()));
    entries++;
  }

  CarriedState describe() {
    return new CarriedState(
        schema, entries, groups.values().stream().mapToLong(ByteWriter::position).sum());
  }

  HeapTable.Frozen freeze() {
    // Later loads append behind what the view counts, or into a larger array.
    Map<Integer, byte[]> arrays = new TreeMap<>();
    Map<Integer, Integer> lengths = new TreeMap<>();
    groups.forEach(
        (keyGroup, bytes) -> {
          arrays.put(keyGroup, bytes.array());
          lengths.put(keyGroup, bytes.position());
        });
    return (keyGroup, state, entry, sink) -> {
      if (!arrays.containsKey(keyGroup)) {
        return;
      }
      ByteReader in = new ByteReader().set(arrays.get(keyGroup), 0, lengths.get(keyGroup));
      while (in.remaining() > 0) {
        EntryFormat.read(in, schema, entry);
        sink.accept(keyGroup, state, entry);
      }
    };
  }

  /** Hands all entries to the table that was opened for the state. */
  void moveInto(HeapTable.Loader loader) {
    Entry entry = new Entry();
    groups.forEach(
        (keyGroup, bytes) -> {
          ByteReader in = new ByteReader().set(bytes.view());
          while (in.remaining() > 0) {
            EntryFormat.read(in, schema, entry);
            loader.load(keyGroup, entry);
          }
        });
  }
}
