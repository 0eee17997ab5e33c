package io.streambed.operator;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.bytes.HeapBudget;
import io.streambed.error.MalformedDataException;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.state.StateKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Version 1 of the container of operator state: a block file of format {@code OPER}.
 *
 * <pre>
 * container := block* footer           blocks of type 1, scope = index of their row, ascending
 * block     := element*                begun anew at about 64 KiB and for each row
 * element   := length:varint content[length]
 * content   := value                   of a list
 *            | keyLength:varint key[keyLength] null:u8 value     of a broadcast state; null = 1
 *                                                                means that no value follows
 * footer    := count:varint row*
 * row       := name:text kind:u8 [key:snapshot] value:snapshot elements:varint bytes:varlong
 * </pre>
 *
 * <p>The key's snapshot is there for broadcast states only. {@code bytes} counts the contents,
 * without the lengths before them. Rows of one name stand together and are of one kind: parts of
 * one state that different serializers wrote. Keys and values are what their serializers write.
 * Everything that says how to read the blocks is in the footer, which is verified on opening.
 */
final class OperatorFormat {
  static final String FORMAT = "OPER";
  static final int VERSION = 1;
  static final int ELEMENTS = 1;
  static final int BLOCK_BYTES = 1 << 16;

  private static final int MIN_ROW_BYTES = 8;

  /** About what a row takes on the heap, without its name and serializers. */
  private static final int ROW_HEAP_BYTES = 160;

  private OperatorFormat() {}

  static void writeFooter(List<StoredState> rows, ByteWriter out) {
    out.writeVarInt(rows.size());
    for (StoredState row : rows) {
      OperatorStateSchema schema = row.schema();
      out.writeText(schema.name());
      out.writeByte(schema.kind().code());
      if (schema.key() != null) {
        schema.key().write(out);
      }
      schema.value().write(out);
      out.writeVarInt(row.elements());
      out.writeVarLong(row.bytes());
    }
  }

  static List<StoredState> readFooter(ByteReader in) {
    int count = in.readCount(MIN_ROW_BYTES);
    HeapBudget budget = new HeapBudget("declarations", in);
    List<StoredState> rows = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      StoredState row = readRow(in, budget);
      OperatorStateSchema last = i == 0 ? null : rows.get(i - 1).schema();
      boolean goesOn =
          last != null
              && last.name().equals(row.schema().name())
              && last.kind() == row.schema().kind();
      if (!goesOn && !names.add(row.schema().name())) {
        throw new MalformedDataException("two states named \"" + row.schema().name() + "\"");
      }
      rows.add(row);
    }
    in.expectEnd();
    return rows;
  }

  private static StoredState readRow(ByteReader in, HeapBudget budget) {
    budget.take(ROW_HEAP_BYTES);
    String name = budget.readText(in);
    int code = in.readUnsignedByte();
    StateKind kind = StateKind.ofCode(code);
    if (kind == null || kind.compareTo(StateKind.SPLIT_LIST) < 0) {
      throw new MalformedDataException("operator state \"" + name + "\" of kind " + code);
    }
    SerializerSnapshot key =
        kind == StateKind.BROADCAST ? SerializerSnapshot.read(in, budget) : null;
    SerializerSnapshot value = SerializerSnapshot.read(in, budget);
    int elements = in.readVarInt();
    long bytes = in.readVarLong();
    if (elements < 0 || bytes < 0) {
      throw new MalformedDataException(
          Integer.toUnsignedString(elements)
              + " elements of "
              + Long.toUnsignedString(bytes)
              + " bytes in state \""
              + name
              + "\"");
    }
    return new StoredState(new OperatorStateSchema(name, kind, key, value), elements, bytes);
  }

  /** Checks the inner lengths of an element, so that whoever takes it apart later may trust it. */
  static void checkContent(StateKind kind, ByteView content, ByteReader scratch) {
    if (kind != StateKind.BROADCAST) {
      return;
    }
    scratch.set(content);
    scratch.skip(scratch.readLength());
    if (scratch.readBoolean()) {
      scratch.expectEnd();
    }
  }

  /** What a handle says of a container with these rows. */
  static List<OperatorStateHandle.Part> parts(List<StoredState> rows) {
    List<OperatorStateHandle.Part> parts = new ArrayList<>();
    for (StoredState row : rows) {
      String name = row.schema().name();
      long before = 0;
      if (!parts.isEmpty() && parts.get(parts.size() - 1).name().equals(name)) {
        before = parts.remove(parts.size() - 1).elements();
      }
      parts.add(new OperatorStateHandle.Part(name, row.schema().kind(), before + row.elements()));
    }
    return parts;
  }
}
