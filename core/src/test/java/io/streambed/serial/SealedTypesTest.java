package io.streambed.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which sealed types have a serializer, what it is made of, and what is refused. */
class SealedTypesTest {
  sealed interface Shape permits Circle, Flat, Blank {}

  record Circle(double radius) implements Shape {}

  sealed interface Flat extends Shape permits Square, Named {}

  record Square(long side) implements Flat {}

  record Named(String name) implements Flat {}

  /** Each constant has a class of its own, so that the enum is sealed and abstract as well. */
  enum Blank implements Shape {
    PLAIN {
      @Override
      int lines() {
        return 0;
      }
    },
    RULED {
      @Override
      int lines() {
        return 20;
      }
    };

    abstract int lines();
  }

  record Drawing(int id, Shape first, List<Shape> rest, Optional<Shape> last) {}

  sealed interface Result<T> {}

  record Success<V>(V value) implements Result<V> {}

  record Failure<T>(String reason) implements Result<T> {}

  record Answers(Result<String> text, Result<List<Long>> numbers) {}

  sealed interface Both permits Left, Right {}

  sealed interface Left extends Both permits Center {}

  sealed interface Right extends Both permits Center {}

  record Center(int id) implements Left, Right {}

  sealed interface Clash {}

  static final class One {
    record Same(int x) implements Clash {}
  }

  static final class Two {
    record Same(long x) implements Clash {}
  }

  sealed interface WithClasses {}

  record Fine(int x) implements WithClasses {}

  static final class Final implements WithClasses {}

  sealed interface WithOpen {}

  static non-sealed class OpenClass implements WithOpen {}

  static class Extended extends OpenClass {}

  sealed interface WithOpenInterface {}

  non-sealed interface OpenInterface extends WithOpenInterface {}

  abstract static sealed class Vehicle {}

  static final class Car extends Vehicle {}

  static sealed class Concrete {}

  static final class Derived extends Concrete {}

  sealed interface Broken {}

  record Part(Object what) implements Broken {}

  sealed interface Expression {}

  record Sum(Expression x, Expression y) implements Expression {}

  sealed interface Tree {}

  record Leaf(int id) implements Tree {}

  record Branch(List<Tree> x) implements Tree {}

  sealed interface Chain {}

  sealed interface Middle extends Chain {}

  record Link(Optional<Middle> x) implements Middle {}

  sealed interface Bag {}

  record Things(Set<String> things) implements Bag {}

  record Thing(String thing) implements Bag {}

  @Test
  void of_sealedTypeWithNestedOnes_hasTheirCasesInOrder() {
    assertThat(Serializers.of(Shape.class).snapshot().parts().keySet())
        .containsExactly("Circle", "Square", "Named", "Blank");
    for (Shape shape :
        List.of(new Circle(1), new Square(2), new Named("a"), Blank.PLAIN, Blank.RULED)) {
      assertThat(again(Serializers.of(Shape.class), shape)).isEqualTo(shape);
    }
  }

  @Test
  void of_recordOfSealedTypes_readsTheSameValues() {
    Drawing drawing =
        new Drawing(
            1, new Circle(0.5), List.of(Blank.RULED, new Square(1)), Optional.of(new Named("x")));
    assertThat(again(Serializers.of(Drawing.class), drawing)).isEqualTo(drawing);
  }

  @Test
  void of_genericSealedTypes_givesTheirArgumentsToTheCases() {
    Answers answers = new Answers(new Failure<>("no"), new Success<>(List.of(1L, 2L)));
    Serializer<Answers> serializer = Serializers.of(Answers.class);
    assertThat(again(serializer, answers)).isEqualTo(answers);
    assertThat(serializer.snapshot().toString().replaceAll(" \\[class=[^]]*]", ""))
        .isEqualTo(
            "record<text: sealed<Success: record<value: string>, Failure: record<reason: string>>,"
                + " numbers: sealed<Success: record<value: list<element: long>>, Failure:"
                + " record<reason: string>>>");
    assertThatThrownBy(() -> Serializers.of(Result.class))
        .hasMessageContaining("component \"value\" of record Success")
        .hasMessageContaining("type arguments");
  }

