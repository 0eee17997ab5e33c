package io.streambed.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.OversizedEntryException;
import io.streambed.error.SerializationException;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the trial of a first value finds, lets pass, and costs. */
class SerializerTrialTest {
  /** A serializer made of functions; it claims that its values can change. */
  private static class Made<T> implements Serializer<T> {
    private final BiConsumer<T, ByteWriter> write;
    private final Function<ByteReader, T> read;
    int writes;
    int reads;

    Made(BiConsumer<T, ByteWriter> write, Function<ByteReader, T> read) {
      this.write = write;
      this.read = read;
    }

    @Override
    public void write(T value, ByteWriter out) {
      writes++;
      write.accept(value, out);
    }

    @Override
    public T read(ByteReader in) {
      reads++;
      return read.apply(in);
    }

    @Override
    public T copy(T value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return false;
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
      return SerializerSnapshot.of("made");
    }
  }

  /** One that always gives the same object back. */
  private static <T> Made<T> constant(T value) {
    return new Made<>((v, out) -> {}, in -> value);
  }

  private static <T> void tryAs(String role, Serializer<T> serializer, T value) {
    new Codec<>(serializer, "totals", role).tryOut(value);
  }

  @Test
  void tryOut_constantsThatCannotChange_passThoughTheSerializerDoesNotSaySo() {
    tryAs("value", constant("text"), "text");
    tryAs("value", constant(5), 5);
    tryAs("value", constant(BigDecimal.TEN), BigDecimal.TEN);
    tryAs("value", constant(Duration.ZERO), Duration.ZERO);
    tryAs("value", constant(TimeUnit.DAYS), TimeUnit.DAYS);
    tryAs("value", constant(List.of()), List.of());
    tryAs("value", constant(Map.of()), Map.of());
    tryAs("value", constant(Optional.empty()), Optional.empty());
    tryAs("value", constant(new int[0]), new int[0]);
  }

  @Test
  void tryOut_objectsThatCanChangeGivenTwice_areRefused() {
    for (Object shared :
        List.of(new StringBuilder("text"), new int[1], List.of(1), Optional.of(new int[1]))) {
      assertThatThrownBy(() -> tryAs("value", constant(shared), shared))
          .isInstanceOf(SerializationException.class)
          .hasMessageContainingAll(
              "the value of state \"totals\"", "the very object", "immutable()", "made");
    }
  }

  @Test
  void tryOut_valueThatKeepsItsInput_isRefused() {
    Made<ByteView> views =
        new Made<>(
            (view, out) -> out.writeBytes(view),
            in -> new ByteView().set(in.array(), in.position(), skipAll(in))) {
          @Override
          public ByteView copy(ByteView view) {
            return ByteView.of(view.toByteArray());
          }
        };
    assertThatThrownBy(() -> tryAs("value", views, ByteView.of(new byte[] {1, 2})))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("keeps a part of the input's array");
  }

  private static int skipAll(ByteReader in) {
    int length = in.remaining();
    in.skip(length);
    return length;
  }

  @Test
  void tryOut_valueOfOtherBytesEachTime_passesUnlessItIsAKey() {
    int[] salt = {0};
    Made<String> salted =
        new Made<>(
            (text, out) -> {
              out.writeInt(salt[0]++);
              out.writeText(text);
            },
            in -> {
              in.readInt();
              return in.readText();
            });
    tryAs("value", salted, "text");
    for (String role : List.of("key", "namespace", "user key", Codec.QUEUE_ELEMENT)) {
      assertThatThrownBy(() -> tryAs(role, salted, "text"))
          .isInstanceOf(SerializationException.class)
          .hasMessageContainingAll("the " + role, "other bytes");
    }
  }

  @Test
  void tryOut_bridge_mayShareObjectsAndWriteEqualKeysDifferently() {
    int[] salt = {0};
    int[] shared = {1};
    Made<String> salted =
        new Made<>(
            (text, out) -> {
              out.writeInt(salt[0]++);
              out.writeText(text);
            },
            in -> {
              in.readInt();
              return in.readText();
            }) {
          @Override
          public boolean bridge() {
            return true;
          }
        };
    Made<int[]> sharing =
        new Made<>((v, out) -> {}, in -> shared) {
          @Override
          public boolean bridge() {
            return true;
          }
        };
    tryAs("key", salted, "text");
    tryAs("value", sharing, shared);
  }

