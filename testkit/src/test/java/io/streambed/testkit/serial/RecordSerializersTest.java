package io.streambed.testkit.serial;

import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;

/** The contract over records. */
class RecordSerializersTest {
  @Nested
  class Flat extends SerializerContract<Point> {
    @Override
    protected Serializer<Point> serializer() {
      return Serializers.of(Point.class);
    }

    @Override
    protected List<Point> samples() {
      return List.of(new Point(0, 0, false), new Point(-1, 1.5, true), new Point(1, -0.0, true));
    }

    @Override
    protected Point random(SplittableRandom random) {
      return new Point(random.nextInt(), random.nextDouble(), random.nextBoolean());
    }
  }

  @Nested
  class Empty extends SerializerContract<Nothing> {
    @Override
    protected Serializer<Nothing> serializer() {
      return Serializers.of(Nothing.class);
    }

    @Override
    protected List<Nothing> samples() {
      return List.of(new Nothing());
    }

    @Override
    protected Nothing random(SplittableRandom random) {
      return new Nothing();
    }
  }

  @Nested
  class Varargs extends SerializerContract<Tags> {
    @Override
    protected Serializer<Tags> serializer() {
      return Serializers.of(Tags.class);
    }

    @Override
    protected List<Tags> samples() {
      return List.of(new Tags(1), new Tags(1, ""), new Tags(1, "a", "b"));
    }

    @Override
    protected Tags random(SplittableRandom random) {
      return new Tags(random.nextLong(), Chance.list(random, Chance::text).toArray(String[]::new));
    }

    @Override
    protected boolean change(Tags value) {
      if (value.tags().length > 0) {
        value.tags()[0] += "x";
      }
      return value.tags().length > 0;
    }
  }

  @Nested
  class WithNullable extends SerializerContract<Note> {
    @Override
    protected Serializer<Note> serializer() {
      return Serializers.records(
          Note.class, Map.of("text", Serializers.nullable(Serializers.strings())));
    }

    @Override
    protected List<Note> samples() {
      return List.of(
          new Note(1, null, Color.RED), new Note(1, "", Color.RED), new Note(1, "", Color.BLUE));
    }

    @Override
    protected Note random(SplittableRandom random) {
      return new Note(
          random.nextLong(),
          random.nextBoolean() ? null : Chance.text(random),
          Color.values()[random.nextInt(2)]);
    }
  }

  @Nested
  class Deep extends SerializerContract<Order> {
    @Override
    protected Serializer<Order> serializer() {
      return Serializers.of(Order.class);
    }

    @Override
    protected List<Order> samples() {
      return List.of(order("", List.of()), order("b", List.of("x", "x")), order("a", List.of("y")));
    }

    @Override
    protected Order random(SplittableRandom random) {
      return order(Chance.text(random), Chance.list(random, Chance::text));
    }

    @Override
    protected boolean change(Order value) {
      value.counts().put("changed", 1L);
      return true;
    }
  }

  @Nested
  class Keys extends SerializerContract<Route> {
    @Override
    protected Serializer<Route> serializer() {
      return Serializers.of(Route.class);
    }

    @Override
    protected List<Route> samples() {
      return List.of(
          new Route("a", new Pair<>("b", List.of(1))),
          new Route("ab", new Pair<>("", List.of(1))),
          new Route("a", new Pair<>("b", List.of())));
    }

    @Override
    protected Route random(SplittableRandom random) {
      return new Route(
          Chance.text(random),
          new Pair<>(Chance.text(random), Chance.list(random, SplittableRandom::nextInt)));
    }

    @Override
    protected boolean change(Route value) {
      if (!(value.via().second() instanceof ArrayList<Integer> stops)) {
        return false;
      }
      stops.add(9);
      return true;
    }
  }

  enum Color {
    RED,
    BLUE
  }

  record Point(int x, double y, boolean known) {}

  record Nothing() {}

  private record Tags(long id, String... tags) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Tags that && id == that.id && Arrays.equals(tags, that.tags);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(id);
    }
  }

  record Note(long id, String text, Color color) {}

  private record Pair<A, B>(A first, B second) {}

  private record Route(String from, Pair<String, List<Integer>> via) {}

  private record Order(
      Instant at, Note note, Point[] path, List<String> tags, Map<String, Long> counts) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Order that
          && at.equals(that.at)
          && note.equals(that.note)
          && Arrays.equals(path, that.path)
          && tags.equals(that.tags)
          && counts.equals(that.counts);
    }

    @Override
    public int hashCode() {
      return at.hashCode();
    }
  }

  private static Order order(String text, List<String> tags) {
    Map<String, Long> counts = new LinkedHashMap<>();
    tags.forEach(tag -> counts.merge(tag, 1L, Long::sum));
    Point[] path = {new Point(text.length(), 0.5, true), new Point(1, 2, false)};
    Note note = new Note(tags.size(), text, Color.BLUE);
    return new Order(
        Instant.ofEpochSecond(text.hashCode()), note, path, new ArrayList<>(tags), counts);
  }
}
