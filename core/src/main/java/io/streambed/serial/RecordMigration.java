package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads a record whose components were reordered, renamed, added, removed or changed since it was
 * written. Components find each other by name or former name; {@link RecordHistory} refuses what
 * the names leave open. An added one has its default, and without one is null if it is nullable,
 * zero if it is primitive and empty if it is an Optional; a removed one is read and dropped.
 *
 * <p>Only old bytes are read by this: a store writes them anew, or turns them into objects, when it
 * takes them over.
 */
final class RecordMigration<T> implements ReadOnly<T> {
  private static final int DROPPED = PartNames.GONE;

  private final SerializerSnapshot written;
  private final Serializer<T> today;
  private final RecordShape<T> shape;
  private final Serializer<?>[] readers;
  private final int[] targets;

  /**
   * A reader of old bytes.
   *
   * @param readers of the written components, in order; after them those that give the added ones
   * @param targets which component each reader gives; {@link #DROPPED} for a removed one
   */
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
      RecordHistory history,
      SerializerSnapshot written) {
    List<String> old = List.copyOf(written.parts().keySet());
    String refusal = history.refusal(old, parts);
    if (refusal != null) {
      return Compatibility.incompatible(refusal);
    }
    PartNames names = history.names();
    List<Serializer<?>> readers = new ArrayList<>();
    List<Integer> targets = new ArrayList<>();
    boolean asIs = true;
    for (String name : old) {
      int target = names.indexOf(name);
      SerializerSnapshot component = written.parts().get(name);
      Compatibility<?> answer =
          target == DROPPED ? dropped(component) : parts[target].resolve(component);
      if (answer instanceof Compatibility.Incompatible<?> no) {
        String which =
            target == DROPPED ? "component " + name + " of " + shape : names.describe(name);
        String wayOut = target == DROPPED ? "" : wayOut(parts[target], component);
        return Compatibility.incompatible(which + ": " + no.reason() + wayOut);
      }
      asIs &= answer instanceof Compatibility.AsIs<?> && target == readers.size();
      readers.add(
          answer instanceof Compatibility.Migrate<?> migrate ? migrate.reader() : parts[target]);
      targets.add(target);
    }
    if (asIs && readers.size() == parts.length) {
      return Compatibility.asIs();
    }
    for (int i = 0; i < parts.length; i++) {
      if (!targets.contains(i)) {
        readers.add(new AddedComponent<>(parts[i], history.defaultOf(i)));
        targets.add(i);
      }
    }
    return Compatibility.migrate(
        new RecordMigration<>(
            written,
            today,
            shape,
            readers.toArray(Serializer<?>[]::new),
            targets.stream().mapToInt(target -> target).toArray()));
  }

  private static Compatibility<?> dropped(SerializerSnapshot component) {
    Optional<Serializer<?>> reader = Serializers.fromSnapshot(component);
    if (reader.isEmpty()) {
      return Compatibility.incompatible(
          "it was removed, and bytes of " + component + " cannot be passed over; keep it");
    }
    return Compatibility.migrate(reader.get());
  }

  /** What to do about a component that is of another type; nothing if a part of it is at fault. */
  private static String wayOut(Serializer<?> part, SerializerSnapshot component) {
    return Parts.sameType(component, part.snapshot())
        ? ""
        : "; give it the type it had, or add one of the new type under another name";
  }

  @Override
  public T read(ByteReader in) {
    Object[] values = new Object[shape.size()];
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
