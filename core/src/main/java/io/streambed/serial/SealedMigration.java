package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.error.SerializationException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Reads values of a sealed type whose cases were moved, removed or changed since they were written.
 * Cases find each other by their simple class names. One that was removed, or renamed, which looks
 * the same, is an error only where it occurs, as a removed constant of an enum is.
 *
 * @param snapshot what was written
 * @param today the serializer of the values
 * @param readers of the written cases, by their old numbers
 */
record SealedMigration<T>(
    SerializerSnapshot snapshot, Serializer<T> today, List<Serializer<?>> readers)
    implements ReadOnly<T> {

  static <T> Compatibility<T> resolve(
      Serializer<T> today, Map<String, Serializer<Object>> cases, SerializerSnapshot written) {
    List<String> names = List.copyOf(cases.keySet());
    List<String> old = List.copyOf(written.parts().keySet());
    if (Collections.disjoint(names, old)) {
      return Compatibility.incompatible(
          "no case of " + today + " has the simple name of a written one, " + old);
    }
    boolean asIs = old.size() <= names.size() && old.equals(names.subList(0, old.size()));
    List<Serializer<?>> readers = new ArrayList<>();
    for (String name : old) {
      Serializer<Object> present = cases.get(name);
      if (present == null) {
        readers.add(removed(name, today));
        continue;
      }
      Compatibility<Object> answer = present.resolve(written.parts().get(name));
      if (answer instanceof Compatibility.Incompatible<?> no) {
        return Compatibility.incompatible("case " + name + " of " + today + ": " + no.reason());
      }
      asIs &= answer instanceof Compatibility.AsIs<?>;
      readers.add(answer instanceof Compatibility.Migrate<?> migrate ? migrate.reader() : present);
    }
    return asIs
        ? Compatibility.asIs()
        : Compatibility.migrate(new SealedMigration<>(written, today, readers));
  }

  /** Reads no value, but says why it cannot. */
  private static <T> Serializer<T> removed(String name, Serializer<T> today) {
    return new Converted<>(
        Symbols.VOID,
        nothing -> {
          throw new SerializationException(
              today.toString(),
              "the state holds a value of case "
                  + name
                  + ", and no case has this simple name any more: give a renamed class its old name"
                  + " back, and keep a removed one until no state holds it",
              null);
        },
        today);
  }

  @Override
  @SuppressWarnings("unchecked")
  public T read(ByteReader in) {
    return (T) readers.get(SealedSerializer.readCase(in, readers.size())).read(in);
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
    List<Serializer<?>> duplicates = new ArrayList<>();
    readers.forEach(reader -> duplicates.add(reader.duplicate()));
    return new SealedMigration<>(snapshot, today.duplicate(), duplicates);
  }
}
