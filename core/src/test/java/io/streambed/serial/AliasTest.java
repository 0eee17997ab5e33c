package io.streambed.serial;

import static io.streambed.serial.Migrations.migrated;
import static io.streambed.serial.Migrations.read;
import static io.streambed.serial.Migrations.reason;
import static io.streambed.serial.Migrations.resolve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.MalformedDataException;
import io.streambed.error.SerializationException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Components, constants and cases that were renamed, and say so. */
class AliasTest {
  record First(String who, int years) {}

  record Second(String name, int years) {}

  /** {@link First} and {@link Second} after further steps, in another order. */
  record Third(@Alias("years") long age, @Alias({"who", "name"}) String title) {}

  /** {@link First} with a component renamed and all else as it was. */
  record InPlace(@Alias("who") String name, int years) {}

  record Narrowed(String who, @Alias("years") short age) {}

  record WithBoth(String who, String name, int years) {}

  enum Light {
    RED,
    AMBER,
    GREEN
  }

  enum Renamed {
    RED,
    @Alias({"AMBER", "ORANGE"})
    YELLOW,
    GREEN
  }

  enum Merged {
    @Alias("AMBER")
    RED,
    GREEN
  }

  enum Partly {
    RED,
    @Alias("AMBER")
    YELLOW
  }

  interface Before {
    sealed interface Shape permits Circle, Square {}

    record Circle(int radius) implements Shape {}

    record Square(Optional<Map<String, List<First>>> corners) implements Shape {}

    record Page(Shape[] shapes, Set<Light> lights) {}
  }

  interface After {
    sealed interface Shape permits Disc, Box {}

    @Alias("Circle")
    record Disc(@Alias("radius") long size) implements Shape {}

    @Alias({"Rectangle", "Square"})
    record Box(Optional<Map<String, List<Third>>> corners) implements Shape {}

    record Page(@Alias("lights") Set<Renamed> colors, Shape[] shapes) {}
  }

  interface Rejoined {
    sealed interface Shape permits Disc {}

    @Alias({"Circle", "Square"})
    record Disc(int radius) implements Shape {}
  }

  /** {@link After}, with a component deep inside that has become narrower. */
  interface Wrong {
    sealed interface Shape permits Disc, Square {}

    @Alias("Circle")
    record Disc(int radius) implements Shape {}

    record Square(Optional<Map<String, List<Narrowed>>> corners) implements Shape {}

    record Page(Shape[] shapes, Set<Renamed> lights) {}
  }

  interface CaseThen {
    sealed interface Shape {}

    record Circle(int radius) implements Shape {}
  }

  interface CaseNow {
    sealed interface Shape {}

    @Alias("Circle")
    record Disc(int radius) implements Shape {}
  }

  record Swapped(@Alias("years") String name, @Alias("name") int years) {}

  record Reused(String name, @Alias("name") String title) {}

  record Claimed(@Alias("old") int one, @Alias({"older", "old"}) int two) {}

  enum ReusedConstant {
    RED,
    @Alias("RED")
    AMBER
  }

  enum ClaimedConstant {
    @Alias("OLD")
    RED,
    @Alias("OLD")
    AMBER
  }

  interface ReusedCase {
    sealed interface Shape {}

    record Circle() implements Shape {}

    @Alias("Circle")
    record Disc() implements Shape {}
  }

  interface ClaimedCase {
    sealed interface Shape {}

    @Alias("Round")
    record Circle() implements Shape {}

    @Alias("Round")
    record Disc() implements Shape {}
  }

  @Test
  void resolve_renamedComponents_areFoundByEachFormerName() {
    assertThat(migrated(new First("Ann", 42), Third.class)).isEqualTo(new Third(42, "Ann"));
    assertThat(migrated(new Second("Ann", 42), Third.class)).isEqualTo(new Third(42, "Ann"));
  }

  @Test
  void resolve_renamedInPlace_isAsIsAndKeysStayWhereTheyAre() {
    Serializer<First> old = Serializers.of(First.class);
    Serializer<InPlace> now = Serializers.of(InPlace.class);
    First written = new First("Ann", 42);
    assertThat(now.resolve(old.snapshot())).isInstanceOf(Compatibility.AsIs.class);
    assertThat(read(written, old, now)).isEqualTo(new InPlace("Ann", 42));
    assertThat(now.keyHasher().hash(new InPlace("Ann", 42)))
        .isEqualTo(old.keyHasher().hash(written));
  }

  @Test
  void resolve_presentNames_needNoAlias() {
    assertThat(resolve(Third.class, Third.class)).isInstanceOf(Compatibility.AsIs.class);
    assertThat(resolve(Renamed.class, Renamed.class)).isInstanceOf(Compatibility.AsIs.class);
    assertThat(resolve(After.Shape.class, After.Shape.class))
        .isInstanceOf(Compatibility.AsIs.class);
  }

