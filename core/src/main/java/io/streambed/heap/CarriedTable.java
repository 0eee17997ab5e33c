package io.streambed.heap;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryFormat;
import io.streambed.entry.StateSchema;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A state that nobody has opened: its entries as bytes, by key group, in chunks that are let go one
 * by one once somebody opens it, so that both forms are never there as a whole: what a heap held as
 * a table, it can restore. For this, each chunk is as long as what is in it, and far below the size
 * for which the G1 collector would round it up to whole regions of its heap.
 */
final class CarriedTable {
  /** A chunk with as much is ended: it is larger by less than one entry. */
  private static final int CHUNK_BYTES = 32 << 10;

  private final StateSchema schema;
  private final TreeMap<Integer, Deque<byte[]>> groups = new TreeMap<>();

  /** The chunk that is being filled, and its key group. */
  private final ByteWriter filled = new ByteWriter();

  private int filledGroup;

  CarriedTable(StateSchema schema) {
    this.schema = schema;
  }

  StateSchema schema() {
    return schema;
  }

  /**
   * Keeps an entry. The entries of a key group come one after the other, else the chunks are small.
   */
  void add(int keyGroup, Entry entry) {
    if (keyGroup != filledGroup || filled.position() >= CHUNK_BYTES) {
      endChunk();
      filledGroup = keyGroup;
    }
    EntryFormat.write(entry, schema, filled);
  }

  /** Gives the memory back that further additions would use. */
  void seal() {
    endChunk();
    filled.trim(0);
  }

  private void endChunk() {
    if (filled.position() > 0) {
      groups.computeIfAbsent(filledGroup, group -> new ArrayDeque<>()).add(filled.toByteArray());
      filled.reset();
      filled.trim(2 * CHUNK_BYTES);
    }
  }

  private long chunkBytes() {
    long bytes = 0;
    for (Deque<byte[]> chunks : groups.values()) {
      for (byte[] chunk : chunks) {
        bytes += chunk.length;
      }
    }
    return bytes;
  }

  /** The length of all arrays, for tests of what is kept. */
  long heldBytes() {
    return chunkBytes() + filled.array().length;
  }

  HeapTable.Frozen freeze() {
    endChunk();
    // Later loads append chunks behind those that the view has.
    Map<Integer, List<byte[]>> frozen = new HashMap<>();
    groups.forEach((keyGroup, chunks) -> frozen.put(keyGroup, List.copyOf(chunks)));
    return keyGroup -> {
      Iterator<byte[]> chunks = frozen.getOrDefault(keyGroup, List.of()).iterator();
      ByteReader in = new ByteReader();
      return entry -> {
        while (in.remaining() == 0) {
          if (!chunks.hasNext()) {
            return false;
          }
          byte[] chunk = chunks.next();
          in.set(chunk, 0, chunk.length);
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
    endChunk();
    Entry entry = new Entry();
    ByteReader in = new ByteReader();
    while (!groups.isEmpty()) {
      Map.Entry<Integer, Deque<byte[]>> group = groups.pollFirstEntry();
      Deque<byte[]> chunks = group.getValue();
      while (!chunks.isEmpty()) {
        byte[] chunk = chunks.remove();
        in.set(chunk, 0, chunk.length);
        while (in.remaining() > 0) {
          EntryFormat.read(in, schema, entry);
          loader.load(group.getKey(), entry);
        }
      }
    }
  }
}
