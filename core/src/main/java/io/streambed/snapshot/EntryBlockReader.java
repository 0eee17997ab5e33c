package io.streambed.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryFormat;
import io.streambed.entry.StateSchema;
import io.streambed.error.MalformedDataException;
import io.streambed.state.StateKind;
import java.util.List;

/** Reads the entries of a block, in the grammar of {@link KeyedContainerFormat}. */
abstract sealed class EntryBlockReader {
  final List<StateSchema> states;
  final ByteReader in = new ByteReader();

  /** The state of the entry read last: its index in the schema. */
  int state;

  private EntryBlockReader(List<StateSchema> states) {
    this.states = states;
  }

  static EntryBlockReader of(int version, List<StateSchema> states) {
    return version == 1 ? new Version1(states) : new Sections(states);
  }

  /** Begins a block. */
  void set(ByteView block) {
    in.set(block);
  }

  /**
   * Sets an entry to the next one, whose parts are valid until the next call.
   *
   * @return false at the end of the block
   * @throws MalformedDataException if the bytes do not follow the grammar
   */
  abstract boolean advance(Entry entry);

  final StateSchema readState() {
    state = in.readVarInt();
    if (state < 0 || state >= states.size()) {
      throw new MalformedDataException("an entry of state number " + state);
    }
    return states.get(state);
  }

  /** Each entry has its state before it. */
  private static final class Version1 extends EntryBlockReader {
    Version1(List<StateSchema> states) {
      super(states);
    }

    @Override
    boolean advance(Entry entry) {
      if (in.remaining() == 0) {
        return false;
      }
      EntryFormat.read(in, readState(), entry);
      return true;
    }
  }

  /** The entries of one state after the other. */
  private static final class Sections extends EntryBlockReader {
    private final int[] lengths = new int[EntryBlockWriter.PARTS];
    private StateSchema schema;
    private int left;

    /** Key and namespace of the entry before, in a section of map entries. */
    private final ByteView key = new ByteView();

    private final ByteView namespace = new ByteView();
    private boolean hasLast;

    private final ByteReader run = new ByteReader();
    private final ByteView element = new ByteView();
    private final ByteWriter elements = new ByteWriter();

    Sections(List<StateSchema> states) {
      super(states);
    }

    @Override
    void set(ByteView block) {
      super.set(block);
      left = 0;
    }

    @Override
    boolean advance(Entry entry) {
      if (left == 0) {
        if (in.remaining() == 0) {
          return false;
        }
        beginSection();
      }
      left--;
      read(entry);
      return true;
    }

    private void beginSection() {
      schema = readState();
      hasLast = false;
      for (int part = 0; part < EntryBlockWriter.PARTS; part++) {
        if (EntryBlockWriter.has(schema.kind(), part)) {
          lengths[part] = in.readVarInt() - 1;
          if (lengths[part] < EntryBlockWriter.VARIES) {
            throw new MalformedDataException("a part of " + lengths[part] + " bytes");
          }
        }
      }
      left = in.readInt();
      // An entry without a byte has no key that tells it from another: there is one at most.
      if (left < 1 || left > Math.max(1, in.remaining())) {
        throw new MalformedDataException("a section of " + left + " entries");
      }
    }

    private void read(Entry entry) {
      boolean map = schema.kind() == StateKind.MAP;
      boolean stamped = schema.expiry().stamped();
      int flags = map ? in.readUnsignedByte() : 0;
      if (flags > (EntryBlockWriter.NULL_VALUE | EntryBlockWriter.SAME_CELL)) {
        throw new MalformedDataException("an entry of a map with flags " + flags);
      }
      entry.nullValue = (flags & EntryBlockWriter.NULL_VALUE) != 0;
      entry.stamp = stamped && schema.kind() != StateKind.LIST ? in.readLong() : 0;
      if (schema.kind() != StateKind.QUEUE) {
        readCell((flags & EntryBlockWriter.SAME_CELL) != 0, entry);
      }
      if (map) {
        readPart(EntryBlockWriter.USER_KEY, entry.userKey);
      }
      if (schema.kind() == StateKind.LIST) {
        readRun(stamped, entry.value);
      } else if (entry.nullValue) {
        entry.value.set(in.array(), in.position(), 0);
      } else {
        readPart(EntryBlockWriter.VALUE, entry.value);
      }
    }

    private void readCell(boolean same, Entry entry) {
      if (!same) {
        readPart(EntryBlockWriter.KEY, key);
        readPart(EntryBlockWriter.NAMESPACE, namespace);
        hasLast = true;
      } else if (!hasLast) {
        throw new MalformedDataException("the first entry of a section without a key");
      }
      entry.key.set(key.array(), key.offset(), key.length());
      entry.namespace.set(namespace.array(), namespace.offset(), namespace.length());
    }

    private void readPart(int part, ByteView into) {
      if (lengths[part] == EntryBlockWriter.VARIES) {
        in.readSized(into);
      } else {
        in.readView(lengths[part], into);
      }
    }

    /** Gives each element its length again. */
    private void readRun(boolean stamped, ByteView into) {
      in.readSized(into);
      int length = lengths[EntryBlockWriter.VALUE];
      if (length == EntryBlockWriter.VARIES) {
        return;
      }
      int stride = length + (stamped ? Long.BYTES : 0);
      if (stride == 0 || into.length() % stride != 0) {
        throw new MalformedDataException(
            "a list of " + into.length() + " bytes, whose elements have " + stride);
      }
      elements.reset();
      elements.trim(ByteWriter.KEPT_BYTES);
      run.set(into);
      while (run.remaining() > 0) {
        elements.writeSized(run.readView(length, element));
        if (stamped) {
          elements.writeLong(run.readLong());
        }
      }
      into.set(elements.array(), 0, elements.position());
    }
  }
}
