package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.SerializationException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Enum constants by ordinal; the snapshot holds their names.
 *
 * <pre>
 * enum := ordinal:2
 * </pre>
 *
 * Two bytes whatever the number of constants, so that an appended constant changes neither the
 * bytes nor their length. Reordered or removed constants migrate by name; a removed one is an error
 * only where it occurs, since most removed constants are in no state any more.
 */
final class EnumSerializer<T extends Enum<T>> extends Scalar<T> {
  private final Class<T> type;
  private final T[] constants;

  EnumSerializer(Class<T> type) {
    super(snapshotOf(type), Short.BYTES);
    this.type = type;
    this.constants = type.getEnumConstants();
  }

  private static <T extends Enum<T>> SerializerSnapshot snapshotOf(Class<T> type) {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("class", type.getName());
    for (T constant : type.getEnumConstants()) {
      config.put(Integer.toString(constant.ordinal()), constant.name());
    }
    return new SerializerSnapshot("enum", 1, config, Map.of());
  }

  @Override
  public void write(T value, ByteWriter out) {
    out.writeShort(present(value).ordinal());
  }

  @Override
  public T read(ByteReader in) {
    return constants[EnumNames.readOrdinal(in, constants.length)];
  }

  /** Of the name: {@code Enum.hashCode()} differs from process to process. */
  @Override
  public int hash(T key) {
    return key.name().hashCode();
  }

  @Override
  public Compatibility<T> resolve(SerializerSnapshot written) {
    if (!Parts.sameType(written, snapshot())) {
      return Parts.changed(written, snapshot());
    }
    EnumNames source = EnumNames.of(written);
    List<String> names = Arrays.stream(constants).map(Enum::name).toList();
    int common = Math.min(source.names().size(), names.size());
    if (common == source.names().size() && source.names().equals(names.subList(0, common))) {
      return Compatibility.asIs();
    }
    if (names.stream().noneMatch(source.names()::contains)) {
      return Compatibility.incompatible(
          "no constant of " + type.getName() + " has the name of a written one " + source.names());
    }
    Map<String, T> byName = new HashMap<>();
    for (T constant : constants) {
      byName.put(constant.name(), constant);
    }
    return Compatibility.migrate(
        new Converted<>(source, name -> remaining(byName.get(name), name), this));
  }

  private T remaining(T constant, String name) {
    if (constant == null) {
      throw new SerializationException(
          "enum " + type.getName(),
          "the state holds constant " + name + ", which was removed; keep it until no state does",
          null);
    }
    return constant;
  }
}
