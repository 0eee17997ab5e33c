package io.streambed.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.LimitExceededException;
import io.streambed.error.OversizedEntryException;
import io.streambed.error.SerializationException;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the trial of a first value finds, lets pass, and costs. */
class SerializerTrialTest {
  private static <T> void tryAs(String role, Serializer<T> serializer, T value) {
    new Codec<>(serializer, "totals", role).tryOut(value);
  }

  @Test
  void tryOut_arrayThatEncodeGivesWithoutACopy_passes() {
    MadeSerializer<byte[]> uncopied =
        new MadeSerializer<>(
            (array, out) -> out.writeBytes(array), in -> in.readBytes(in.remaining())) {
          @Override
          public ByteView encode(byte[] array, ByteWriter scratch) {
            return ByteView.of(array);
          }

          @Override
          public byte[] copy(byte[] array) {
            return array.clone();
          }
        };
    tryAs("value", uncopied, new byte[] {1, 2});
  }

  /** Equal by its text, whether or not the hash code tells the same. */
  private record Labelled(String text, int hash) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Labelled labelled && labelled.text.equals(text);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  @Test
  void tryOut_equalValuesOfOtherHashCodes_areRefusedWhereHashCodesAreUsed() {
    int[] hashes = {0};
    MadeSerializer<Labelled> labels =
        new MadeSerializer<>(
            (label, out) -> out.writeText(label.text),
            in -> new Labelled(in.readText(), ++hashes[0])) {
          @Override
          public KeyHasher<Labelled> keyHasher() {
            return label -> label.text.hashCode();
          }
        };
    Labelled label = new Labelled("text", 0);
    tryAs("key", labels, label);
    tryAs(Codec.QUEUE_ELEMENT, labels, label);
    assertThatThrownBy(
            () ->
                new Codec<>(labels, "totals", Codec.QUEUE_ELEMENT).foundByHashCode().tryOut(label))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("correct hashCode() of", Labelled.class.getName());
  }

  @Test
  void tryOut_keyWithoutEquals_isRefusedWithTheNameOfItsClass() {
    MadeSerializer<StringBuilder> builders =
        new MadeSerializer<>(
            (text, out) -> out.writeText(text.toString()), in -> new StringBuilder(in.readText())) {
          @Override
          public StringBuilder copy(StringBuilder text) {
            return new StringBuilder(text);
          }
        };
    assertThatThrownBy(() -> tryAs("key", builders, new StringBuilder("text")))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("equals() of java.lang.StringBuilder")
        .hasMessageNotContaining("copy()");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tryOut_valueThatKeepsItsInput_isRefused(boolean immutable) {
    MadeSerializer<ByteView> views =
        new MadeSerializer<>(
            (view, out) -> out.writeBytes(view),
            in -> new ByteView().set(in.array(), in.position(), skipAll(in))) {
          @Override
          public boolean immutable() {
            return immutable;
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
    MadeSerializer<String> salted =
        new MadeSerializer<>(
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
    MadeSerializer<String> salted =
        new MadeSerializer<>(
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
    MadeSerializer<int[]> sharing =
        new MadeSerializer<>((v, out) -> {}, in -> shared) {
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

  private static MadeSerializer<String> bridgeThatReads(RuntimeException failure) {
    return new MadeSerializer<>(
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
    MadeSerializer<Long> halved =
        new MadeSerializer<>((number, out) -> out.writeLong(number), ByteReader::readLong) {
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
    MadeSerializer<Integer> large =
        new MadeSerializer<>(
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
    MadeSerializer<byte[]> bridged =
        new MadeSerializer<>((v, out) -> {}, in -> new byte[1]) {
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
    MadeSerializer<String> texts =
        new MadeSerializer<>((text, out) -> out.writeText(text), ByteReader::readText);
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
  void encode_ofAnElementBeyondItsLimit_saysWhatIsTooLarge() {
    MadeSerializer<byte[]> large =
        new MadeSerializer<>((v, out) -> {}, in -> new byte[1]) {
          @Override
          public ByteView encode(byte[] value, ByteWriter scratch) {
            throw new LimitExceededException("A buffer", Integer.MAX_VALUE, 1, "Use less.");
          }
        };
    assertThatThrownBy(() -> Codec.ofOperatorState(large, "totals", "element").encode(new byte[1]))
        .isInstanceOf(OversizedEntryException.class)
        .hasMessageContaining("of an element of operator state \"totals\"");
  }
}
