package io.streambed.testkit.serial;

import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Nested;

/** The contract over text, identifiers, times and enums. */
class TextAndTimeSerializersTest {
  @Nested
  class Strings extends SerializerContract<String> {
    @Override
    protected Serializer<String> serializer() {
      return Serializers.strings();
    }

    @Override
    protected List<String> samples() {
      return List.of(
          "",
          "a",
          "12345678",
          "Gr\u00fc\u00dfe",
          "\u0100",
          "narrow first \u20ac",
          "\ud83d\ude00",
          "\ud800",
          "\udc00\ud800",
          "\0",
          "x".repeat(64));
    }

    @Override
    protected String random(SplittableRandom random) {
      return Chance.text(random);
    }
  }

  @Nested
  class Uuids extends SerializerContract<UUID> {
    @Override
    protected Serializer<UUID> serializer() {
      return Serializers.uuids();
    }

    @Override
    protected List<UUID> samples() {
      return List.of(new UUID(0, 0), new UUID(-1, 1), new UUID(1, -1));
    }

    @Override
    protected UUID random(SplittableRandom random) {
      return new UUID(random.nextLong(), random.nextLong());
    }
  }

  @Nested
  class Instants extends SerializerContract<Instant> {
    @Override
    protected Serializer<Instant> serializer() {
      return Serializers.instants();
    }

    @Override
    protected List<Instant> samples() {
      return List.of(
          Instant.EPOCH, Instant.MIN, Instant.MAX, Instant.ofEpochSecond(-1, 999_999_999));
    }

    @Override
    protected Instant random(SplittableRandom random) {
      return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
    }
  }

  @Nested
  class Durations extends SerializerContract<Duration> {
    @Override
    protected Serializer<Duration> serializer() {
      return Serializers.durations();
    }

    @Override
    protected List<Duration> samples() {
      return List.of(
          Duration.ZERO,
          Duration.ofNanos(-1),
          Duration.ofSeconds(Long.MIN_VALUE),
          Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
    }

    @Override
    protected Duration random(SplittableRandom random) {
      return Duration.ofSeconds(Chance.anyLong(random) >> 1, random.nextInt(1_000_000_000));
    }
  }

  @Nested
  class LocalDates extends SerializerContract<LocalDate> {
    @Override
    protected Serializer<LocalDate> serializer() {
      return Serializers.localDates();
    }

    @Override
    protected List<LocalDate> samples() {
      return List.of(
          LocalDate.MIN,
          LocalDate.MAX,
          LocalDate.EPOCH,
          LocalDate.of(2024, 2, 29),
          LocalDate.of(-1, 12, 31));
    }

    @Override
    protected LocalDate random(SplittableRandom random) {
      return LocalDate.ofEpochDay(random.nextInt());
    }
  }

  @Nested
  class Enums extends SerializerContract<Size> {
    @Override
    protected Serializer<Size> serializer() {
      return Serializers.enums(Size.class);
    }

    @Override
    protected List<Size> samples() {
      return List.of(Size.values());
    }

    @Override
    protected Size random(SplittableRandom random) {
      return Size.values()[random.nextInt(Size.values().length)];
    }
  }

  @Nested
  class Voids extends SerializerContract<VoidNamespace> {
    @Override
    protected Serializer<VoidNamespace> serializer() {
      return Serializers.unit();
    }

    @Override
    protected List<VoidNamespace> samples() {
      return List.of(VoidNamespace.INSTANCE);
    }

    @Override
    protected VoidNamespace random(SplittableRandom random) {
      return VoidNamespace.INSTANCE;
    }
  }

  /** One constant has a class of its own. */
  enum Size {
    SMALL,
    LARGE {
      @Override
      boolean large() {
        return true;
      }
    };

    boolean large() {
      return false;
    }
  }
}
