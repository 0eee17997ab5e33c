package io.streambed.testkit.serial;

import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;

/** The contract over sealed types whose values may be keys, and over ones whose values change. */
class SealedSerializersTest {
  @Nested
  class Keys extends SerializerContract<Event> {
    @Override
    protected Serializer<Event> serializer() {
      return Serializers.sealed(Event.class);
    }

    @Override
    protected List<Event> samples() {
      return List.of(
          new Opened(0, ""),
          new Moved(0),
          new Closed(Optional.empty()),
          new Closed(Optional.of(0L)),
          new Nothing(),
          Signal.START,
          Signal.STOP);
    }

    @Override
    protected Event random(SplittableRandom random) {
      return switch (random.nextInt(4)) {
        case 0 -> new Opened(random.nextInt(), Chance.text(random));
        case 1 -> new Moved(random.nextInt());
        case 2 -> new Closed(Optional.of(Chance.anyLong(random)));
        default -> Signal.values()[random.nextInt(2)];
      };
    }
  }

  @Nested
  class Changing extends SerializerContract<Answer> {
    @Override
    protected Serializer<Answer> serializer() {
      return Serializers.sealed(Answer.class);
    }

    @Override
    protected List<Answer> samples() {
      return List.of(new None(1), new Many(new ArrayList<>()), new Many(List.of("a")));
    }

    @Override
    protected Answer random(SplittableRandom random) {
      return random.nextBoolean()
          ? new None(random.nextLong())
          : new Many(Chance.list(random, Chance::text));
    }

    @Override
    protected boolean change(Answer value) {
      if (!(value instanceof Many many && many.texts() instanceof ArrayList<String> texts)) {
        return false;
      }
      texts.add("changed");
      return true;
    }
  }

  @Nested
  class InAList extends SerializerContract<List<Event>> {
    @Override
    protected Serializer<List<Event>> serializer() {
      return Serializers.list(Serializers.sealed(Event.class));
    }

    @Override
    protected List<List<Event>> samples() {
      return List.of(
          new ArrayList<>(),
          new ArrayList<>(List.of(Signal.STOP, new Moved(1))),
          new ArrayList<>(List.of(new Moved(1), Signal.STOP)));
    }

    @Override
    protected List<Event> random(SplittableRandom random) {
      return Chance.list(random, r -> new Moved(r.nextInt()));
    }

    @Override
    protected boolean change(List<Event> value) {
      return value.add(new Moved(7));
    }
  }

  sealed interface Event {}

  record Opened(int id, String by) implements Event {}

  sealed interface Change extends Event {}

  record Moved(int by) implements Change {}

  record Closed(Optional<Long> at) implements Change {}

  record Nothing() implements Event {}

  /** One constant has a class of its own. */
  enum Signal implements Event {
    START,
    STOP {
      @Override
      public String toString() {
        return "stop";
      }
    }
  }

  sealed interface Answer {}

  record None(long id) implements Answer {}

  record Many(List<String> texts) implements Answer {}
}
