package io.streambed.operator;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Limits;
import io.streambed.serial.Compatibility;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.SizeBound;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongFunction;

/** Serializers with just what a test needs of them. */
final class TestSerializers {
  static final Serializer<String> TEXT =
      simple("text", true, (v, out) -> out.writeText(v), ByteReader::readText, v -> v);

  static final Serializer<Long> NUMBER =
      simple("number", true, (v, out) -> out.writeLong(v), ByteReader::readLong, v -> v);

  /** Text that also reads what {@link #NUMBER} wrote. */
  static final Serializer<String> TEXT_OF_NUMBER = textFromNumbers(number -> "#" + number);

  static final Serializer<Tally> TALLY =
      simple(
          "tally",
          false,
          (v, out) -> {
            out.writeText(v.name);
            out.writeVarInt(v.count);
          },
          in -> new Tally(in.readText(), in.readVarInt()),
          v -> new Tally(v.name, v.count));

  static final String TOO_LARGE = "too large";

  /** Text, of which one claims to have more bytes than the limit of values. */
  static final Serializer<String> VAST =
      new Simple<>("text", true, (v, out) -> out.writeText(v), ByteReader::readText, v -> v) {
        @Override
        public ByteView encode(String value, ByteWriter scratch) {
          return value.equals(TOO_LARGE)
              ? new ByteView().set(new byte[0], 0, Limits.MAX_VALUE_BYTES + 1)
              : super.encode(value, scratch);
        }

        @Override
        public SizeBound<String> sizeBound() {
          return SizeBound.of(value -> value.equals(TOO_LARGE) ? Integer.MAX_VALUE : 20);
        }
      };

  private TestSerializers() {}

  static Serializer<String> textFromNumbers(LongFunction<String> migration) {
    Serializer<String> reader =
        simple("old", true, (v, out) -> {}, in -> migration.apply(in.readLong()), v -> v);
    return new Simple<>("text", true, (v, out) -> out.writeText(v), ByteReader::readText, v -> v) {
      @Override
      public Compatibility<String> resolve(SerializerSnapshot written) {
        return written.equals(NUMBER.snapshot())
            ? Compatibility.migrate(reader)
            : super.resolve(written);
      }
    };
  }

  /** A mutable value. */
  static final class Tally {
    final String name;
    int count;

    Tally(String name, int count) {
      this.name = name;
      this.count = count;
    }

    @Override
    public String toString() {
      return name + "=" + count;
    }
  }

  static <T> Serializer<T> simple(
      String type,
      boolean immutable,
      BiConsumer<T, ByteWriter> write,
      Function<ByteReader, T> read,
      Function<T, T> copy) {
    return new Simple<>(type, immutable, write, read, copy);
  }

  private static class Simple<T> implements Serializer<T> {
    private final String type;
    private final boolean immutable;
    private final BiConsumer<T, ByteWriter> write;
    private final Function<ByteReader, T> read;
    private final Function<T, T> copy;

    Simple(
        String type,
        boolean immutable,
        BiConsumer<T, ByteWriter> write,
        Function<ByteReader, T> read,
        Function<T, T> copy) {
      this.type = type;
      this.immutable = immutable;
      this.write = write;
      this.read = read;
      this.copy = copy;
    }

    @Override
    public void write(T value, ByteWriter out) {
      write.accept(value, out);
    }

    @Override
    public T read(ByteReader in) {
      return read.apply(in);
    }

    @Override
    public T copy(T value) {
      return copy.apply(value);
    }

    @Override
    public boolean immutable() {
      return immutable;
    }

    @Override
    public Serializer<T> duplicate() {
      return this;
    }

    @Override
    public KeyHasher<T> keyHasher() {
      return Object::hashCode;
    }

    @Override
    public SerializerSnapshot snapshot() {
      return SerializerSnapshot.of(type);
    }
  }
}
