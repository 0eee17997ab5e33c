package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.error.MalformedDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the constants of a written enum as their names, without its class.
 *
 * @param snapshot the enum's configuration
 * @param names the constants by ordinal
 */
record EnumNames(SerializerSnapshot snapshot, List<String> names) implements ReadOnly<String> {

  /** The reader of a snapshot of type {@code enum}. */
  static EnumNames of(SerializerSnapshot written) {
    List<String> names = new ArrayList<>();
    Map<String, String> config = written.config();
    String name = config.get("0");
    while (name != null) {
      names.add(name);
      name = config.get(Integer.toString(names.size()));
    }
    return new EnumNames(written, List.copyOf(names));
  }

  static int readOrdinal(ByteReader in, int constants) {
    int ordinal = in.readShort() & 0xFFFF;
    if (ordinal >= constants) {
      throw new MalformedDataException("constant " + ordinal + " of an enum of " + constants);
    }
    return ordinal;
  }

  @Override
  public String read(ByteReader in) {
    return names.get(readOrdinal(in, names.size()));
  }

  @Override
  public String copy(String value) {
    return value;
  }

  @Override
  public boolean immutable() {
    return true;
  }

  @Override
  public Serializer<String> duplicate() {
    return this;
  }

  @Override
  public int fixedLength() {
    return Short.BYTES;
  }
}
