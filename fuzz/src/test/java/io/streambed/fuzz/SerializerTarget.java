package io.streambed.fuzz;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.Alias;
import io.streambed.serial.Compatibility;
import io.streambed.serial.DefaultValue;
import io.streambed.serial.Removed;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Written configurations of serializers, and the values behind them: read without their classes,
 * and as values of today's types, which may differ.
 *
 * <pre>
 * input := type:u8 length:u16 snapshot value
 * </pre>
 */
final class SerializerTarget implements FuzzTarget {
  record Flat(int count, @DefaultValue("x") String text, @DefaultValue("7") long sum) {}

  record Longer(@Alias("count") long number, Optional<String> text) {}

  @Removed("gone")
  record Nested(Flat flat, List<Flat> list, Map<String, Integer> map, Colour colour) {}

  enum Colour {
    RED,
    GREEN
  }

  sealed interface Shape permits Circle, Square {}

  record Circle(double radius) implements Shape {}

  record Square(double side, Colour colour) implements Shape {}

  record Empty() {}

  /** A serializer of today, and a value of it. */
  private record Today<T>(Serializer<T> serializer, T sample) {
    byte[] seed(int number) {
      ByteWriter snapshot = new ByteWriter();
      serializer.snapshot().write(snapshot);
      return new FuzzInput.Builder()
          .add(number)
          .addSized(snapshot.toByteArray())
          .add(bytes())
          .build();
    }

    byte[] bytes() {
      ByteWriter value = new ByteWriter();
      serializer.write(sample, value);
      return value.toByteArray();
    }

    void read(SerializerSnapshot written, byte[] value) {
      Compatibility<T> answer = serializer.resolve(written);
      if (answer instanceof Compatibility.Migrate<T> migrate) {
        use(migrate.reader().read(new ByteReader(value)));
      } else if (answer instanceof Compatibility.AsIs<T>) {
        use(serializer.read(new ByteReader(value)));
      }
    }

    /** What could be read can be kept. */
    private void use(T value) {
      serializer.write(value, new ByteWriter());
      serializer.copy(value);
      if (serializer.keyHasher() != null) {
        serializer.keyHasher().hash(value);
      }
    }
  }

  private static final List<Today<?>> TODAY = today();

  private static List<Today<?>> today() {
    Serializer<Flat> flats = Serializers.records(Flat.class);
    Flat flat = new Flat(1, "one", 2);
    return List.of(
        new Today<>(flats, flat),
        new Today<>(Serializers.records(Longer.class), new Longer(3, Optional.of("three"))),
        new Today<>(
            Serializers.records(Nested.class),
            new Nested(flat, List.of(flat), Map.of("a", 4), Colour.GREEN)),
        new Today<>(Serializers.sealed(Shape.class), new Square(5.5, Colour.RED)),
        new Today<>(Serializers.enums(Colour.class), Colour.RED),
        new Today<>(Serializers.records(Empty.class), new Empty()),
        new Today<>(Serializers.list(Serializers.list(flats)), List.of(List.of(flat))),
        new Today<>(Serializers.set(Serializers.strings()), Set.of("six")),
        new Today<>(Serializers.map(Serializers.uuids(), flats), Map.of()),
        new Today<>(Serializers.array(Flat.class, flats), new Flat[] {flat}),
        new Today<>(Serializers.nullable(flats), flat),
        new Today<>(Serializers.optional(Serializers.longs()), Optional.of(7L)),
        new Today<>(Serializers.longs(), 8L),
        new Today<>(Serializers.doubles(), 9.5),
        new Today<>(Serializers.chars(), 'c'),
        new Today<>(Serializers.strings(), "ten"),
        new Today<>(Serializers.bigDecimals(), new BigDecimal("11.50")),
        new Today<>(Serializers.instants(), Instant.ofEpochSecond(12, 13)),
        new Today<>(Serializers.localDates(), LocalDate.of(2026, 11, 30)),
        new Today<>(
            Serializers.zonedDateTimes(),
            ZonedDateTime.of(2026, 11, 30, 1, 2, 3, 4, ZoneId.of("Europe/Paris"))),
        new Today<>(Serializers.longArrays(), new long[] {14, 15}),
        new Today<>(Serializers.byteArrays(), new byte[] {16}));
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i < TODAY.size(); i++) {
      seeds.add(TODAY.get(i).seed(i));
    }
    // Written by one type and read by another: renamed, widened, with components added and removed.
    seeds.add(TODAY.get(0).seed(1));
    seeds.add(TODAY.get(1).seed(0));
    seeds.add(TODAY.get(5).seed(0));
    seeds.add(TODAY.get(12).seed(13));
    seeds.add(listsOfNothing());
    return seeds;
  }

  /** Many lists of records without components, which take no bytes: none of ours writes that. */
  private static byte[] listsOfNothing() {
    SerializerSnapshot nothing = Serializers.records(Empty.class).snapshot();
    SerializerSnapshot inner =
        new SerializerSnapshot("list", 1, Map.of(), Map.of("element", nothing));
    SerializerSnapshot outer =
        new SerializerSnapshot("list", 1, Map.of(), Map.of("element", inner));
    ByteWriter snapshot = new ByteWriter();
    outer.write(snapshot);
    ByteWriter value = new ByteWriter();
    int lists = 2_000;
    value.writeVarInt(lists);
    for (int i = 0; i < lists; i++) {
      value.writeVarInt(lists - i);
    }
    return new FuzzInput.Builder()
        .add(6)
        .addSized(snapshot.toByteArray())
        .add(value.toByteArray())
        .build();
  }

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    Today<?> today = TODAY.get(in.nextByte() % TODAY.size());
    ByteReader bytes = new ByteReader(in.nextSized());
    SerializerSnapshot written = SerializerSnapshot.read(bytes);
    bytes.expectEnd();
    byte[] value = in.rest();
    today.read(written, value);
    Serializers.fromSnapshot(written)
        .ifPresent(reader -> copy(reader, reader.read(new ByteReader(value))));
  }

  @SuppressWarnings("unchecked")
  private static <T> void copy(Serializer<T> reader, Object value) {
    reader.copy((T) value);
  }
}
