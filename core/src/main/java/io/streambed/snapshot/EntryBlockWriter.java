package io.streambed.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.StateSchema;
import io.streambed.state.StateKind;
import java.util.Arrays;
import java.util.List;

/**
 * Puts the entries of one block together, in the grammar of {@link KeyedContainerFormat}. It learns
 * from the entries which of their parts always have one length, so it asks no serializer.
 */
final class EntryBlockWriter {
  /** The parts of an entry whose lengths a section tells. */
  static final int KEY = 0;

  static final int NAMESPACE = 1;
  static final int USER_KEY = 2;

  /** A value, or each element of a list. */
  static final int VALUE = 3;

  static final int PARTS = 4;
  static final int VARIES = -1;
  private static final int UNKNOWN = -2;

  static final int NULL_VALUE = 1;
  static final int SAME_CELL = 2;

  private final List<StateSchema> states;
  private final ByteWriter block = new ByteWriter(KeyedContainerFormat.BLOCK_BYTES + 4096);

  /** What is known of the lengths of each state's parts; what varies once varies for ever. */
  private final int[][] known;

  /** Those that the section tells. */
  private final int[] lengths = new int[PARTS];

  private final int[] found = new int[PARTS];
  private int state = -1;
  private int countAt;
  private int count;

  /** Key and namespace of the entry before, in a section of map entries. */
  private final ByteWriter lastKey = new ByteWriter();

  private final ByteWriter lastNamespace = new ByteWriter();
  private boolean hasLast;

  private final ByteReader run = new ByteReader();
  private final ByteView element = new ByteView();
  private final ByteWriter elements = new ByteWriter();

  EntryBlockWriter(List<StateSchema> states) {
    this.states = states;
    this.known = new int[states.size()][PARTS];
    for (int[] parts : known) {
      Arrays.fill(parts, UNKNOWN);
    }
  }

  /** The parts that entries of a kind have. */
  static boolean has(StateKind kind, int part) {
    return switch (part) {
      case KEY, NAMESPACE -> kind != StateKind.QUEUE;
      case USER_KEY -> kind == StateKind.MAP;
      default -> true;
    };
  }

  int position() {
    return block.position();
  }

  void add(int newState, Entry entry) {
    StateSchema schema = states.get(newState);
    learn(schema, known[newState], entry);
    if (newState != state || !fits(schema.kind())) {
      endSection();
      begin(newState, schema);
    }
    count++;
    write(schema, entry);
  }

  /** Finds the lengths of this entry's parts, and what they tell of the state's. */
  private void learn(StateSchema schema, int[] parts, Entry entry) {
    boolean isNull = schema.kind() == StateKind.MAP && entry.nullValue;
    found[KEY] = entry.key.length();
    found[NAMESPACE] = entry.namespace.length();
    found[USER_KEY] = entry.userKey.length();
    found[VALUE] =
        isNull
            ? UNKNOWN
            : schema.kind() == StateKind.LIST
                ? lengthOfElements(entry.value, stamped(schema))
                : entry.value.length();
    for (int part = 0; part < PARTS; part++) {
      if (parts[part] == UNKNOWN) {
        parts[part] = found[part];
      } else if (found[part] != UNKNOWN && parts[part] != found[part]) {
        parts[part] = VARIES;
      }
    }
  }

  /** The length of all elements of a run, or that it varies. */
  private int lengthOfElements(ByteView value, boolean stamped) {
    run.set(value);
    int length = UNKNOWN;
    while (run.remaining() > 0) {
      run.readSized(element);
      if (length != UNKNOWN && length != element.length()) {
        return VARIES;
      }
      length = element.length();
      if (stamped) {
        run.skip(Long.BYTES);
      }
    }
    // Of elements without bytes, their lengths alone tell how many there are.
    return length == 0 && !stamped ? VARIES : length;
  }

  private static boolean stamped(StateSchema schema) {
    return schema.expiry().stamped();
  }

  /** Whether the entry can be written in the section that has begun. */
  private boolean fits(StateKind kind) {
    for (int part = 0; part < PARTS; part++) {
      boolean fits =
          lengths[part] == VARIES || lengths[part] == found[part] || found[part] == UNKNOWN;
      if (has(kind, part) && !fits) {
        return false;
      }
    }
    return true;
  }

  private void begin(int newState, StateSchema schema) {
    state = newState;
    count = 0;
    hasLast = false;
    block.writeVarInt(newState);
    for (int part = 0; part < PARTS; part++) {
      if (has(schema.kind(), part)) {
        lengths[part] = Math.max(VARIES, known[newState][part]);
        block.writeVarInt(lengths[part] + 1);
      }
    }
    countAt = block.position();
    block.writeInt(0);
  }

  private void endSection() {
    if (state >= 0) {
      block.setInt(countAt, count);
      state = -1;
    }
  }

  private void write(StateSchema schema, Entry entry) {
    boolean map = schema.kind() == StateKind.MAP;
    boolean sameCell = map && isLast(entry);
    if (map) {
      block.writeByte((entry.nullValue ? NULL_VALUE : 0) | (sameCell ? SAME_CELL : 0));
    }
    if (stamped(schema) && schema.kind() != StateKind.LIST) {
      block.writeLong(entry.stamp);
    }
    if (schema.kind() != StateKind.QUEUE && !sameCell) {
      writePart(KEY, entry.key);
      writePart(NAMESPACE, entry.namespace);
    }
    if (map) {
      writePart(USER_KEY, entry.userKey);
    }
    if (schema.kind() == StateKind.LIST) {
      writeRun(entry.value, stamped(schema));
    } else if (!map || !entry.nullValue) {
      writePart(VALUE, entry.value);
    }
  }

  private boolean isLast(Entry entry) {
    if (hasLast
        && lastKey.view().contentEquals(entry.key)
        && lastNamespace.view().contentEquals(entry.namespace)) {
      return true;
    }
    copy(entry.key, lastKey);
    copy(entry.namespace, lastNamespace);
    hasLast = true;
    return false;
  }

  private static void copy(ByteView from, ByteWriter to) {
    to.reset();
    to.trim(ByteWriter.KEPT_BYTES);
    to.writeBytes(from);
  }

  private void writePart(int part, ByteView bytes) {
    if (lengths[part] == VARIES) {
      block.writeSized(bytes);
    } else {
      block.writeBytes(bytes);
    }
  }

  /** Elements of one length are written without it. */
  private void writeRun(ByteView value, boolean stamped) {
    if (lengths[VALUE] == VARIES) {
      block.writeSized(value);
      return;
    }
    elements.reset();
    elements.trim(ByteWriter.KEPT_BYTES);
    run.set(value);
    while (run.remaining() > 0) {
      elements.writeBytes(run.readSized(element));
      if (stamped) {
        elements.writeLong(run.readLong());
      }
    }
    block.writeSized(elements.view());
  }

  /** The block, ended; valid until something is added. */
  ByteView end() {
    endSection();
    return block.view();
  }

  /** Begins the next block. */
  void reset() {
    block.reset();
    block.trim(4 * KeyedContainerFormat.BLOCK_BYTES);
  }
}