  @Test
  void resolve_renamedComponentOfANarrowerType_isIncompatibleAndNamesBothNames() {
    assertThat(reason(resolve(First.class, Narrowed.class)))
        .contains("component age, written as years, of record", "Narrowed")
        .contains("from int to short", "type it had");
  }

  @Test
  void resolve_stateWithTwoNamesOfOneComponent_isIncompatible() {
    assertThat(reason(resolve(WithBoth.class, Third.class)))
        .contains("(who, name)", "Third", "are all \"title\"", "Take out of @Alias");
    record Present(@Alias("who") String name, int years) {}
    assertThat(reason(resolve(WithBoth.class, Present.class)))
        .contains("(who, name)", "are all \"name\"");
  }

  @Test
  void resolve_renamedConstant_migratesByFormerName() {
    Serializer<Light> old = Serializers.of(Light.class);
    for (Light light : Light.values()) {
      assertThat(migrated(light, old, Serializers.of(Renamed.class)))
          .isEqualTo(Renamed.values()[light.ordinal()]);
    }
  }

  @Test
  void resolve_renamedConstantWhereAnotherWasRemoved_failsOnlyWhereThatOccurs() {
    assertThat(migrated(Light.AMBER, Partly.class)).isEqualTo(Partly.YELLOW);
    assertThatThrownBy(() -> migrated(Light.GREEN, Partly.class))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("GREEN", "Partly", "@Alias");
  }

  @Test
  void resolve_constantsThatWouldBecomeOne_isIncompatible() {
    assertThat(reason(resolve(Light.class, Merged.class)))
        .contains("constants (RED, AMBER)", "Merged", "are all \"RED\"");
  }

  @Test
  void resolve_renamedCases_migrateByFormerSimpleName() {
    assertThat(
            migrated(
                new Before.Circle(3),
                Serializers.of(Before.Shape.class),
                Serializers.of(After.Shape.class)))
        .isEqualTo(new After.Disc(3));
  }

  @Test
  void resolve_casesThatWouldBecomeOne_isIncompatible() {
    assertThat(reason(resolve(Before.Shape.class, Rejoined.Shape.class)))
        .contains("cases (Circle, Square)", "Rejoined", "are all \"Disc\"");
  }

  @Test
  void resolve_renamedConstantOrCaseOfAKey_isNotAsIsSinceItsHashIsAnother() {
    assertThat(resolve(Light.class, Renamed.class)).isInstanceOf(Compatibility.Migrate.class);
    assertThat(resolve(CaseThen.Shape.class, CaseNow.Shape.class))
        .isInstanceOf(Compatibility.Migrate.class);
  }

  @Test
  void resolve_renamedDeepInside_migrates() {
    Before.Shape square =
        new Before.Square(Optional.of(Map.of("a", List.of(new First("Ann", 42)))));
    Before.Page page =
        new Before.Page(
            new Before.Shape[] {square, new Before.Circle(3)},
            new LinkedHashSet<>(Set.of(Light.AMBER)));
    After.Page now =
        read(
            page,
            Serializers.of(Before.Page.class),
            Migrations.reader(Serializers.of(After.Page.class), Serializers.of(Before.Page.class)));
    assertThat(now.colors()).containsExactly(Renamed.YELLOW);
    assertThat(now.shapes())
        .containsExactly(
            new After.Box(Optional.of(Map.of("a", List.of(new Third(42, "Ann"))))),
            new After.Disc(3));
  }

  @Test
  void resolve_wrongDeepInside_namesThePath() {
    assertThat(reason(resolve(Before.Page.class, Wrong.Page.class)))
        .containsSubsequence(
            "component shapes of record",
            "Page: element of array: case Square of sealed type",
            "Shape: component corners of record",
            "Square: value of optional: value of map: element of list: component age, written as"
                + " years, of record",
            "Narrowed: the serializer changed from int to short; give it the type it had");
  }

  @Test
  void read_elementsOfASetThatBecomeEqual_areATypedError() {
    record Part(int number, String name) {}
    record Cut(int number) {}
    Serializer<Set<Part>> old = Serializers.set(Serializers.of(Part.class));
    Serializer<Set<Cut>> now = Serializers.set(Serializers.of(Cut.class));
    Set<Part> parts = new LinkedHashSet<>(List.of(new Part(1, "a"), new Part(1, "b")));
    assertThatThrownBy(() -> migrated(parts, old, now))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("two equal elements");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Swapped.class,
        Reused.class,
        ReusedConstant.class,
        ReusedCase.Shape.class,
      })
  void of_formerNameOfAPresentPart_isRefused(Class<?> type) {
    assertThatThrownBy(() -> Serializers.of(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            type.getName(), "which @Alias also gives", "Give one of them another name");
  }

  @ParameterizedTest
  @ValueSource(classes = {Claimed.class, ClaimedConstant.class, ClaimedCase.Shape.class})
  void of_formerNameOfTwoParts_isRefused(Class<?> type) {
    assertThatThrownBy(() -> Serializers.of(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(type.getName(), "as a former name of two", "Leave it with");
  }
}
