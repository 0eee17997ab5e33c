package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.bytes.HeapBudget;
import io.streambed.bytes.Names;
import io.streambed.error.LimitExceededException;
import io.streambed.error.MalformedDataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A serializer's type and configuration as a checkpoint keeps it: plain data, no class is loaded to
 * read it.
 *
 * <pre>
 * snapshot  := type:text version:varint count:varint { key:text value:text }
 *              count:varint { name:text snapshot }
 * </pre>
 *
 * @param type the serializer's stable name, for instance {@code long} or {@code record}; with a
 *     namespace of its own for serializers from outside, for instance {@code com.example.money}
 * @param version the version of the bytes it writes, at least 1
 * @param config its settings, in order
 * @param parts the snapshots of the serializers it is made of, by role, in order
 */
public record SerializerSnapshot(
    String type, int version, Map<String, String> config, Map<String, SerializerSnapshot> parts) {
  /** How deep serializers may nest. */
  public static final int MAX_DEPTH = 32;

  /** About what one takes on the heap with its maps, without what is in them. */
  private static final int HEAP_BYTES = 80;

  /** The same of an entry of a map, without its texts. */
  private static final int ENTRY_HEAP_BYTES = 64;

  private static final int MAX_SHOWN = 80;

  /**
   * Checks and freezes the parts.
   *
   * @throws LimitExceededException if the nesting is deeper than {@link #MAX_DEPTH}
   */
  public SerializerSnapshot {
    Names.check("serializer", type);
    if (version < 1) {
      throw new IllegalArgumentException("version " + version + " is less than 1");
    }
    config = frozen(config);
    parts = frozen(parts);
    config.forEach(
        (key, value) -> {
          Names.check("serializer's setting", key);
          Names.check("serializer's setting", value);
        });
    parts.keySet().forEach(role -> Names.check("serializer's part", role));
    int depth = 1 + depthOf(parts);
    if (depth > MAX_DEPTH) {
      throw new LimitExceededException(
          "The nesting of serializer " + type, depth, MAX_DEPTH, "Flatten the type.");
    }
  }

  private static <V> Map<String, V> frozen(Map<String, V> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  private static int depthOf(Map<String, SerializerSnapshot> parts) {
    return parts.values().stream().mapToInt(part -> 1 + depthOf(part.parts)).max().orElse(0);
  }

  /**
   * A snapshot without settings or parts.
   *
   * @param type the serializer's stable name
   * @return version 1 of it
   */
  public static SerializerSnapshot of(String type) {
    return new SerializerSnapshot(type, 1, Map.of(), Map.of());
  }

  /**
   * Appends this in its grammar.
   *
   * @param out where to append
   */
  public void write(ByteWriter out) {
    out.writeText(type);
    out.writeVarInt(version);
    out.writeVarInt(config.size());
    config.forEach(
        (key, value) -> {
          out.writeText(key);
          out.writeText(value);
        });
    out.writeVarInt(parts.size());
    parts.forEach(
        (name, part) -> {
          out.writeText(name);
          part.write(out);
        });
  }

  /**
   * Reads a snapshot.
   *
   * @param in positioned at its first byte
   * @return the snapshot
   * @throws MalformedDataException if the bytes do not follow the grammar
   * @throws LimitExceededException if they are too many for this process's heap
   */
  public static SerializerSnapshot read(ByteReader in) {
    return read(in, new HeapBudget("declarations", in));
  }

  /**
   * Reads a snapshot as a part of something larger.
   *
   * @param in positioned at its first byte
   * @param budget of the heap, for the whole
   * @return the snapshot
   * @throws MalformedDataException if the bytes do not follow the grammar
   * @throws LimitExceededException if the budget does not suffice
   */
  public static SerializerSnapshot read(ByteReader in, HeapBudget budget) {
    return read(in, 1, budget);
  }

  private static SerializerSnapshot read(ByteReader in, int depth, HeapBudget budget) {
    if (depth > MAX_DEPTH) {
      throw new MalformedDataException("serializers nested deeper than " + MAX_DEPTH);
    }
    budget.take(HEAP_BYTES);
    String type = budget.readText(in);
    int version = in.readVarInt();
    if (version < 1) {
      throw new MalformedDataException("serializer version " + version);
    }
    Map<String, String> config = new LinkedHashMap<>();
    for (int left = in.readCount(2); left > 0; left--) {
      budget.take(ENTRY_HEAP_BYTES);
      String key = budget.readText(in);
      config.put(key, budget.readText(in));
    }
    Map<String, SerializerSnapshot> parts = new LinkedHashMap<>();
    for (int left = in.readCount(4); left > 0; left--) {
      budget.take(ENTRY_HEAP_BYTES);
      String name = budget.readText(in);
      parts.put(name, read(in, depth + 1, budget));
    }
    return new SerializerSnapshot(type, version, config, parts);
  }

  /** Equal means the same bytes: the order of settings and parts counts. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SerializerSnapshot that
        && type.equals(that.type)
        && version == that.version
        && entries(config).equals(entries(that.config))
        && entries(parts).equals(entries(that.parts));
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, version, config, parts);
  }

  private static <V> List<Map.Entry<String, V>> entries(Map<String, V> map) {
    return new ArrayList<>(map.entrySet());
  }

  /** A setting as a message shows it: what stands for bytes is long, and says nothing. */
  private static String abridged(String value) {
    return value.length() <= MAX_SHOWN
        ? value
        : value.substring(0, MAX_SHOWN) + "... (" + value.length() + " characters)";
  }

  /** As a user reads it, for instance {@code list<element: long>}. */
  @Override
  public String toString() {
    String settings =
        config.entrySet().stream()
            .map(e -> e.getKey() + "=" + abridged(e.getValue()))
            .collect(Collectors.joining(", "));
    String inner =
        parts.entrySet().stream()
            .map(e -> e.getKey() + ": " + e.getValue())
            .collect(Collectors.joining(", "));
    return type
        + (version == 1 ? "" : " v" + version)
        + (settings.isEmpty() ? "" : " [" + settings + "]")
        + (inner.isEmpty() ? "" : "<" + inner + ">");
  }
}
