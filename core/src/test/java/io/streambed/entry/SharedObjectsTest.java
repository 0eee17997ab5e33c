package io.streambed.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.SerializationException;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which objects a serializer may give again, as the trial of a first value finds. */
class SharedObjectsTest {
  private static <T> void tryAs(String role, Serializer<T> serializer, T value) {
    new Codec<>(serializer, "totals", role).tryOut(value);
  }

  /** One that always gives the same object back. */
  private static <T> MadeSerializer<T> constant(T value) {
    return new MadeSerializer<>((v, out) -> {}, in -> value);
  }

  /** A value of a class of which nobody can see that it never changes, as many messages are. */
  private static final class Message {
    private String text;
    private int cachedHash;

    Message(String text) {
      this.text = text;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Message message && message.text.equals(text);
    }

    @Override
    public int hashCode() {
      return cachedHash == 0 ? cachedHash = text.hashCode() : cachedHash;
    }
  }

  private sealed interface Shape {
    enum Plain implements Shape {
      POINT
    }

    record Circle(Duration age) implements Shape {}

    record Polygon(List<Long> sides) implements Shape {}
  }

  @Test
  void tryOut_sealedTypeOfWhichSomeValuesCanChange_passesWithEachCase() {
    Serializer<Shape> sealed = Serializers.sealed(Shape.class);
    for (Shape shape :
        List.of(
            Shape.Plain.POINT,
            new Shape.Circle(Duration.ZERO),
            new Shape.Polygon(List.of()),
            new Shape.Polygon(List.of(1L)))) {
      tryAs("value", sealed, shape);
      tryAs("value", Serializers.nullable(sealed), shape);
      tryAs("value", Serializers.list(sealed), List.of(shape));
    }
  }

  @Test
  void tryOut_sameObjectReadAgain_passesIfNoReadChangesIt() {
    for (Object shared :
        List.of(
            "text",
            5,
            TimeUnit.DAYS,
            Optional.empty(),
            UUID.randomUUID(),
            new Message("text"),
            new int[0],
            List.of(1),
            new StringBuilder("text"))) {
      tryAs("value", constant(shared), shared);
    }
  }

  @Test
  void tryOut_internedMessages_passAsValuesAndAsKeys() {
    Map<String, Message> interned = new HashMap<>();
    MadeSerializer<Message> messages =
        new MadeSerializer<>(
            (message, out) -> out.writeText(message.text),
            in -> interned.computeIfAbsent(in.readText(), Message::new));
    Message written = new Message("text");
    Message known = messages.read(new ByteReader().set(bytesOf(messages, written)));
    for (Message message : List.of(written, known)) {
      tryAs("value", messages, message);
      tryAs("key", messages, message);
    }
    assertThat(known.text).isEqualTo("text");
  }

  @Test
  void tryOut_internedMessagesOfOtherBytesEachTime_pass() {
    Map<String, Message> interned = new HashMap<>();
    int[] salt = {0};
    MadeSerializer<Message> salted =
        new MadeSerializer<>(
            (message, out) -> {
              out.writeInt(salt[0]++);
              out.writeText(message.text);
            },
            in -> {
              in.readInt();
              return interned.computeIfAbsent(in.readText(), Message::new);
            });
    tryAs("value", salted, new Message("text"));
  }

  @Test
  void tryOut_readsIntoOneObject_isRefused() {
    assertThatThrownBy(() -> tryAs("value", reusing(), new Message("text")))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll(
            "the value of state \"totals\"",
            "the first value of this part that the store meets",
            "the same object",
            "changed when other bytes were read",
            "made");
  }

  @Test
  void tryOut_valueThatIsTheReusedObjectItself_isNotChanged() {
    MadeSerializer<Message> reusing = reusing();
    Message mine = reusing.read(new ByteReader().set(bytesOf(reusing, new Message("text"))));
    tryAs("value", reusing, mine);
    assertThat(mine.text).isEqualTo("text");
  }

  /** Reads all values into one object. */
  private static MadeSerializer<Message> reusing() {
    Message one = new Message("");
    return new MadeSerializer<>(
        (message, out) -> out.writeText(message.text),
        in -> {
          one.text = in.readText();
          return one;
        });
  }

  private static <T> ByteView bytesOf(Serializer<T> serializer, T value) {
    return serializer.encode(value, new ByteWriter());
  }

  @Test
  void tryOut_copyThatGivesWhatAnyoneCanChange_isRefused() {
    for (Object changeable :
        List.of(new int[1], new ArrayList<>(List.of(1)), new HashMap<>(Map.of(1, 1)))) {
      assertThatThrownBy(() -> tryAs("value", constant(changeable), changeable))
          .isInstanceOf(SerializationException.class)
          .hasMessageContainingAll(
              "copy() gave the " + changeable.getClass().getSimpleName(),
              "of all values of this type");
    }
  }

  @Test
  void tryOut_copyThatGivesWhatMayNeverChange_passes() {
    for (Object kept :
        List.of(
            new Message("text"),
            List.of(1),
            Collections.unmodifiableList(new ArrayList<>(List.of(1))),
            new ArrayList<>(),
            new int[0])) {
      tryAs("value", constant(kept), kept);
    }
  }

  @Test
  void decode_ofAReaderThatReadsIntoOneObject_isRefusedAtTheFirst() {
    MadeSerializer<Message> writer = reusing();
    ByteView bytes = bytesOf(writer, new Message("text"));
    Codec<Message> reader = new Codec<>(reusing(), "totals", "value").tryingFirstRead(writer);
    assertThatThrownBy(() -> reader.decode(bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("the value of state \"totals\"", "all values into one object");
  }

  @Test
  void decode_ofAReaderThatGivesAConstant_passes() {
    MadeSerializer<Message> writer = reusing();
    ByteView bytes = bytesOf(writer, new Message("text"));
    Message constant = new Message("text");
    MadeSerializer<Message> constants =
        new MadeSerializer<>(
            writer::write,
            in -> {
              in.readText();
              return constant;
            });
    Codec<Message> reader = new Codec<>(constants, "totals", "value").tryingFirstRead(writer);
    assertThat(reader.decode(bytes)).isSameAs(constant);
  }

  @Test
  void decode_ofWhatCannotBeWritten_passes() {
    MadeSerializer<Message> unable =
        new MadeSerializer<>(
            (message, out) -> {
              throw new IllegalStateException("no ink");
            },
            in -> null);
    ByteView bytes = bytesOf(reusing(), new Message("text"));
    Codec<Message> reader = new Codec<>(reusing(), "totals", "value").tryingFirstRead(unable);
    assertThat(reader.decode(bytes).text).isEqualTo("text");
  }
}