  @Test
  void of_caseThatTwoNestedTypesPermit_isOneCase() {
    Serializer<Both> serializer = Serializers.of(Both.class);
    assertThat(serializer.snapshot().parts()).containsOnlyKeys("Center");
    assertThat(again(serializer, new Center(1))).isEqualTo(new Center(1));
  }

  @Test
  void of_casesThatAreNoRecordsOrEnums_namesThemAndTheWayOut() {
    assertRefused(WithClasses.class, Final.class, "make it a record");
    assertRefused(WithOpen.class, OpenClass.class, "make it a record");
    assertRefused(WithOpenInterface.class, OpenInterface.class, "make it sealed");
    assertRefused(Vehicle.class, Car.class, "the class that it extends an interface");
    assertThatThrownBy(() -> Serializers.of(Concrete.class))
        .hasMessageStartingWith("no built-in serializer for " + Concrete.class.getName() + ":")
        .hasMessageContaining("make it a record");
  }

  private static void assertRefused(Class<?> type, Class<?> itsCase, String wayOut) {
    String name = type.getSimpleName();
    String caseName = itsCase.getSimpleName();
    for (Runnable derivation :
        List.<Runnable>of(() -> Serializers.of(type), () -> Serializers.sealed(type))) {
      assertThatThrownBy(derivation::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("case " + caseName + " of sealed type " + name)
          .hasMessageContaining(itsCase.getName() + " at " + type.getName() + "<" + caseName + ">")
          .hasMessageContaining(wayOut)
          .hasMessageEndingWith(
              "Serializers.sealed(%s.class, Map.of(%s.class, ...))", name, caseName);
    }
  }

  @Test
  void of_componentInACaseThatIsNotSupported_namesTheComponent() {
    assertThatThrownBy(() -> Serializers.of(Broken.class))
        .hasMessageContaining("component \"what\" of record Part")
        .hasMessageContaining("Broken<Part>.what")
        .hasMessageEndingWith("Serializers.records(Part.class, Map.of(\"what\", ...))");
  }

  @Test
  void of_sealedTypesThatContainThemselves_areRefused() {
    assertContainsItself(Expression.class, "Expression<Sum>.x)");
    assertContainsItself(Sum.class, "Sum.x<Sum>)");
    assertContainsItself(Tree.class, "Tree<Branch>.x<element>)");
    assertContainsItself(Branch.class, "Branch.x<element><Branch>)");
    assertContainsItself(Chain.class, "Chain<Link>.x<value><Link>)");
  }

  private static void assertContainsItself(Class<?> type, String path) {
    assertThatThrownBy(() -> Serializers.of(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(path)
        .hasMessageContaining("a type cannot contain itself")
        .hasMessageContaining("give a serializer");
  }

  @Test
  void of_casesWithTheSameSimpleName_areRefused() {
    assertThatThrownBy(() -> Serializers.of(Clash.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("One$Same")
        .hasMessageContaining("Two$Same")
        .hasMessageContaining("rename one");
  }

  @Test
  void sealed_givenSerializers_areUsedForTheirCases() {
    Serializer<Vehicle> vehicles =
        Serializers.sealed(Vehicle.class, Map.of(Car.class, new Constant<>(new Car())));
    assertThat(again(vehicles, new Car())).isInstanceOf(Car.class);
    Serializer<WithClasses> classes =
        Serializers.sealed(WithClasses.class, Map.of(Final.class, new Constant<>(new Final())));
    assertThat(again(classes, new Fine(3))).isEqualTo(new Fine(3));
    assertThat(again(classes, new Final())).isInstanceOf(Final.class);
  }

  @Test
  void sealed_givenSerializerOfAnOpenClass_takesItsSubclassesToo() {
    Serializer<WithOpen> open =
        Serializers.sealed(WithOpen.class, Map.of(OpenClass.class, new Constant<>(new Extended())));
    assertThat(again(open, new Extended())).isInstanceOf(Extended.class);
  }

  @Test
  void sealed_givenSerializerOfANestedSealedType_standsForItsCases() {
    Serializer<Shape> shapes =
        Serializers.sealed(Shape.class, Map.of(Flat.class, Serializers.sealed(Flat.class)));
    assertThat(shapes.snapshot().parts()).containsOnlyKeys("Circle", "Flat", "Blank");
    assertThat(again(shapes, new Named("a"))).isEqualTo(new Named("a"));
  }

  @Test
  void sealed_typeThatIsNotSealedOrClassThatIsNoCase_isRefused() {
    assertThatThrownBy(() -> Serializers.sealed(Runnable.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Runnable");
    assertThatThrownBy(() -> Serializers.sealed(Blank.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Blank");
    assertThatThrownBy(
            () ->
                Serializers.sealed(
                    Shape.class,
                    Map.of(Flat.class, new Constant<>(null), Shape.class, new Constant<>(null))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Shape is no case of");
  }

  @Test
  void keyHasher_dependsOnWhetherAllCasesHaveOne() {
    assertThat(Serializers.of(Shape.class).keyHasher()).isNotNull();
    assertThat(Serializers.of(Bag.class).keyHasher()).isNull();
  }

  @Test
  void immutable_dependsOnWhetherAllCasesAre() {
    assertThat(Serializers.of(Shape.class).immutable()).isTrue();
    assertThat(Serializers.of(Bag.class).immutable()).isFalse();
  }

  @Test
  void fixedLength_whateverTheCases_varies() {
    assertThat(Serializers.of(Both.class).fixedLength()).isEqualTo(-1);
  }

  @Test
  void sizeBound_isThatOfTheCase() {
    SizeBound<Shape> bound = Serializers.sealed(Shape.class).sizeBound();
    assertThat(bound.of(new Circle(1))).isEqualTo(2 + 8);
    assertThat(bound.of(new Named("ab"))).isEqualTo(2 + 5 + 2 * 2);
    assertThat(bound.of(Blank.RULED)).isEqualTo(2 + 2);
    assertThat(Serializers.of(Bag.class).sizeBound()).isNull();
  }

  @Test
  void duplicate_hasDuplicatesOfTheCasesSerializers() {
    Car mine = new Car();
    Car other = new Car();
    Serializer<Vehicle> vehicles =
        Serializers.sealed(Vehicle.class, Map.of(Car.class, new Constant<>(mine, other)));
    assertThat(again(vehicles, mine)).isSameAs(mine);
    assertThat(again(vehicles.duplicate(), mine)).isSameAs(other);
  }

  @Test
  void write_null_namesTheTypeAndTheWayOut() {
    assertThatThrownBy(() -> Serializers.of(Shape.class).write(null, new ByteWriter()))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("Shape")
        .hasMessageContaining("Serializers.nullable");
  }

  @Test
  void read_aCaseThatIsNotThere_isMalformed() {
    byte[] bytes = {0, 4, 0, 0};
    assertThatThrownBy(() -> Serializers.of(Shape.class).read(new ByteReader(bytes)))
        .isInstanceOf(MalformedDataException.class)
        .hasMessage("case 4 of a sealed type of 4");
  }

  private static <T> T again(Serializer<T> serializer, T value) {
    ByteWriter out = new ByteWriter();
    serializer.write(value, out);
    ByteReader in = new ByteReader(out.toByteArray());
    T read = serializer.read(in);
    in.expectEnd();
    return read;
  }

  /** A user's serializer of a class that has one value, and another one in its duplicates. */
  private record Constant<T>(T value, T duplicates) implements Serializer<T> {
    Constant(T value) {
      this(value, value);
    }

    @Override
    public void write(T any, ByteWriter out) {
      out.writeByte(7);
    }

    @Override
    public T read(ByteReader in) {
      in.readByte();
      return value;
    }

    @Override
    public T copy(T any) {
      return any;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<T> duplicate() {
      return new Constant<>(duplicates);
    }

    @Override
    public SerializerSnapshot snapshot() {
      return SerializerSnapshot.of("com.example.constant");
    }
  }
}
