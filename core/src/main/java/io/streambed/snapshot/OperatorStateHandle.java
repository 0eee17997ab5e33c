package io.streambed.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import io.streambed.state.StateKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The operator state that one subtask wrote.
 *
 * <pre>
 * operator := count:varint { name:text kind:u8 elements:varlong } handle
 * </pre>
 *
 * @param states what the container holds, in its order
 * @param data the container
 */
public record OperatorStateHandle(List<Part> states, StreamHandle data) {
  /** Checks and freezes the parts. */
  public OperatorStateHandle {
    states = List.copyOf(states);
    Objects.requireNonNull(data, "data");
  }

  /**
   * One state in a container.
   *
   * @param name the state's name
   * @param kind one of the operator kinds
   * @param elements number of list elements or map entries
   */
  public record Part(String name, StateKind kind, long elements) {
    /** Checks the parts. */
    public Part {
      Objects.requireNonNull(name, "name");
      if (kind.compareTo(StateKind.SPLIT_LIST) < 0 || elements < 0) {
        throw new IllegalArgumentException(kind + " \"" + name + "\" of " + elements + " elements");
      }
    }
  }

  /**
   * Appends this in its grammar.
   *
   * @param out where to append
   */
  public void write(ByteWriter out) {
    out.writeVarInt(states.size());
    for (Part part : states) {
      out.writeText(part.name());
      out.writeByte(part.kind().code());
      out.writeVarLong(part.elements());
    }
    data.write(out);
  }

  /**
   * Reads a handle.
   *
   * @param in positioned at its first byte
   * @return the handle
   * @throws MalformedDataException if the bytes do not follow the grammar
   */
  public static OperatorStateHandle read(ByteReader in) {
    List<Part> parts = new ArrayList<>();
    for (int left = in.readCount(3); left > 0; left--) {
      String name = in.readName();
      StateKind kind = StateKind.ofCode(in.readUnsignedByte());
      long elements = in.readVarLong();
      if (kind == null || kind.compareTo(StateKind.SPLIT_LIST) < 0 || elements < 0) {
        throw new MalformedDataException("operator state \"" + name + "\" of kind " + kind);
      }
      parts.add(new Part(name, kind, elements));
    }
    return new OperatorStateHandle(parts, StreamHandle.read(in));
  }
}
