package io.streambed.serial;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** From a Java type to its built-in serializer; one instance per derivation. */
final class TypeDerivation {
  private static final Map<Class<?>, Serializer<?>> PLAIN =
      Map.ofEntries(
          Map.entry(Boolean.class, Symbols.BOOLEAN),
          Map.entry(Byte.class, Numbers.BYTE),
          Map.entry(Short.class, Numbers.SHORT),
          Map.entry(Character.class, Symbols.CHAR),
          Map.entry(Integer.class, Numbers.INT),
          Map.entry(Long.class, Numbers.LONG),
          Map.entry(Float.class, Numbers.FLOAT),
          Map.entry(Double.class, Numbers.DOUBLE),
          Map.entry(String.class, StringSerializer.INSTANCE),
          Map.entry(byte[].class, PrimitiveArrays.BYTES),
          Map.entry(int[].class, PrimitiveArrays.INTS),
          Map.entry(long[].class, PrimitiveArrays.LONGS),
          Map.entry(double[].class, PrimitiveArrays.DOUBLES),
          Map.entry(Instant.class, Times.INSTANT),
          Map.entry(Duration.class, Times.DURATION),
          Map.entry(Period.class, Times.PERIOD),
          Map.entry(Year.class, LocalTimes.YEAR),
          Map.entry(YearMonth.class, LocalTimes.YEAR_MONTH),
          Map.entry(LocalDate.class, LocalTimes.DATE),
          Map.entry(LocalTime.class, LocalTimes.TIME),
          Map.entry(LocalDateTime.class, LocalTimes.DATE_TIME),
          Map.entry(ZoneId.class, ZonedTimes.ZONE),
          Map.entry(ZoneOffset.class, ZonedTimes.OFFSET),
          Map.entry(OffsetDateTime.class, ZonedTimes.OFFSET_DATE_TIME),
          Map.entry(ZonedDateTime.class, ZonedTimes.ZONED_DATE_TIME),
          Map.entry(BigInteger.class, BigNumbers.INTEGER),
          Map.entry(BigDecimal.class, BigNumbers.DECIMAL),
          Map.entry(UUID.class, Symbols.UUIDS),
          Map.entry(VoidNamespace.class, Symbols.VOID));

  private static final Map<Class<?>, Class<?>> BOXES =
      Map.of(
          boolean.class, Boolean.class,
          byte.class, Byte.class,
          short.class, Short.class,
          char.class, Character.class,
          int.class, Integer.class,
          long.class, Long.class,
          float.class, Float.class,
          double.class, Double.class);

  private final Set<Class<?>> open = new HashSet<>();

  /** The serializers without parts. */
  static Collection<Serializer<?>> plainSerializers() {
    return PLAIN.values();
  }

  static Serializer<?> derive(Type type) {
    return new TypeDerivation().derive(type, Map.of(), TypePlace.of(type));
  }

  static <T> Serializer<T> deriveRecord(Class<T> type, GivenParts given) {
    return new TypeDerivation().deriveRecord(type, Map.of(), given, TypePlace.of(type));
  }

  /**
   * What the caller gives for components of a record, by their names.
   *
   * @param serializers of some of them; the others are derived
   * @param defaults of some that are new; a default may be null
   */
  record GivenParts(Map<String, Serializer<?>> serializers, Map<String, ?> defaults) {
    static final GivenParts NONE = new GivenParts(Map.of(), Map.of());
  }

  static <T> Serializer<T> deriveSealed(Class<T> type, Map<Class<?>, Serializer<?>> cases) {
    if (!SealedCases.has(type)) {
      throw new IllegalArgumentException(
          type.getName() + " is neither a sealed interface nor a sealed abstract class");
    }
    return new TypeDerivation().deriveSealed(type, Map.of(), cases, TypePlace.of(type));
  }

  private Serializer<?> derive(
      Type type, Map<TypeVariable<?>, Serializer<?>> bound, TypePlace place) {
    if (type instanceof Class<?> plain) {
      return deriveClass(plain, place);
    }
    if (type instanceof ParameterizedType generic) {
      return deriveGeneric(generic, bound, place);
    }
    if (type instanceof WildcardType wildcard && wildcard.getUpperBounds()[0] != Object.class) {
      return derive(wildcard.getUpperBounds()[0], bound, place);
    }
    if (type instanceof GenericArrayType array
        && array.getGenericComponentType() instanceof ParameterizedType element) {
      Serializer<?> part = derive(element, bound, place.elements());
      return arrayOf((Class<?>) element.getRawType(), part, place);
    }
    if (type instanceof TypeVariable<?> variable && bound.containsKey(variable)) {
      return bound.get(variable);
    }
    throw place.unsupported(type);
  }

  private Serializer<?> deriveClass(Class<?> type, TypePlace place) {
    Serializer<?> plain = PLAIN.get(BOXES.getOrDefault(type, type));
    if (plain != null) {
      return plain;
    }
    if (type.isEnum()) {
      return enumOf(type);
    }
    if (type.isRecord()) {
      return deriveRecord(type, Map.of(), GivenParts.NONE, place);
    }
    if (SealedCases.has(type)) {
      return deriveSealed(type, Map.of(), Map.of(), place);
    }
    if (type.isArray() && !type.getComponentType().isPrimitive()) {
      Class<?> element = type.getComponentType();
      return arrayOf(element, derive(element, Map.of(), place.elements()), place);
    }
    throw place.unsupported(type);
  }

