package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a record whose components were reordered, added, removed or changed since it was written.
 * Components find each other by name. An added one is null if it is nullable, zero if it is
 * primitive and empty if it is an Optional; a removed one is read and dropped. Components added and
 * removed at once are refused: a renamed component looks like that, and its values would be lost.
 */
final class RecordMigration<T> implements ReadOnly<T> {
  private static final int DROPPED = -1;

  private final SerializerSnapshot written;
  private final Serializer<T> today;
  private final RecordShape<T> shape;
  private final Serializer<?>[] readers;
  private final int[] targets;

  private RecordMigration(
      SerializerSnapshot written,
      Serializer<T> today,
      RecordShape<T> shape,
      Serializer<?>[] readers,
      int[] targets) {
    this.written = written;
    this.today = today;
    this.shape = shape;
    this.readers = readers;
    this.targets = targets;
  }

  static <T> Compatibility<T> resolve(
      Serializer<T> today,
      RecordShape<T> shape,
      Serializer<Object>[] parts,
      SerializerSnapshot written) {
    List<String> names = shape.names();
    List<String> removed = without(written.parts().keySet(), names);
    List<String> added = without(names, written.parts().keySet());
    if (!removed.isEmpty() && !added.isEmpty()) {
      return Compatibility.incompatible(removedAndAdded(shape, removed, added));
    }
    Serializer<?>[] readers = new Serializer<?>[written.parts().size()];
    int[] targets = new int[readers.length];
    boolean asIs = List.copyOf(written.parts().keySet()).equals(names);
    int next = 0;
    for (Map.Entry<String, SerializerSnapshot> component : written.parts().entrySet()) {
      int target = names.indexOf(component.getKey());
      Compatibility<?> answer =
          target == DROPPED
              ? dropped(component.getValue())
              : parts[target].resolve(component.getValue());
      if (answer instanceof Compatibility.Incompatible<?> no) {
        return Compatibility.incompatible(
            "component " + component.getKey() + " of " + shape + ": " + no.reason());
      }
      asIs &= answer instanceof Compatibility.AsIs<?>;
      readers[next] =
          answer instanceof Compatibility.Migrate<?> migrate ? migrate.reader() : parts[target];
      targets[next++] = target;
    }
    for (int i = 0; i < parts.length; i++) {
      if (!written.parts().containsKey(names.get(i)) && !hasDefault(shape, parts, i)) {
        return Compatibility.incompatible(
            "component "
                + names.get(i)
                + " of "
                + shape
                + " is new and has no value in old state; make it primitive or an Optional,"
                + " or nullable with Serializers.records(type, components)");
      }
    }
    return asIs
        ? Compatibility.asIs()
        : Compatibility.migrate(new RecordMigration<>(written, today, shape, readers, targets));
  }

  private static List<String> without(Collection<String> names, Collection<String> others) {
    return names.stream().filter(name -> !others.contains(name)).toList();
  }

  private static String removedAndAdded(
      RecordShape<?> shape, List<String> removed, List<String> added) {
    String old = String.join(", ", removed);
    String young = String.join(", ", added);
    return shape
        + " lost components ("
        + old
        + ") and got others ("
        + young
        + ") at once. Were a component renamed, its values would be lost in silence. Give a renamed"
        + " component its old name back. If none was renamed, go in two steps: add ("
        + young
        + ") beside the old ones, let the job take a checkpoint, and remove ("
        + old
        + ") in a later run";
  }

  private static Compatibility<?> dropped(SerializerSnapshot component) {
    Optional<Serializer<?>> reader = Serializers.fromSnapshot(component);
    if (reader.isEmpty()) {
      return Compatibility.incompatible(
          "it was removed, and bytes of " + component + " cannot be passed over; keep it");
    }
    return Compatibility.migrate(reader.get());
  }

  private static boolean hasDefault(RecordShape<?> shape, Serializer<Object>[] parts, int index) {
    return shape.zero(index) != null || parts[index] instanceof NullableSerializer;
  }

  @Override
  public T read(ByteReader in) {
    Object[] values = new Object[shape.size()];
    Arrays.setAll(values, shape::zero);
    for (int i = 0; i < readers.length; i++) {
      Object value = readers[i].read(in);
      if (targets[i] != DROPPED) {
        values[targets[i]] = value;
      }
    }
    return shape.construct(values);
  }

  @Override
  public T copy(T value) {
    return today.copy(value);
  }

  @Override
  public boolean immutable() {
    return today.immutable();
  }

  @Override
  public Serializer<T> duplicate() {
    Serializer<?>[] duplicates = readers.clone();
    Arrays.setAll(duplicates, i -> readers[i].duplicate());
    return new RecordMigration<>(written, today.duplicate(), shape, duplicates, targets);
  }

  @Override
  public SerializerSnapshot snapshot() {
    return written;
  }
}
