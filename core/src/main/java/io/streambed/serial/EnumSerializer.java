package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.SerializationException;
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
 * bytes nor their length. Reordered, renamed ({@link Alias}) or removed constants migrate by name;
 * a removed one is an error only where it occurs, since most removed constants are in no state any
 * more. A renamed one migrates even where its ordinal is the same: its hash is another one, so a
 * key would lie in another key group.
 */
final class EnumSerializer<T extends Enum<T>> extends Scalar<T> {
  private final Class<T> type;
  private final T[] constants;
  private final PartNames names;

  EnumSerializer(Class<T> type) {
    super(snapshotOf(type), Short.BYTES);
    this.type = type;
    this.constants = type.getEnumConstants();
    this.names = PartNames.ofConstants(type);
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
    List<String> old = source.names();
    List<String> present = names.present();
    if (old.size() <= present.size() && old.equals(present.subList(0, old.size()))) {
      return Compatibility.asIs();
    }
    String ambiguous = names.ambiguous(old);
    if (ambiguous != null) {
      return Compatibility.incompatible(ambiguous);
    }
    if (old.stream().allMatch(name -> names.indexOf(name) == PartNames.GONE)) {
      return Compatibility.incompatible(
          "no constant of "
              + type.getName()
              + " has the name, or a former name, of a written one "
              + old
              + ": give renamed constants their former names with @Alias");
    }
    return Compatibility.migrate(new Converted<>(source, this::constant, this));
  }

  private T constant(String written) {
    int index = names.indexOf(written);
    if (index == PartNames.GONE) {
      throw new SerializationException(
          "enum " + type.getName(),
          "the state holds constant "
              + written
              + ", and no constant has this name any more: name it in @Alias of a renamed one, and"
              + " keep a removed one until no state holds it",
          null);
    }
    return constants[index];
  }
}
