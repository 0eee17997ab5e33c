package io.streambed.serial;

import static io.streambed.serial.Migrations.migrated;
import static io.streambed.serial.Migrations.read;
import static io.streambed.serial.Migrations.reader;
import static io.streambed.serial.Migrations.reason;
import static io.streambed.serial.Migrations.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.error.SerializationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the serializer of a changed sealed type makes of what its predecessor wrote. */
class SealedEvolutionTest {
  /** What state was written with. */
  interface Before {
    sealed interface Shape permits Circle, Square, Blank {}

    record Circle(int radius) implements Shape {}

    record Square(int side) implements Shape {}

    enum Blank implements Shape {
      PLAIN,
      RULED
    }

    record Drawing(String title, Shape shape) {}
  }

  /** The same cases in another class, under another name, and one more behind them. */
  interface Appended {
    sealed interface Figure permits Circle, Square, Blank, Point {}

    record Circle(int radius) implements Figure {}

    record Square(int side) implements Figure {}

    enum Blank implements Figure {
      PLAIN,
      RULED
    }

    record Point(String name) implements Figure {}
  }

  /** One more in front, the others in another order, and one of them in a nested sealed type. */
  interface Reordered {
    sealed interface Shape permits Point, Blank, Rounded, Square {}

    record Point(String name) implements Shape {}

    sealed interface Rounded extends Shape permits Circle {}

    record Circle(int radius) implements Rounded {}

    record Square(int side) implements Shape {}

    enum Blank implements Shape {
      PLAIN,
      RULED
    }
  }

  /** One case less. */
  interface Removed {
    sealed interface Shape permits Circle, Blank {}

    record Circle(int radius) implements Shape {}

    enum Blank implements Shape {
      PLAIN,
      RULED
    }
  }

  /** {@link Before.Square} under another name. */
  interface Renamed {
    sealed interface Shape permits Circle, Rectangle, Blank {}

    record Circle(int radius) implements Shape {}

    record Rectangle(int side) implements Shape {}

    enum Blank implements Shape {
      PLAIN,
      RULED
    }
  }

  /** The cases have changed, each in its own way. */
  interface Changed {
    sealed interface Shape permits Circle, Square, Blank {}

    record Circle(long radius, boolean filled) implements Shape {}

    record Square(int side) implements Shape {}

    enum Blank implements Shape {
      RULED,
      PLAIN
    }

    record Drawing(String title, Shape shape) {}
  }

  /** A component of a case has another type. */
  interface Mistyped {
    sealed interface Shape permits Circle, Square, Blank {}

    record Circle(int radius) implements Shape {}

    record Square(String side) implements Shape {}

    enum Blank implements Shape {
      PLAIN,
      RULED
    }
  }

  /** A record has become an enum. */
  interface Turned {
    sealed interface Shape permits Circle, Square {}

    record Circle(int radius) implements Shape {}

    enum Square implements Shape {
      UNIT
    }
  }

  interface Foreign {
    sealed interface Shape permits Line {}

    record Line(int length) implements Shape {}
  }

  record Untitled(Before.Shape shape) {}

  record Shapeless(String title) {}

  private static final Serializer<Before.Shape> BEFORE = Serializers.sealed(Before.Shape.class);
  private static final Serializer<Changed.Shape> CHANGED = Serializers.sealed(Changed.Shape.class);
  private static final Before.Circle CIRCLE = new Before.Circle(-3);
  private static final Before.Square SQUARE = new Before.Square(4);

  @Test
  void resolve_appendedCaseAndMovedOrRenamedSealedType_isAsIs() {
    Serializer<Appended.Figure> now = Serializers.sealed(Appended.Figure.class);
    assertThat(now.resolve(BEFORE.snapshot())).isInstanceOf(Compatibility.AsIs.class);
    assertThat(read(SQUARE, BEFORE, now)).isEqualTo(new Appended.Square(4));
    assertThat(read(Before.Blank.RULED, BEFORE, now)).isEqualTo(Appended.Blank.RULED);
  }

  @Test
  void hash_whenCasesAreAddedOrMoved_staysTheSame() {
    int hash = BEFORE.keyHasher().hash(SQUARE);
    assertThat(Serializers.sealed(Appended.Figure.class).keyHasher().hash(new Appended.Square(4)))
        .isEqualTo(hash);
    assertThat(Serializers.sealed(Reordered.Shape.class).keyHasher().hash(new Reordered.Square(4)))
        .isEqualTo(hash);
    assertThat(BEFORE.keyHasher().hash(new Before.Circle(4))).isNotEqualTo(hash);
  }

  @Test
  @Tag("FLINK-5484")
  void resolve_reorderedCases_migratesByName() {
    Serializer<Reordered.Shape> now = Serializers.sealed(Reordered.Shape.class);
    assertThat(migrated(CIRCLE, BEFORE, now)).isEqualTo(new Reordered.Circle(-3));
    assertThat(migrated(SQUARE, BEFORE, now)).isEqualTo(new Reordered.Square(4));
    assertThat(migrated(Before.Blank.RULED, BEFORE, now)).isEqualTo(Reordered.Blank.RULED);
  }

  @Test
  void resolve_removedCase_failsOnlyWhereItOccurs() {
    Serializer<Removed.Shape> now = Serializers.sealed(Removed.Shape.class);
    assertThat(migrated(CIRCLE, BEFORE, now)).isEqualTo(new Removed.Circle(-3));
    assertThat(migrated(Before.Blank.PLAIN, BEFORE, now)).isEqualTo(Removed.Blank.PLAIN);
    assertThatThrownBy(() -> migrated(SQUARE, BEFORE, now))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("Removed$Shape")
        .hasMessageContaining("case Square")
        .hasMessageContaining("keep a removed one");
  }

