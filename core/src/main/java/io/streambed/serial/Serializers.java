package io.streambed.serial;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The built-in serializers: {@link #of(Class)} derives one from a type, the other methods name one.
 *
 * <p>Bytes, numbers big-endian, integers in two's complement:
 *
 * <pre>
 * boolean, byte           := 1 byte            char, short := 2        int := 4        long := 8
 * float                   := 4                 double := 8             IEEE 754, one NaN, -0.0 is not 0.0
 * string                  := header:varint { char: 1 or 2 bytes }      header = chars * 2 + (1 if wide)
 * uuid                    := high:8 low:8      local-date := year:4 month:1 day:1
 * local-time              := nanosecond of the day:8                   local-date-time := local-date local-time
 * year                    := year:4            year-month := year:4 month:1
 * instant, duration       := seconds:8 nanos:4                         period := years:4 months:4 days:4
 * zone-id                 := string            zone-offset := seconds:4
 * offset-date-time        := instant zone-offset                       zoned-date-time := instant zone-id
 * big-integer             := length:varint two's complement            big-decimal := scale:4 big-integer
 * enum                    := ordinal:2         record := { component }            sealed := case:2 value
 * list, set, array        := count:varint { element }                  also arrays of primitives
 * map                     := count:varint { key value }
 * nullable, optional      := 0:1 | 1:1 value   void :=
 * </pre>
 *
 * <p>Keys: all but arrays, sets, maps and what contains them. The hashes are those of Java where
 * Java gives the same one in every process; an enum constant's is its name's, a sealed type's is
 * {@code 31 * hash(simple name of the case) + hash(value)}, a record's is {@code 31 * h +
 * hash(component)} from 0 on, a list's the same from 1 on, that of null and of an empty Optional is
 * 0, a zone's is its id's, and a ZonedDateTime's is {@code 31 * hash(instant) + hash(zone)}.
 *
 * <p>Change over time ({@link Serializer#resolve}): records find their components by name, enums
 * their constants, sealed types their cases by the simple class name, each also by the former names
 * of an {@link Alias}; an integer type may become a wider one, float may become double, and any
 * type may become nullable or an Optional, and a nullable one an Optional, but not the reverse.
 * Containers, records and sealed types resolve through their parts. Components may be added: they
 * have their default ({@link DefaultValue}), else null in old state if they are nullable, zero if
 * they are primitive and empty if they are Optionals. They may be removed, but not both at once,
 * unless the removed ones are named in {@link Removed} or the new ones have a default: a renamed
 * component looks like that, and its values would be lost in silence. A record that has none of the
 * written components is another type. Keys, user keys and namespaces keep their bytes and hashes:
 * only components of a record may be renamed in them, in place.
 *
 * <p>None takes null but {@link #nullable}. Sets and maps keep the order in which they were
 * written. An element, key or value of a container takes at least one byte.
 *
 * <p>Threading: as {@link Serializer} says.
 */
public final class Serializers {
  private Serializers() {}

  /**
   * The serializer of a type: a primitive or its box, String, UUID, BigInteger, BigDecimal, a type
   * of java.time (Instant, Duration, Period, Year, YearMonth, LocalDate, LocalTime, LocalDateTime,
   * ZoneId, ZoneOffset, OffsetDateTime, ZonedDateTime), an array of byte, int, long, double or a
   * supported type, an enum, a record of all these and of List, Set, Map, Optional and other
   * records, or a sealed interface whose cases are records and enums.
   *
   * @param type the class
   * @param <T> the type of the values
   * @return a new or a shared serializer
   * @throws IllegalArgumentException if the type or one inside is not supported; the message names
   *     it, where it is, and the way out. Also if annotations on a type contradict each other
   */
  @SuppressWarnings("unchecked")
  public static <T> Serializer<T> of(Class<T> type) {
    return (Serializer<T>) TypeDerivation.derive(type);
  }

  /**
   * The serializer of a type with type arguments, such as {@code List<String>} or a generic record
   * or sealed interface.
   *
   * @param type the type, without open type variables
   * @return a new or a shared serializer
   * @throws IllegalArgumentException if the type or one inside is not supported; the message names
   *     it, where it is, and the way out
   */
  public static Serializer<?> of(Type type) {
    return TypeDerivation.derive(type);
  }

  /**
   * Flags.
   *
   * @return 1 byte
   */
  public static Serializer<Boolean> booleans() {
    return Symbols.BOOLEAN;
  }

  /**
   * Single bytes.
   *
   * @return 1 byte
   */
  public static Serializer<Byte> bytes() {
    return Numbers.BYTE;
  }

  /**
   * 16-bit integers.
   *
   * @return 2 bytes
   */
  public static Serializer<Short> shorts() {
    return Numbers.SHORT;
  }

  /**
   * UTF-16 code units.
   *
   * @return 2 bytes
   */
  public static Serializer<Character> chars() {
    return Symbols.CHAR;
  }

  /**
   * 32-bit integers.
   *
   * @return 4 bytes
   */
  public static Serializer<Integer> ints() {
    return Numbers.INT;
  }

  /**
   * 64-bit integers.
   *
   * @return 8 bytes
   */
  public static Serializer<Long> longs() {
    return Numbers.LONG;
  }

  /**
   * 32-bit floating-point numbers; every NaN is written as the same one.
   *
   * @return 4 bytes
   */
  public static Serializer<Float> floats() {
    return Numbers.FLOAT;
  }

  /**
   * 64-bit floating-point numbers; every NaN is written as the same one.
   *
   * @return 8 bytes
   */
  public static Serializer<Double> doubles() {
    return Numbers.DOUBLE;
  }

  /**
   * Text, unpaired surrogates included.
   *
   * @return a length and one byte a char, or two if any char is above 0xFF
   */
  public static Serializer<String> strings() {
    return StringSerializer.INSTANCE;
  }

  /**
   * Universally unique identifiers.
   *
   * @return 16 bytes
   */
  public static Serializer<UUID> uuids() {
    return Symbols.UUIDS;
  }

  /**
   * Integers of any size.
   *
   * @return a length and the fewest bytes of two's complement
   */
  public static Serializer<BigInteger> bigIntegers() {
    return BigNumbers.INTEGER;
  }

  /**
   * Decimals of any size; 1.0 and 1.00 are different values.
   *
   * @return 4 bytes of scale and the unscaled integer
   */
  public static Serializer<BigDecimal> bigDecimals() {
    return BigNumbers.DECIMAL;
  }

  /**
   * Points in time, to the nanosecond.
   *
   * @return 12 bytes
   */
  public static Serializer<Instant> instants() {
    return Times.INSTANT;
  }

  /**
   * Spans of time, to the nanosecond.
   *
   * @return 12 bytes
   */
  public static Serializer<Duration> durations() {
    return Times.DURATION;
  }

  /**
   * Days of the calendar.
   *
   * @return 6 bytes
   */
  public static Serializer<LocalDate> localDates() {
    return LocalTimes.DATE;
  }

  /**
   * Times of day, to the nanosecond.
   *
   * @return 8 bytes
   */
  public static Serializer<LocalTime> localTimes() {
    return LocalTimes.TIME;
  }

  /**
   * Days of the calendar with a time of day.
   *
   * @return 14 bytes
   */
  public static Serializer<LocalDateTime> localDateTimes() {
    return LocalTimes.DATE_TIME;
  }

  /**
   * Points in time with an offset from UTC; equal points with different offsets are different.
   *
   * @return 16 bytes
   */
  public static Serializer<OffsetDateTime> offsetDateTimes() {
    return ZonedTimes.OFFSET_DATE_TIME;
  }

  /**
   * Points in time with a time zone. What is kept is the instant and the zone's id. If the rules of
   * the zone change before a value is read again, it is the same point in time, at another time of
   * day. An id that the reading Java runtime does not know is an error when it is read.
   *
   * @return 12 bytes and the zone's id as text
   */
  public static Serializer<ZonedDateTime> zonedDateTimes() {
    return ZonedTimes.ZONED_DATE_TIME;
  }

  /**
   * Time zones, offsets from UTC among them. An id that the reading Java runtime does not know is
   * an error when it is read.
   *
   * @return the id as text
   */
  public static Serializer<ZoneId> zoneIds() {
    return ZonedTimes.ZONE;
  }

  /**
   * Spans of years, months and days; 12 months and 1 year are different.
   *
   * @return 12 bytes
   */
  public static Serializer<Period> periods() {
    return Times.PERIOD;
  }

  /**
   * The namespace of state that has none.
   *
   * @return no bytes
   */
  public static Serializer<VoidNamespace> unit() {
    return Symbols.VOID;
  }

  /**
   * Arrays of bytes; no key.
   *
   * @return a length and the bytes
   */
  public static Serializer<byte[]> byteArrays() {
    return PrimitiveArrays.BYTES;
  }

  /**
   * Arrays of ints; no key.
   *
   * @return a length and 4 bytes each
   */
  public static Serializer<int[]> intArrays() {
    return PrimitiveArrays.INTS;
  }

  /**
   * Arrays of longs; no key.
   *
   * @return a length and 8 bytes each
   */
  public static Serializer<long[]> longArrays() {
    return PrimitiveArrays.LONGS;
  }

  /**
   * Arrays of doubles; no key. Every NaN is written as the same one.
   *
   * @return a length and 8 bytes each
   */
  public static Serializer<double[]> doubleArrays() {
    return PrimitiveArrays.DOUBLES;
  }

  /**
   * Arrays of objects; no key.
   *
   * @param componentType the class of the arrays' components
   * @param element the components' serializer
   * @param <E> the components' type
   * @return a count and the elements
   * @throws IllegalArgumentException if elements take no bytes, or the class is of a primitive
   */
  public static <E> Serializer<E[]> array(Class<E> componentType, Serializer<E> element) {
    if (componentType.isPrimitive()) {
      throw new IllegalArgumentException(
          "an array of " + componentType + " holds no objects; use intArrays() or its like");
    }
    return new ArraySerializer<>(componentType, Parts.sized(element, "an array"));
  }

  /**
   * The constants of an enum. Appending constants needs no migration, reordering, renaming ({@link
   * Alias}) and removing them one by name; a removed constant that occurs in state is an error when
   * it is read.
   *
   * @param type the enum's class
   * @param <T> the enum
   * @return 2 bytes
   * @throws IllegalArgumentException if its annotations contradict each other
   */
  public static <T extends Enum<T>> Serializer<T> enums(Class<T> type) {
    return new EnumSerializer<>(type);
  }

  /**
   * Lists, read as {@link java.util.ArrayList}. A key if its elements may be keys.
   *
   * @param element the elements' serializer
   * @param <E> the elements' type
   * @return a count and the elements
   * @throws IllegalArgumentException if elements take no bytes
   */
  public static <E> Serializer<List<E>> list(Serializer<E> element) {
    return new ListSerializer<>(Parts.sized(element, "a list"));
  }

  /**
   * Sets, read as {@link java.util.LinkedHashSet}; no key.
   *
   * @param element the elements' serializer
   * @param <E> the elements' type, with equals and hashCode
   * @return a count and the elements
   * @throws IllegalArgumentException if elements take no bytes
   */
  public static <E> Serializer<Set<E>> set(Serializer<E> element) {
    return new SetSerializer<>(Parts.sized(element, "a set"));
  }

  /**
   * Maps, read as {@link java.util.LinkedHashMap}; no key.
   *
   * @param key the keys' serializer
   * @param value the values' serializer
   * @param <K> the keys' type, with equals and hashCode
   * @param <V> the values' type
   * @return a count and the entries
   * @throws IllegalArgumentException if keys or values take no bytes
   */
  public static <K, V> Serializer<Map<K, V>> map(Serializer<K> key, Serializer<V> value) {
    return new MapSerializer<>(Parts.sized(key, "a map"), Parts.sized(value, "a map"));
  }

  /**
   * Values or null. A key if the values may be keys, though never null itself as a store's key.
   *
   * @param value the values' serializer
   * @param <T> the values' type
   * @return a flag and the value; the given serializer if it is one of these already
   */
  public static <T> Serializer<T> nullable(Serializer<T> value) {
    Objects.requireNonNull(value, "value");
    return value instanceof NullableSerializer<T> ? value : new NullableSerializer<>(value);
  }

  /**
   * Optionals of values. A key if the values may be keys. What was written as the value itself, or
   * as a nullable one, migrates.
   *
   * @param value the values' serializer
   * @param <T> the values' type
   * @return a flag and the value
   */
  public static <T> Serializer<Optional<T>> optional(Serializer<T> value) {
    return new OptionalSerializer<>(value);
  }

  /**
   * A record, its components' serializers derived from their types. Components are not null.
   *
   * @param type the record's class, of any visibility
   * @param <T> the record
   * @return its components in order
   * @throws IllegalArgumentException if it is no record, generic, not accessible, contains itself,
   *     a component's type is not supported, or its annotations contradict each other
   */
  public static <T extends Record> Serializer<T> records(Class<T> type) {
    return records(type, Map.of());
  }

  /**
   * A record, some of its components' serializers given: nullable ones, or ones of types that are
   * not built in.
   *
   * @param type the record's class, of any visibility
   * @param components serializers by component name; the others are derived
   * @param <T> the record
   * @return its components in order
   * @throws IllegalArgumentException if it is no record, not accessible, contains itself, has no
   *     component of a given name, or a component's type is not supported
   */
  public static <T extends Record> Serializer<T> records(
      Class<T> type, Map<String, ? extends Serializer<?>> components) {
    return records(type, components, Map.of());
  }

  /**
   * A record, some of its components' serializers given, and the values that some components have
   * in state which was written before they were added. A default counts before a {@link
   * DefaultValue} of the component.
   *
   * @param type the record's class, of any visibility
   * @param components serializers by component name; the others are derived
   * @param defaults values by component name; null only for a component whose serializer takes it.
   *     They are copied, now and for each record that gets one
   * @param <T> the record
   * @return its components in order
   * @throws IllegalArgumentException as {@link #records(Class, Map)} says, or if a default does not
   *     fit its component, or the record's annotations contradict each other
   */
  public static <T extends Record> Serializer<T> records(
      Class<T> type, Map<String, ? extends Serializer<?>> components, Map<String, ?> defaults) {
    return TypeDerivation.deriveRecord(
        type,
        new TypeDerivation.GivenParts(
            Map.copyOf(components), Collections.unmodifiableMap(new HashMap<>(defaults))));
  }

  /**
   * A sealed type. Its cases are the records and enums that it permits, and those that sealed types
   * among them permit. Each case's simple class name is kept with the state: appending cases needs
   * no migration, reordering and renaming ({@link Alias}) them one by name, and a case may change
   * as its record or enum may. A value of a case that was removed is an error when it is read.
   *
   * <p>A key if the values of all cases may be keys.
   *
   * @param type a sealed interface
   * @param <T> the type of the values
   * @return the case's number in 2 bytes and the value
   * @throws IllegalArgumentException if it is not sealed, a case is neither a record nor an enum,
   *     two cases have the same simple name, annotations contradict each other, or a case contains
   *     the type itself or another type that is not supported
   */
  public static <T> Serializer<T> sealed(Class<T> type) {
    return sealed(type, Map.of());
  }

  /**
   * A sealed type, some of its cases' serializers given: those of cases that are neither records
   * nor enums, or of records that have components which are not built in.
   *
   * @param type a sealed interface or a sealed abstract class
   * @param cases serializers by the case's class; the others are derived. That of a sealed type
   *     among the cases stands for all of its cases
   * @param <T> the type of the values
   * @return the case's number in 2 bytes and the value
   * @throws IllegalArgumentException as {@link #sealed(Class)} says, or if a class is not a case
   */
  public static <T> Serializer<T> sealed(
      Class<T> type, Map<? extends Class<? extends T>, ? extends Serializer<? extends T>> cases) {
    return TypeDerivation.deriveSealed(type, Map.copyOf(cases));
  }

  /**
   * A reader of what a built-in serializer wrote, for bytes whose types are not there: no class of
   * a user is needed or loaded. Enum constants are read as their names, records as the lists of
   * their components' values.
   *
   * @param written the serializer's configuration
   * @return a serializer that reads; empty if it or a part of it is not built in
   */
  public static Optional<Serializer<?>> fromSnapshot(SerializerSnapshot written) {
    return SnapshotReaders.reader(written);
  }
}
