package io.streambed.serial;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;

/** What the tests of evolution share: values written by one serializer, and read by a later one. */
final class Migrations {
  private Migrations() {}

  static <T> byte[] written(T value, Serializer<T> serializer) {
    ByteWriter out = new ByteWriter();
    serializer.write(value, out);
    return out.toByteArray();
  }

  /** What a reader makes of a value's bytes, all of them. */
  static <S, T> T read(S value, Serializer<S> old, Serializer<T> reader) {
    ByteReader in = new ByteReader(written(value, old));
    T read = reader.read(in);
    in.expectEnd();
    return read;
  }

  static <T> Serializer<T> reader(Serializer<T> now, Serializer<?> old) {
    Compatibility<T> answer = now.resolve(old.snapshot());
    assertThat(answer).isInstanceOf(Compatibility.Migrate.class);
    return ((Compatibility.Migrate<T>) answer).reader();
  }

  /** A value that had to migrate, and that the new serializer reads and writes. */
  static <S, T> T migrated(S value, Serializer<S> old, Serializer<T> now) {
    T migrated = read(value, old, reader(now, old));
    assertThat((Object) read(migrated, now, now)).isEqualTo(migrated);
    return migrated;
  }

  /** A value of one type, migrated to another, both with derived serializers. */
  @SuppressWarnings("unchecked")
  static <S, T> T migrated(S value, Class<T> now) {
    return migrated(value, Serializers.of((Class<S>) value.getClass()), Serializers.of(now));
  }

  static Compatibility<?> resolve(Class<?> written, Class<?> now) {
    return Serializers.of(now).resolve(Serializers.of(written).snapshot());
  }

  static String reason(Serializer<?> now, Serializer<?> old) {
    return reason(now.resolve(old.snapshot()));
  }

  static String reason(Compatibility<?> answer) {
    assertThat(answer).isInstanceOf(Compatibility.Incompatible.class);
    return ((Compatibility.Incompatible<?>) answer).reason();
  }
}