  @Test
  void tryOut_bridgeThatDoesNotRead_passesUnlessBytesAreMissing() {
    tryAs("value", bridgeThatReads(new IllegalStateException("not yet")), "text");
    assertThatThrownBy(
            () ->
                tryAs(
                    "value",
                    bridgeThatReads(new UncheckedIOException(new EOFException("the end"))),
                    "text"))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("read() failed", "the end");
  }

  private static Made<String> bridgeThatReads(RuntimeException failure) {
    return new Made<>(
        (text, out) -> out.writeText(text),
        in -> {
          throw failure;
        }) {
      @Override
      public boolean bridge() {
        return true;
      }
    };
  }

  @Test
  void tryOut_laneThatLosesAPart_isRefused() {
    Made<Long> halved =
        new Made<>((number, out) -> out.writeLong(number), ByteReader::readLong) {
          @Override
          public LongLane<Long> longLane() {
            return new LongLane<>() {
              @Override
              public long toLong(Long value) {
                return value.intValue();
              }

              @Override
              public Long fromLong(long bits) {
                return bits;
              }
            };
          }
        };
    tryAs("value", halved, 1L);
    assertThatThrownBy(() -> tryAs("value", halved, 1L << 40))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("longLane()");
  }

  @Test
  void tryOut_valueBeyondTheBoundOfATrial_isWrittenOnceAsFarAsThat() {
    int[] written = {0};
    Made<Integer> large =
        new Made<>(
            (mebibytes, out) -> {
              for (int i = 0; i < mebibytes; i++) {
                out.writeBytes(new byte[1 << 20]);
                written[0]++;
              }
            },
            in -> skipAll(in) >> 20);
    tryAs("value", large, 8);
    assertThat(large.reads).isPositive();
    large.writes = 0;
    large.reads = 0;
    written[0] = 0;
    tryAs("value", large, 100);
    assertThat(large.writes).isOne();
    assertThat(written[0]).isEqualTo(8);
    assertThat(large.reads).isZero();
  }

  @Test
  void tryOut_bufferOfAnotherSystemBeyondTheBound_isNotRead() {
    Made<byte[]> bridged =
        new Made<>((v, out) -> {}, in -> new byte[1]) {
          @Override
          public ByteView encode(byte[] value, ByteWriter scratch) {
            return ByteView.of(value);
          }
        };
    tryAs("value", bridged, new byte[(8 << 20) + 1]);
    assertThat(bridged.reads).isZero();
  }

  @Test
  void tryOut_firstKeyBeyondItsLimit_isRefusedAsSuch() {
    assertThatThrownBy(
            () -> tryAs("user key", Serializers.strings(), "x".repeat(Limits.MAX_KEY_BYTES)))
        .isInstanceOf(OversizedEntryException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void encode_ofACodecThatTriesFirst_triesOnce(boolean tries) {
    Made<String> texts = new Made<>((text, out) -> out.writeText(text), ByteReader::readText);
    Codec<String> codec = new Codec<>(texts, "totals", "value");
    if (tries) {
      codec.tryingFirst();
    }
    codec.encode("one");
    assertThat(texts.reads > 0).isEqualTo(tries);
    texts.writes = 0;
    texts.reads = 0;
    codec.encode("two");
    assertThat(texts.writes).isOne();
    assertThat(texts.reads).isZero();
  }

  @Test
  void decode_ofAReaderThatGivesOneObject_isRefusedAtTheFirst() {
    int[] reused = {1};
    ByteView bytes = ByteView.of(new byte[0]);
    Codec<int[]> reader = new Codec<>(constant(reused), "totals", "value").tryingFirstRead();
    assertThatThrownBy(() -> reader.decode(bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("the value of state \"totals\"", "one object again and again");
    Codec<String> texts = new Codec<>(constant("text"), "totals", "value").tryingFirstRead();
    assertThatCode(() -> texts.decode(bytes)).doesNotThrowAnyException();
  }
}
