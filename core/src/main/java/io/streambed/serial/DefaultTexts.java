package io.streambed.serial;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
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
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Parses the text of a {@link DefaultValue}. */
final class DefaultTexts {
  private static final Map<Class<?>, Function<String, Object>> PARSERS =
      Map.ofEntries(
          Map.entry(Boolean.class, DefaultTexts::flag),
          Map.entry(Byte.class, Byte::valueOf),
          Map.entry(Short.class, Short::valueOf),
          Map.entry(Character.class, DefaultTexts::character),
          Map.entry(Integer.class, Integer::valueOf),
          Map.entry(Long.class, Long::valueOf),
          Map.entry(Float.class, Float::valueOf),
          Map.entry(Double.class, Double::valueOf),
          Map.entry(String.class, text -> text),
          Map.entry(UUID.class, DefaultTexts::uuid),
          Map.entry(BigInteger.class, BigInteger::new),
          Map.entry(BigDecimal.class, BigDecimal::new),
          Map.entry(Instant.class, Instant::parse),
          Map.entry(Duration.class, Duration::parse),
          Map.entry(Period.class, Period::parse),
          Map.entry(Year.class, Year::parse),
          Map.entry(YearMonth.class, YearMonth::parse),
          Map.entry(LocalDate.class, LocalDate::parse),
          Map.entry(LocalTime.class, LocalTime::parse),
          Map.entry(LocalDateTime.class, LocalDateTime::parse),
          Map.entry(OffsetDateTime.class, OffsetDateTime::parse),
          Map.entry(ZonedDateTime.class, ZonedDateTime::parse),
          Map.entry(ZoneId.class, ZoneId::of),
          Map.entry(ZoneOffset.class, ZoneOffset::of));

  private DefaultTexts() {}

  /** Whether values of a type, no primitive, can be written as text. */
  static boolean parses(Class<?> type) {
    return type.isEnum() || PARSERS.containsKey(type);
  }

  /**
   * The value of a text.
   *
   * @param type a type that {@link #parses}
   * @throws IllegalArgumentException if the text is none of the type
   */
  static Object parse(Class<?> type, String text) {
    try {
      return type.isEnum() ? constant(type, text) : PARSERS.get(type).apply(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Object constant(Class<?> type, String text) {
    for (Object each : type.getEnumConstants()) {
      if (((Enum<?>) each).name().equals(text)) {
        return each;
      }
    }
    throw new IllegalArgumentException("it has no such constant");
  }

  /** {@code Boolean.valueOf} takes any other text for false. */
  private static Object flag(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("it is neither true nor false");
    }
    return text.equals("true");
  }

  private static Object character(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException("it is " + text.length() + " chars long, not one");
    }
    return text.charAt(0);
  }

  /** {@code UUID.fromString} also takes digits that are missing or too many. */
  private static Object uuid(String text) {
    UUID uuid = UUID.fromString(text);
    if (!uuid.toString().equalsIgnoreCase(text)) {
      throw new IllegalArgumentException("written in full it is " + uuid);
    }
    return uuid;
  }
}
