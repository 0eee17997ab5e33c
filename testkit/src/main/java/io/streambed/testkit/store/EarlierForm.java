package io.streambed.testkit.store;

import io.streambed.serial.Alias;
import io.streambed.serial.DefaultValue;
import io.streambed.serial.Removed;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How an {@link Order} was written before some changes, and what it must be read as. There is one
 * class, the present one; each set of {@link Change}s is undone in what was written.
 *
 * @param undone the changes that came later
 * @param serializer of the record as it was
 * @param value its components' values
 * @param now the same record today
 */
record EarlierForm(
    Set<Change> undone, Serializer<List<Object>> serializer, List<Object> value, Order now) {

  /** A change of {@link Order} or of a type in it. */
  enum Change {
    ADDED_WITH_DEFAULT,
    ADDED_NULLABLE,
    REMOVED,
    RENAMED,
    REORDERED,
    WIDENED,
    CONSTANT_RENAMED,
    CASE_RENAMED,
    NESTED
  }

  /** The record of today. */
  @Removed("gone")
  record Order(
      String id,
      @Alias({"label", "title"}) String name,
      long number,
      @DefaultValue("EUR") String currency,
      String note,
      Light light,
      Shape shape,
      Optional<Map<String, List<Line>>> lines) {}

  @Removed("gift")
  record Line(
      @Alias("product") String article, long count, @DefaultValue("1.50") BigDecimal price) {}

  enum Light {
    RED,
    @Alias("AMBER")
    YELLOW
  }

  sealed interface Shape permits Disc, Square {}

  @Alias("Circle")
  record Disc(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  private interface Before {
    record Line(int count, String product, boolean gift) {}

    enum Light {
      RED,
      AMBER
    }

    sealed interface Shape permits Circle, Square {}

    record Circle(int radius) implements Shape {}

    record Square(int side) implements Shape {}
  }

  // Made once: what it takes to reach a record's components costs more than to read a form.
  private static final Serializer<Light> LIGHTS = Serializers.enums(Light.class);
  private static final Serializer<Shape> SHAPES = Serializers.sealed(Shape.class);
  private static final Serializer<Optional<Map<String, List<Line>>>> LINES = linesOf(Line.class);
  private static final Serializer<Before.Light> OLD_LIGHTS = Serializers.enums(Before.Light.class);
  private static final Serializer<Before.Shape> OLD_SHAPES = Serializers.sealed(Before.Shape.class);
  private static final Serializer<Optional<Map<String, List<Before.Line>>>> OLD_LINES =
      linesOf(Before.Line.class);

  /** The serializer of today, with a component that may be null. */
  static Serializer<Order> today() {
    return Serializers.records(
        Order.class, Map.of("note", Serializers.nullable(Serializers.strings())));
  }

  /** The forms before each single change, and before each pair of changes. */
  static List<EarlierForm> pairs() {
    List<EarlierForm> forms = new ArrayList<>();
    for (Change first : Change.values()) {
      for (Change second : Change.values()) {
        if (first.compareTo(second) <= 0) {
          forms.add(before(EnumSet.of(first, second)));
        }
      }
    }
    return forms;
  }

  /** The form before some changes. */
  static EarlierForm before(Set<Change> undone) {
    boolean added = undone.contains(Change.ADDED_WITH_DEFAULT);
    boolean nullable = undone.contains(Change.ADDED_NULLABLE);
    Parts parts = new Parts();
    parts.add("id", Serializers.strings(), "a");
    parts.add(undone.contains(Change.RENAMED) ? "label" : "name", Serializers.strings(), "nut");
    if (undone.contains(Change.WIDENED)) {
      parts.add("number", Serializers.ints(), -7);
    } else {
      parts.add("number", Serializers.longs(), -7L);
    }
    if (!added) {
      parts.add("currency", Serializers.strings(), "USD");
    }
    if (!nullable) {
      parts.add("note", Serializers.nullable(Serializers.strings()), "soon");
    }
    if (undone.contains(Change.REMOVED)) {
      parts.add("gone", Serializers.list(Serializers.doubles()), List.of(1.5));
    }
    addNested(parts, undone);
    if (undone.contains(Change.REORDERED)) {
      parts.reverse();
    }
    Map<String, List<Line>> lines = Map.of("first", List.of(line(undone)));
    return new EarlierForm(
        undone,
        new WrittenRecord(parts.serializers),
        parts.values,
        new Order(
            "a",
            "nut",
            -7,
            added ? "EUR" : "USD",
            nullable ? null : "soon",
            Light.YELLOW,
            new Disc(3),
            Optional.of(lines)));
  }

  private static void addNested(Parts parts, Set<Change> undone) {
    if (undone.contains(Change.CONSTANT_RENAMED)) {
      parts.add("light", OLD_LIGHTS, Before.Light.AMBER);
    } else {
      parts.add("light", LIGHTS, Light.YELLOW);
    }
    if (undone.contains(Change.CASE_RENAMED)) {
      parts.add("shape", OLD_SHAPES, new Before.Circle(3));
    } else {
      parts.add("shape", SHAPES, new Disc(3));
    }
    if (undone.contains(Change.NESTED)) {
      parts.add("lines", OLD_LINES, lines(new Before.Line(2, "oak", true)));
    } else {
      parts.add("lines", LINES, lines(line(undone)));
    }
  }

  /** The line of today: one from before its changes has the default as its price. */
  private static Line line(Set<Change> undone) {
    return new Line("oak", 2, new BigDecimal(undone.contains(Change.NESTED) ? "1.50" : "7"));
  }

  private static <L> Optional<Map<String, List<L>>> lines(L line) {
    return Optional.of(Map.of("first", List.of(line)));
  }

  private static <L> Serializer<Optional<Map<String, List<L>>>> linesOf(Class<L> type) {
    return Serializers.optional(
        Serializers.map(Serializers.strings(), Serializers.list(Serializers.of(type))));
  }

  /** The components of a form, while it is made. */
  private static final class Parts {
    private LinkedHashMap<String, Serializer<Object>> serializers = new LinkedHashMap<>();
    private final List<Object> values = new ArrayList<>();

    @SuppressWarnings("unchecked")
    <T> void add(String name, Serializer<T> serializer, T value) {
      serializers.put(name, (Serializer<Object>) serializer);
      values.add(value);
    }

    void reverse() {
      List<String> names = new ArrayList<>(serializers.keySet());
      Collections.reverse(names);
      Collections.reverse(values);
      LinkedHashMap<String, Serializer<Object>> reversed = new LinkedHashMap<>();
      names.forEach(name -> reversed.put(name, serializers.get(name)));
      serializers = reversed;
    }
  }
}