  @Test
  void resolve_removedLastCases_migrates() {
    Serializer<Appended.Figure> figures = Serializers.sealed(Appended.Figure.class);
    assertThat(migrated(new Appended.Square(4), figures, BEFORE)).isEqualTo(SQUARE);
  }

  @Test
  void resolve_renamedCase_failsWhereItOccursAndNamesTheOldName() {
    Serializer<Renamed.Shape> now = Serializers.sealed(Renamed.Shape.class);
    assertThat(migrated(CIRCLE, BEFORE, now)).isEqualTo(new Renamed.Circle(-3));
    assertThatThrownBy(() -> migrated(SQUARE, BEFORE, now))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("case Square")
        .hasMessageContaining("name it in @Alias of a renamed class");
  }

  @Test
  void resolve_withoutACommonCase_isIncompatible() {
    assertThat(reason(Serializers.of(Foreign.Shape.class), BEFORE))
        .contains("Foreign$Shape", "[Circle, Square, Blank]");
  }

  @Test
  void resolve_changedCases_migrateAsTheirRecordsAndEnumsDo() {
    assertThat(migrated(CIRCLE, BEFORE, CHANGED)).isEqualTo(new Changed.Circle(-3, false));
    assertThat(migrated(SQUARE, BEFORE, CHANGED)).isEqualTo(new Changed.Square(4));
    assertThat(migrated(Before.Blank.RULED, BEFORE, CHANGED)).isEqualTo(Changed.Blank.RULED);
  }

  @Test
  void resolve_caseThatCannotBeTakenOver_isIncompatibleAndNamed() {
    assertThat(reason(Serializers.of(Mistyped.Shape.class), BEFORE))
        .contains("case Square of", "Mistyped$Shape", "component side", "from int to string");
    assertThat(reason(Serializers.of(Turned.Shape.class), BEFORE))
        .contains("case Square of", "Turned$Shape", "from record");
  }

  @Test
  void resolve_sealedTypesInsideOthers_migrate() {
    Changed.Circle circle = new Changed.Circle(-3, false);
    assertThat(
            migrated(List.of(SQUARE, CIRCLE), Serializers.list(BEFORE), Serializers.list(CHANGED)))
        .containsExactly(new Changed.Square(4), circle);
    Serializer<String> texts = Serializers.strings();
    assertThat(
            migrated(
                Map.of("a", CIRCLE),
                Serializers.map(texts, BEFORE),
                Serializers.map(texts, CHANGED)))
        .isEqualTo(Map.of("a", circle));
    assertThat(
            migrated(
                Optional.of(CIRCLE), Serializers.optional(BEFORE), Serializers.optional(CHANGED)))
        .contains(circle);
    assertThat(migrated(CIRCLE, BEFORE, Serializers.nullable(CHANGED))).isEqualTo(circle);
    assertThat(
            migrated(
                new Before.Drawing("a", CIRCLE),
                Serializers.of(Before.Drawing.class),
                Serializers.of(Changed.Drawing.class)))
        .isEqualTo(new Changed.Drawing("a", circle));
  }

  @Test
  @Tag("FLINK-11773")
  void resolve_removedComponentOfASealedType_isReadPast() {
    Serializer<Before.Drawing> drawings = Serializers.of(Before.Drawing.class);
    for (Before.Shape shape : List.of(CIRCLE, SQUARE, Before.Blank.PLAIN)) {
      Before.Drawing drawing = new Before.Drawing("a", shape);
      assertThat(migrated(drawing, drawings, Serializers.of(Shapeless.class)))
          .isEqualTo(new Shapeless("a"));
      assertThat(migrated(drawing, drawings, Serializers.of(Untitled.class)))
          .isEqualTo(new Untitled(shape));
    }
  }

  @Test
  void resolve_newerVersion_isIncompatible() {
    SerializerSnapshot now = BEFORE.snapshot();
    SerializerSnapshot newer = new SerializerSnapshot("sealed", 2, now.config(), now.parts());
    assertThat(BEFORE.resolve(newer)).isInstanceOf(Compatibility.Incompatible.class);
    assertThat(Serializers.fromSnapshot(newer)).isEmpty();
  }

  @Test
  void migrationReader_duplicated_readsTheSame() {
    Serializer<Changed.Shape> reader = reader(CHANGED, BEFORE).duplicate();
    assertThat(reader.read(new ByteReader(written(CIRCLE, BEFORE))))
        .isEqualTo(new Changed.Circle(-3, false));
    assertThat(reader.snapshot()).isEqualTo(BEFORE.snapshot());
  }

  @Test
  @SuppressWarnings("unchecked")
  void fromSnapshot_sealedType_readsNamesAndValuesWithoutTheClasses() {
    Serializer<Object> reader =
        (Serializer<Object>) Serializers.fromSnapshot(BEFORE.snapshot()).orElseThrow().duplicate();
    Object square = reader.read(new ByteReader(written(SQUARE, BEFORE)));
    assertThat(square).isEqualTo(Map.entry("Square", List.of(4)));
    assertThat(reader.copy(square)).isEqualTo(square);
    assertThat(reader.read(new ByteReader(written(Before.Blank.RULED, BEFORE))))
        .isEqualTo(Map.entry("Blank", "RULED"));
  }

  @Test
  void fromSnapshot_sealedTypeWithAnUnknownPart_isEmpty() {
    SerializerSnapshot unknown =
        new SerializerSnapshot(
            "sealed", 1, Map.of(), Map.of("Circle", SerializerSnapshot.of("no such")));
    assertThat(Serializers.fromSnapshot(unknown)).isEmpty();
  }
}
