package io.streambed.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors for types that cannot be derived: each names the type, its place and a way out. */
class TypeErrorsTest {
  interface Anything {}

  static class Ordinary {}

  abstract static class Unfinished {}

  static class Crate<T> {
    T content;
  }

  record ACollection(Collection<String> x) {}

  record AnIterable(Iterable<String> x) {}

  record ADeque(Deque<String> x) {}

  record AnArrayList(ArrayList<String> x) {}

  record ASortedMap(SortedMap<String, Long> x) {}

  @SuppressWarnings("rawtypes")
  record ARawTreeMap(TreeMap x) {}

  @SuppressWarnings("rawtypes")
  record ARawList(List x) {}

  @SuppressWarnings("rawtypes")
  record ARawMap(Map x) {}

  @SuppressWarnings("rawtypes")
  record ARawOptional(Optional x) {}

  record AWildcard(List<?> x) {}

  record ALowerBound(List<? super String> x) {}

  record AnUpperBound(List<? extends Anything> x) {}

  record AVariable<T>(T x) {}

  record AnArrayOfVariables<T>(T[] x) {}

  record AnArrayOfArrays(List<String>[][] x) {}

  record AnObject(Object x) {}

  record AnInterface(Anything x) {}

  record AClass(Ordinary x) {}

  record AnAbstractClass(Unfinished x) {}

  record AGenericClass(Crate<String> x) {}

  record APrimitiveArray(short[] x) {}

  record Itself(Itself x) {}

  record ItselfInAList(List<ItselfInAList> x) {}

  record ItselfInAnOptional(Optional<ItselfInAnOptional> x) {}

  record ItselfInAMap(Map<String, Set<ItselfInAMap>> x) {}

  record ItselfInAnArray(ItselfInAnArray[] x) {}

  record There(Back back) {}

  record Back(There x) {}

  record Growing<T>(Growing<List<T>> x) {}

  record Grown(Growing<String> first) {}

  static Stream<Arguments> componentsNotSupported() {
    String collections = "only the types List, Set and Map";
    String missing = "type arguments are missing";
    String itself = "a type cannot contain itself";
    return Stream.of(
        Arguments.of(ACollection.class, "java.util.Collection<java.lang.String> at ", collections),
        Arguments.of(AnIterable.class, "java.lang.Iterable<java.lang.String> at ", collections),
        Arguments.of(ADeque.class, "java.util.Deque<java.lang.String> at ", collections),
        Arguments.of(AnArrayList.class, "java.util.ArrayList<java.lang.String> at ", collections),
        Arguments.of(ASortedMap.class, "java.util.SortedMap<", collections),
        Arguments.of(ARawTreeMap.class, "java.util.TreeMap at ", collections),
        Arguments.of(ARawList.class, "java.util.List at ", missing),
        Arguments.of(ARawMap.class, "java.util.Map at ", missing),
        Arguments.of(ARawOptional.class, "java.util.Optional at ", missing),
        Arguments.of(AWildcard.class, ".x<element>", "a wildcard names no type"),
        Arguments.of(ALowerBound.class, "? super java.lang.String", "a wildcard names no type"),
        Arguments.of(AnUpperBound.class, ".x<element>", "any class may implement"),
        Arguments.of(AVariable.class, "T at ", "nothing says which type T"),
        Arguments.of(AnArrayOfVariables.class, "T[] at ", "use a List"),
        Arguments.of(AnArrayOfArrays.class, "[][] at ", "use a List"),
        Arguments.of(AnObject.class, "java.lang.Object at ", "may be anything"),
        Arguments.of(AnInterface.class, "$Anything at ", "any class may implement"),
        Arguments.of(AClass.class, "$Ordinary at ", "make it a record"),
        Arguments.of(AnAbstractClass.class, "$Unfinished at ", "make it a record"),
        Arguments.of(AGenericClass.class, "$Crate<java.lang.String> at ", "make it a record"),
        Arguments.of(APrimitiveArray.class, "short[] at ", "byte[], int[], long[] and double[]"),
        Arguments.of(Itself.class, ".x)", itself),
        Arguments.of(ItselfInAList.class, ".x<element>)", itself),
        Arguments.of(ItselfInAnOptional.class, ".x<value>)", itself),
        Arguments.of(ItselfInAMap.class, ".x<value><element>)", itself),
        Arguments.of(ItselfInAnArray.class, ".x[])", itself));
  }

  @ParameterizedTest
  @MethodSource("componentsNotSupported")
  void of_componentThatIsNotSupported_namesItAndItsTypeAndTheWaysOut(
      Class<?> type, String named, String reason) {
    String name = type.getSimpleName();
    assertThatThrownBy(() -> Serializers.of(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("for component \"x\" of record " + name + " (")
        .hasMessageContaining(" at " + type.getName() + ".x")
        .hasMessageContaining(named)
        .hasMessageContaining(reason)
        .hasMessageEndingWith(
            "or give a serializer for it with Serializers.records(%s.class, Map.of(\"x\", ...))",
            name);
  }

  @Test
  void of_typesThatContainEachOther_namesTheComponentThatClosesTheCircle() {
    assertThatThrownBy(() -> Serializers.of(There.class))
        .hasMessageContaining("component \"x\" of record Back")
        .hasMessageContaining("There.back.x)")
        .hasMessageContaining("cannot contain itself");
    assertThatThrownBy(() -> Serializers.of(Grown.class))
        .hasMessageContaining("component \"x\" of record Growing")
        .hasMessageContaining("Grown.first.x)")
        .hasMessageContaining("cannot contain itself");
  }

  @Test
  void of_typeThatIsNoComponent_namesTheOtherWaysToMakeASerializer() throws Exception {
    Type lists = AWildcard.class.getDeclaredMethod("x").getGenericReturnType();
    for (Type type : List.of(List.class, ArrayList.class, Object.class, short[].class, lists)) {
      assertThat(catchThrowable(() -> Serializers.of(type)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no built-in serializer for ")
          .hasMessageContaining(type.getTypeName())
          .hasMessageEndingWith("other methods of Serializers, or implement Serializer");
    }
  }

  @Test
  void of_collection_isTheWholeSentence() {
    assertThatThrownBy(() -> Serializers.of(ACollection.class))
        .hasMessage(
            "no built-in serializer for component \"x\" of record ACollection"
                + " (java.util.Collection<java.lang.String> at "
                + ACollection.class.getName()
                + ".x): of collections, only the types List, Set and Map are supported: use one of"
                + " them, or give a serializer for it with"
                + " Serializers.records(ACollection.class, Map.of(\"x\", ...))");
  }
}
