package io.streambed.serial;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Readers made of written configurations alone: no class of a user is needed or loaded. Enum
 * constants come as their names, records as the lists of their components' values, values of sealed
 * types as entries of the case's name and the value.
 */
final class SnapshotReaders {
  private static final Map<SerializerSnapshot, Serializer<?>> PLAIN = new HashMap<>();

  static {
    for (Serializer<?> plain : TypeDerivation.plainSerializers()) {
      PLAIN.put(plain.snapshot(), plain);
    }
  }

  private SnapshotReaders() {}

  /** A reader, or empty if the configuration or a part of it is not a built-in one. */
  static Optional<Serializer<?>> reader(SerializerSnapshot written) {
    Serializer<?> plain = PLAIN.get(written);
    if (plain != null) {
      return Optional.of(plain);
    }
    if (Parts.countsNothing(written)) {
      return Optional.empty();
    }
    List<Serializer<?>> parts = new ArrayList<>();
    for (SerializerSnapshot part : written.parts().values()) {
      Optional<Serializer<?>> reader = reader(part);
      if (reader.isEmpty()) {
        return Optional.empty();
      }
      parts.add(reader.get());
    }
    return written.version() == 1 ? Optional.ofNullable(over(written, parts)) : Optional.empty();
  }

  private static Serializer<?> over(SerializerSnapshot written, List<Serializer<?>> parts) {
    if (written.type().equals("enum")) {
      return EnumNames.of(written);
    }
    if (written.type().equals("record")) {
      return new RecordFields(written, parts);
    }
    if (written.type().equals("sealed")) {
      return new SealedValues(written, parts);
    }
    if (written.type().equals("map")) {
      return parts.size() == 2 ? new MapSerializer<>(parts.get(0), parts.get(1)) : null;
    }
    return parts.size() == 1 ? overOne(written.type(), parts.get(0)) : null;
  }

  private static Serializer<?> overOne(String type, Serializer<?> part) {
    return switch (type) {
      case "list" -> new ListSerializer<>(part);
      case "set" -> new SetSerializer<>(part);
      case "array" -> new ArraySerializer<>(Object.class, part);
      case "nullable" -> new NullableSerializer<>(part);
      case "optional" -> new OptionalSerializer<>(part);
      default -> null;
    };
  }
}
