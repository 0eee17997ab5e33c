package io.streambed.serial;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value that a component of a record has in state that was written before the component was
 * added:
 *
 * <pre>{@code
 * record Order(String id, @DefaultValue("EUR") String currency, @DefaultValue("1") int count) {}
 * }</pre>
 *
 * <p>The text is parsed when the serializer is made, as the type's own method does it ({@code
 * Integer.parseInt}, {@code Duration.parse}). Types: primitives and their boxes, String, enums,
 * UUID, BigInteger, BigDecimal, and of java.time Instant, Duration, Period, Year, YearMonth,
 * LocalDate, LocalTime, LocalDateTime, OffsetDateTime, ZonedDateTime, ZoneId and ZoneOffset. Values
 * of other types are given by {@link Serializers#records(Class, java.util.Map, java.util.Map)}.
 *
 * <p>It does not say that the component is new: a component keeps it for good, also when it is
 * renamed. Where a record loses components in the same step, {@link Removed} says that they are
 * gone.
 *
 * <p>It is no default of a constructor: values that the program makes are as it makes them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface DefaultValue {
  /**
   * The value as text: {@code true} or {@code false} for a boolean, one char for a char, the name
   * of the constant for an enum.
   *
   * @return the text
   */
  String value();
}