  private static <E> Serializer<E[]> arrayOf(
      Class<?> componentType, Serializer<E> element, TypePlace place) {
    return new ArraySerializer<>(
        componentType, Parts.sized(element, "an array at " + place.path()));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Serializer<?> enumOf(Class<?> type) {
    return new EnumSerializer(type);
  }

  private Serializer<?> deriveGeneric(
      ParameterizedType type, Map<TypeVariable<?>, Serializer<?>> bound, TypePlace place) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] arguments = type.getActualTypeArguments();
    if (raw == List.class) {
      Serializer<?> element = derive(arguments[0], bound, place.inside("element"));
      return new ListSerializer<>(Parts.sized(element, "a list at " + place.path()));
    }
    if (raw == Set.class) {
      Serializer<?> element = derive(arguments[0], bound, place.inside("element"));
      return new SetSerializer<>(Parts.sized(element, "a set at " + place.path()));
    }
    if (raw == Map.class) {
      String map = "a map at " + place.path();
      Serializer<?> key = derive(arguments[0], bound, place.inside("key"));
      Serializer<?> value = derive(arguments[1], bound, place.inside("value"));
      return new MapSerializer<>(Parts.sized(key, map), Parts.sized(value, map));
    }
    if (raw == Optional.class) {
      return new OptionalSerializer<>(derive(arguments[0], bound, place.inside("value")));
    }
    if (!raw.isRecord() && !SealedCases.has(raw)) {
      throw place.unsupported(type);
    }
    Map<TypeVariable<?>, Serializer<?>> inner = new HashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      TypeVariable<?> variable = raw.getTypeParameters()[i];
      inner.put(variable, derive(arguments[i], bound, place.inside(variable.getName())));
    }
    return raw.isRecord()
        ? deriveRecord(raw, inner, GivenParts.NONE, place)
        : deriveSealed(raw, inner, Map.of(), place);
  }

  private <T> Serializer<T> deriveRecord(
      Class<T> type, Map<TypeVariable<?>, Serializer<?>> bound, GivenParts given, TypePlace place) {
    RecordShape<T> shape = new RecordShape<>(type);
    checkNames(shape, given.serializers.keySet());
    checkNames(shape, given.defaults.keySet());
    checkOpen(type, place);
    @SuppressWarnings("unchecked")
    Serializer<Object>[] parts = (Serializer<Object>[]) new Serializer<?>[shape.size()];
    for (int i = 0; i < parts.length; i++) {
      RecordComponent component = shape.components().get(i);
      String name = component.getName();
      Serializer<?> part = given.serializers.get(name);
      if (part == null) {
        part = derive(component.getGenericType(), bound, place.component(type, name));
      }
      parts[i] = erased(part);
    }
    open.remove(type);
    return new RecordSerializer<>(shape, parts, RecordHistory.of(shape, parts, given.defaults));
  }

  private static void checkNames(RecordShape<?> shape, Set<String> given) {
    for (String name : given) {
      if (!shape.names().contains(name)) {
        throw new IllegalArgumentException(
            "no component " + name + " in " + shape + ", only " + shape.names());
      }
    }
  }

  private <T> Serializer<T> deriveSealed(
      Class<T> type,
      Map<TypeVariable<?>, Serializer<?>> bound,
      Map<Class<?>, Serializer<?>> given,
      TypePlace place) {
    checkOpen(type, place);
    Map<Class<?>, Serializer<Object>> parts = new LinkedHashMap<>();
    SealedCases.of(type, bound, given.keySet())
        .forEach(
            (each, its) -> {
              Serializer<?> part = given.get(each);
              if (part == null) {
                part = deriveCase(each, its, place.sealedCase(type, each));
              }
              parts.put(each, erased(part));
            });
    for (Class<?> each : given.keySet()) {
      if (!parts.containsKey(each)) {
        throw new IllegalArgumentException(
            each.getName() + " is no case of " + type.getName() + ", only " + parts.keySet());
      }
    }
    open.remove(type);
    return new SealedSerializer<>(type, parts);
  }

  private Serializer<?> deriveCase(
      Class<?> type, Map<TypeVariable<?>, Serializer<?>> bound, TypePlace place) {
    return type.isRecord()
        ? deriveRecord(type, bound, GivenParts.NONE, place)
        : deriveClass(type, place);
  }

  private void checkOpen(Class<?> type, TypePlace place) {
    if (!open.add(type)) {
      throw place.refuse(
          type,
          "a type cannot contain itself, since its serializer is made of those of its parts: refer"
              + " to the inner value by an id");
    }
  }

  @SuppressWarnings("unchecked")
  private static Serializer<Object> erased(Serializer<?> serializer) {
    return (Serializer<Object>) serializer;
  }
}
