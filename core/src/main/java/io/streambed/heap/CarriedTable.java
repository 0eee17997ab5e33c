package io.streambed.heap;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.store.CarriedState;
import io.streambed.store.Entry;
import io.streambed.store.EntryFormat;
import io.streambed.store.StateSchema;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A state that nobody has opened: its entries as bytes, by key group, in chunks that are let go one
 * by one once somebody opens it, so that both forms are never there as a whole.
 */
final class CarriedTable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final StateSchema schema;
  private final TreeMap<Integer, Deque<ByteWriter>> groups = new TreeMap<>();
  private long entries;

  CarriedTable(StateSchema schema) {
    this.schema = schema;
  }

  StateSchema schema() {
    return schema;
  }

  /** Keeps an entry. */
  void add(int keyGroup, Entry entry) {
    Deque<ByteWriter> chunks = groups.computeIfAbsent(keyGroup, group -> new ArrayDeque<>());
    ByteWriter last = chunks.peekLast();
    if (last == null || last.position() >= CHUNK_BYTES) {
      last = new ByteWriter();
      chunks.add(last);
    }
    EntryFormat.write(entry, schema, last);
    entries++;
  }

  CarriedState describe() {
    long bytes = 0;
    for (Deque<ByteWriter> chunks : groups.values()) {
      for (ByteWriter chunk : chunks) {
        bytes += chunk.position();
      }
    }
    return new CarriedState(schema, entries, bytes);
  }

  HeapTable.Frozen freeze() {
    // Later loads append behind what the view counts, or into a larger array.
    Map<Integer, List<ByteView>> frozen = new HashMap<>();
    groups.forEach(
        (keyGroup, chunks) ->
            frozen.put(
                keyGroup,
                chunks.stream()
                    .map(chunk -> new ByteView().set(chunk.array(), 0, chunk.position()))
                    .toList()));
    return keyGroup -> {
      Iterator<ByteView> chunks = frozen.getOrDefault(keyGroup, List.of()).iterator();
      ByteReader in = new ByteReader();
      return entry -> {
        while (in.remaining() == 0) {
          if (!chunks.hasNext()) {
            return false;
          }
          in.set(chunks.next());
        }
        EntryFormat.read(in, schema, entry);
        return true;
      };
    };
  }

  /**
   * Hands all entries to the table that was opened for the state. If that fails, some of them are
   * gone.
   */
  void moveInto(HeapTable.Loader loader) {
    Entry entry = new Entry();
    ByteReader in = new ByteReader();
    while (!groups.isEmpty()) {
      Map.Entry<Integer, Deque<ByteWriter>> group = groups.pollFirstEntry();
      Deque<ByteWriter> chunks = group.getValue();
      while (!chunks.isEmpty()) {
        in.set(chunks.remove().view());
        while (in.remaining() > 0) {
          EntryFormat.read(in, schema, entry);
          loader.load(group.getKey(), entry);
        }
      }
    }
  }
}
