package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Java records: their components in order, nothing between them.
 *
 * <pre>
 * record := { component }
 * </pre>
 *
 * The snapshot names the components; the class's name is shown in it, but a renamed record is the
 * same record. Components may be reordered, renamed, added and removed ({@link RecordMigration}).
 */
final class RecordSerializer<T> implements Serializer<T>, KeyHasher<T> {
  private final RecordShape<T> shape;
  private final Serializer<Object>[] parts;
  private final RecordHistory history;
  private final boolean immutable;
  private final int fixedLength;
  private final KeyHasher<Object>[] hashers;
  private Object[] scratch;

  /**
   * A serializer of a record.
   *
   * @param shape the record type
   * @param parts a serializer per component, in order
   * @param history how the components were before
   */
  RecordSerializer(RecordShape<T> shape, Serializer<Object>[] parts, RecordHistory history) {
    this.shape = shape;
    this.parts = parts;
    this.history = history;
    this.immutable = Arrays.stream(parts).allMatch(Serializer::immutable);
    this.fixedLength = sumOfLengths(parts);
    this.hashers = hashers(parts);
    this.scratch = new Object[parts.length];
  }

  private static int sumOfLengths(Serializer<Object>[] parts) {
    long sum = 0;
    for (Serializer<Object> part : parts) {
      if (part.fixedLength() < 0) {
        return -1;
      }
      sum += part.fixedLength();
    }
    return sum > Integer.MAX_VALUE ? -1 : (int) sum;
  }

  @SuppressWarnings("unchecked")
  private static KeyHasher<Object>[] hashers(Serializer<Object>[] parts) {
    KeyHasher<Object>[] hashers = (KeyHasher<Object>[]) new KeyHasher<?>[parts.length];
    for (int i = 0; i < parts.length; i++) {
      hashers[i] = parts[i].keyHasher();
      if (hashers[i] == null) {
        return null;
      }
    }
    return hashers;
  }

  @Override
  public void write(T value, ByteWriter out) {
    Nulls.present(value, "record " + shape.type().getSimpleName());
    for (int i = 0; i < parts.length; i++) {
      Object component = shape.get(value, i);
      if (component != null) {
        parts[i].write(component, out);
      } else {
        Parts.writeElement(parts[i], null, out, "component " + shape.name(i) + " of " + shape);
      }
    }
  }

  @Override
  public T read(ByteReader in) {
    Object[] values = borrow();
    try {
      for (int i = 0; i < parts.length; i++) {
        values[i] = parts[i].read(in);
      }
      return shape.construct(values);
    } finally {
      giveBack(values);
    }
  }

  @Override
  public T copy(T value) {
    if (immutable) {
      return value;
    }
    Object[] values = borrow();
    try {
      for (int i = 0; i < parts.length; i++) {
        values[i] = parts[i].copy(shape.get(value, i));
      }
      return shape.construct(values);
    } finally {
      giveBack(values);
    }
  }

  /** The constructor's arguments, reused; taken away meanwhile, should a part call this again. */
  private Object[] borrow() {
    Object[] values = scratch;
    scratch = null;
    return values != null ? values : new Object[parts.length];
  }

  private void giveBack(Object[] values) {
    Arrays.fill(values, null);
    scratch = values;
  }

  @Override
  public boolean immutable() {
    return immutable;
  }

  @Override
  public Serializer<T> duplicate() {
    Serializer<Object>[] duplicates = parts.clone();
    Arrays.setAll(duplicates, i -> parts[i].duplicate());
    return new RecordSerializer<>(shape, duplicates, history);
  }

  @Override
  public int fixedLength() {
    return fixedLength;
  }

  /** The sum of the components' bounds, if all have one. */
  @Override
  public SizeBound<T> sizeBound() {
    long fixed = 0;
    Map<Integer, SizeBound<Object>> bounds = new LinkedHashMap<>();
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].fixedLength() >= 0) {
        fixed += parts[i].fixedLength();
        continue;
      }
      SizeBound<Object> bound = parts[i].sizeBound();
      if (bound == null) {
        return null;
      }
      bounds.put(i, bound);
    }
    return sumOf(fixed, bounds);
  }

  private SizeBound<T> sumOf(long fixed, Map<Integer, SizeBound<Object>> bounds) {
    int[] components = bounds.keySet().stream().mapToInt(i -> i).toArray();
    List<SizeBound<Object>> inOrder = List.copyOf(bounds.values());
    return SizeBound.of(
        value -> {
          long sum = fixed;
          for (int i = 0; i < components.length; i++) {
            Object component = shape.get(value, components[i]);
            // One byte where a serializer takes null; where it does not, writing fails anyway.
            sum += component == null ? 1 : inOrder.get(i).of(component);
          }
          return sum;
        });
  }

  @Override
  public KeyHasher<T> keyHasher() {
    return hashers == null ? null : this;
  }

  /** 31 * h + hash of the component, in order, from 0 on. */
  @Override
  public int hash(T key) {
    int hash = 0;
    for (int i = 0; i < hashers.length; i++) {
      hash = 31 * hash + hashers[i].hash(shape.get(key, i));
    }
    return hash;
  }

  @Override
  public SerializerSnapshot snapshot() {
    Map<String, SerializerSnapshot> components = new LinkedHashMap<>();
    for (int i = 0; i < parts.length; i++) {
      components.put(shape.name(i), parts[i].snapshot());
    }
    Map<String, String> config = Map.of("class", shape.type().getName());
    return new SerializerSnapshot("record", 1, config, components);
  }

  @Override
  public Compatibility<T> resolve(SerializerSnapshot written) {
    return Parts.sameType(written, snapshot())
        ? RecordMigration.resolve(this, shape, parts, history, written)
        : Parts.changed(written, snapshot());
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
