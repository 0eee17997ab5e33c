package io.streambed.serial;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a type was met on the way through another one, for the errors of derivation.
 *
 * @param path from the outermost type on, for instance {@code Order.lines<element>.price}
 * @param part the innermost component or case that has a name; null if there is none
 * @param wayOut how a serializer is given for that part
 */
record TypePlace(String path, String part, String wayOut) {

  /** The outermost type itself. */
  static TypePlace of(Type type) {
    return new TypePlace(
        type.getTypeName(),
        null,
        "make its serializer with the other methods of Serializers, or implement Serializer");
  }

  /** A component of a record that was met here. */
  TypePlace component(Class<?> type, String name) {
    return new TypePlace(
        path + "." + name,
        "component \"" + name + "\" of record " + type.getSimpleName(),
        String.format(
            "give a serializer for it with Serializers.records(%s.class, Map.of(\"%s\", ...))",
            type.getSimpleName(), name));
  }

  /** A case of a sealed type that was met here. */
  TypePlace sealedCase(Class<?> type, Class<?> itsCase) {
    String name = itsCase.getSimpleName();
    return new TypePlace(
        path + "<" + name + ">",
        "case " + name + " of sealed type " + type.getSimpleName(),
        String.format(
            "give a serializer for it with Serializers.sealed(%s.class, Map.of(%s.class, ...))",
            type.getSimpleName(), name));
  }

  /** What a container or a generic type that was met here has inside. */
  TypePlace inside(String role) {
    return new TypePlace(path + "<" + role + ">", part, wayOut);
  }

  /** The elements of an array that was met here. */
  TypePlace elements() {
    return new TypePlace(path + "[]", part, wayOut);
  }

  /** The error for a type that is not supported, wherever it is met. */
  IllegalArgumentException unsupported(Type type) {
    return refuse(type, reason(type));
  }

  /**
   * The error for a type that is not supported here.
   *
   * @param reason why not, and what to write in its place
   */
  IllegalArgumentException refuse(Type type, String reason) {
    String name = type.getTypeName();
    String where = path.equals(name) ? name : name + " at " + path;
    return new IllegalArgumentException(
        "no built-in serializer for "
            + (part == null ? where : part + " (" + where + ")")
            + ": "
            + reason
            + ", or "
            + wayOut);
  }

  private static String reason(Type type) {
    if (type instanceof TypeVariable<?> variable) {
      return "nothing says which type "
          + variable
          + " of "
          + variable.getGenericDeclaration()
          + " stands for: name its type arguments, as in List<String>";
    }
    if (type instanceof WildcardType) {
      return "a wildcard names no type: write the type in its place";
    }
    if (type instanceof GenericArrayType) {
      return "an array of a type variable, or of arrays of a generic type, is not supported: use a"
          + " List in its place";
    }
    return type instanceof ParameterizedType generic
        ? reasonOfClass((Class<?>) generic.getRawType())
        : reasonOfClass((Class<?>) type);
  }

  private static String reasonOfClass(Class<?> type) {
    if (type == Object.class) {
      return "an Object may be anything: write the type of the values in its place";
    }
    if (Set.of(List.class, Set.class, Map.class, Optional.class).contains(type)) {
      return "its type arguments are missing: write them, as in List<String>";
    }
    if (Iterable.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
      return "of collections, only the types List, Set and Map are supported: use one of them";
    }
    if (type.isArray()) {
      return "of arrays of primitives, byte[], int[], long[] and double[] are supported: use one of"
          + " them";
    }
    if (type.getSuperclass() != null && type.getSuperclass() != Object.class) {
      return "it is neither a record nor an enum: make it a record, and the class that it extends an"
          + " interface";
    }
    return type.isInterface()
        ? "any class may implement this interface: make it sealed, and permit records and enums"
        : "it is neither a record nor an enum: make it a record";
  }
}
