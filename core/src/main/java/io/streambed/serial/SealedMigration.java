package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.error.SerializationException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads values of a sealed type whose cases were moved, removed or changed since they were written.
 * Cases find each other by their simple class names, or former ones ({@link Alias}). One that was
 * removed is an error only where it occurs, as a removed constant of an enum is.
 *
 * @param snapshot what was written
 * @param today the serializer of the values
 * @param readers of the written cases, by their old numbers
 */
record SealedMigration<T>(
    SerializerSnapshot snapshot, Serializer<T> today, List<Serializer<?>> readers)
    implements ReadOnly<T> {

  static <T> Compatibility<T> resolve(
      Serializer<T> today,
      PartNames names,
      List<Serializer<Object>> cases,
      SerializerSnapshot written) {
    List<String> old = List.copyOf(written.parts().keySet());
    String ambiguous = names.ambiguous(old);
    if (ambiguous != null) {
      return Compatibility.incompatible(ambiguous);
    }
    if (old.stream().allMatch(name -> names.indexOf(name) == PartNames.GONE)) {
      return Compatibility.incompatible(
          "no case of "
              + today
              + " has the simple name, or a former one, of a written case "
              + old
              + ": give renamed classes their former names with @Alias");
    }
    // A renamed case has another hash: its values are no keys of the same key groups any more.
    boolean asIs = old.size() <= cases.size() && old.equals(names.present().subList(0, old.size()));
    List<Serializer<?>> readers = new ArrayList<>();
    for (String name : old) {
      int index = names.indexOf(name);
      if (index == PartNames.GONE) {
        readers.add(removed(name, today));
        continue;
      }
      Serializer<Object> present = cases.get(index);
      Compatibility<Object> answer = present.resolve(written.parts().get(name));
      if (answer instanceof Compatibility.Incompatible<?> no) {
        return Compatibility.incompatible(names.describe(name) + ": " + no.reason());
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
                  + ", and no case has this simple name any more: name it in @Alias of a renamed"
                  + " class, and keep a removed one until no state holds it",
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
