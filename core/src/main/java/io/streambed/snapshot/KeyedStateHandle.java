package io.streambed.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import io.streambed.key.KeyGroupRange;
import java.util.Objects;

/**
 * The keyed state that one subtask wrote: a container and the key groups it holds.
 *
 * <pre>
 * keyed := first:varint last:varint handle
 * </pre>
 *
 * @param range the key groups
 * @param data the container
 */
public record KeyedStateHandle(KeyGroupRange range, StreamHandle data) {
  /** Checks the parts. */
  public KeyedStateHandle {
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(data, "data");
  }

  /**
   * Appends this in its grammar.
   *
   * @param out where to append
   */
  public void write(ByteWriter out) {
    out.writeVarInt(range.first());
    out.writeVarInt(range.last());
    data.write(out);
  }

  /**
   * Reads a handle.
   *
   * @param in positioned at its first byte
   * @return the handle
   * @throws MalformedDataException if the bytes do not follow the grammar
   */
  public static KeyedStateHandle read(ByteReader in) {
    KeyGroupRange range;
    try {
      range = new KeyGroupRange(in.readVarInt(), in.readVarInt());
    } catch (IllegalArgumentException e) {
      throw new MalformedDataException(e.getMessage());
    }
    return new KeyedStateHandle(range, StreamHandle.read(in));
  }
}
