package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import io.streambed.error.SerializationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Values of a sealed type: the number of the value's case, then the value as the case's own
 * serializer writes it. The snapshot has the cases' snapshots by their simple class names, in the
 * order of their numbers.
 *
 * <pre>
 * sealed := case:2 value
 * </pre>
 *
 * An appended case changes no bytes that are there. Its values may be of another size than those of
 * all others, so the length is never a fixed one: stores lay out keys by it. Cases that were moved,
 * renamed, removed or changed migrate ({@link SealedMigration}).
 */
final class SealedSerializer<T> implements Serializer<T>, KeyHasher<T> {
  private final Class<T> type;
  private final Map<Class<?>, Case> byClass = new LinkedHashMap<>();
  private final List<Case> cases;
  private final PartNames names;
  private final boolean immutable;
  private final boolean hashable;

  private record Case(
      int number, Class<?> type, Serializer<Object> serializer, KeyHasher<Object> hasher) {

    String name() {
      return type.getSimpleName();
    }
  }

  /**
   * A serializer of a sealed type.
   *
   * @param type the sealed type
   * @param parts the cases' serializers by class, in the order of their numbers
   * @throws IllegalArgumentException if two cases have the same simple name, or annotations
   *     contradict each other
   */
  SealedSerializer(Class<T> type, Map<Class<?>, Serializer<Object>> parts) {
    this(type, parts, namesOf(type, parts.keySet()));
  }

  private SealedSerializer(
      Class<T> type, Map<Class<?>, Serializer<Object>> parts, PartNames names) {
    this.type = type;
    this.names = names;
    parts.forEach(
        (each, part) -> byClass.put(each, new Case(byClass.size(), each, part, part.keyHasher())));
    this.cases = List.copyOf(byClass.values());
    this.immutable = cases.stream().allMatch(each -> each.serializer.immutable());
    this.hashable = cases.stream().allMatch(each -> each.hasher != null);
  }

  private static PartNames namesOf(Class<?> type, Set<Class<?>> cases) {
    Map<String, Class<?>> byName = new LinkedHashMap<>();
    for (Class<?> each : cases) {
      Class<?> other = byName.put(each.getSimpleName(), each);
      if (other != null) {
        throw new IllegalArgumentException(
            "two cases of sealed type "
                + type.getName()
                + ", "
                + other.getName()
                + " and "
                + each.getName()
                + ", have the same simple name, by which cases are found in state: rename one");
      }
    }
    return PartNames.ofCases(type, byName);
  }

  private Case caseOf(T value) {
    Case exact = byClass.get(value.getClass());
    if (exact != null) {
      return exact;
    }
    // An enum's constant may have a class of its own, and so may a value of a non-sealed case.
    for (Case each : cases) {
      if (each.type.isInstance(value)) {
        return each;
      }
    }
    throw new SerializationException(
        toString(), "a value of " + value.getClass() + " belongs to none of its cases", null);
  }

  @Override
  public void write(T value, ByteWriter out) {
    Case its = caseOf(Nulls.present(value, toString()));
    out.writeShort(its.number);
    its.serializer.write(value, out);
  }

  /** The number of a written value's case. */
  static int readCase(ByteReader in, int cases) {
    int number = in.readShort() & 0xFFFF;
    if (number >= cases) {
      throw new MalformedDataException("case " + number + " of a sealed type of " + cases);
    }
    return number;
  }

  @Override
  @SuppressWarnings("unchecked")
  public T read(ByteReader in) {
    return (T) cases.get(readCase(in, cases.size())).serializer.read(in);
  }

  @Override
  @SuppressWarnings("unchecked")
  public T copy(T value) {
    return immutable ? value : (T) caseOf(value).serializer.copy(value);
  }

  @Override
  public boolean immutable() {
    return immutable;
  }

  @Override
  public Serializer<T> duplicate() {
    Map<Class<?>, Serializer<Object>> duplicates = new LinkedHashMap<>();
    cases.forEach(each -> duplicates.put(each.type, each.serializer.duplicate()));
    return new SealedSerializer<>(type, duplicates, names);
  }

  /** The bound of a value's case, if all cases have one. */
  @Override
  public SizeBound<T> sizeBound() {
    List<SizeBound<Object>> bounds = new ArrayList<>();
    for (Case each : cases) {
      SizeBound<Object> bound = Parts.boundOf(each.serializer);
      if (bound == null) {
        return null;
      }
      bounds.add(bound);
    }
    return SizeBound.of(value -> Short.BYTES + bounds.get(caseOf(value).number).of(value));
  }

  @Override
  public KeyHasher<T> keyHasher() {
    return hashable ? this : null;
  }

  /** 31 * hash of the case's simple name + hash of the value: the same when cases are added. */
  @Override
  public int hash(T key) {
    Case its = caseOf(key);
    return 31 * its.name().hashCode() + its.hasher.hash(key);
  }

  @Override
  public SerializerSnapshot snapshot() {
    Map<String, SerializerSnapshot> snapshots = new LinkedHashMap<>();
    cases.forEach(each -> snapshots.put(each.name(), each.serializer.snapshot()));
    return new SerializerSnapshot("sealed", 1, Map.of("class", type.getName()), snapshots);
  }

  @Override
  public Compatibility<T> resolve(SerializerSnapshot written) {
    SerializerSnapshot now = snapshot();
    if (!Parts.sameType(written, now)) {
      return Parts.changed(written, now);
    }
    List<Serializer<Object>> serializers = cases.stream().map(Case::serializer).toList();
    return SealedMigration.resolve(this, names, serializers, written);
  }

  /** As messages name it, without the cases. */
  @Override
  public String toString() {
    return "sealed type " + type.getName();
  }
}
