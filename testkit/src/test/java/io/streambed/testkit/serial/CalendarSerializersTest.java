package io.streambed.testkit.serial;

import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;

/** The contract over times of day, the calendar and time zones. */
class CalendarSerializersTest {
  private static final long NANOS_OF_DAY = LocalTime.MAX.toNanoOfDay() + 1;

  private static final List<ZoneId> ZONES =
      List.of(ZoneId.of("Europe/Berlin"), ZoneId.of("America/New_York"), ZoneId.of("GMT0"));

  private static LocalDateTime dateTime(SplittableRandom random) {
    LocalTime time = LocalTime.ofNanoOfDay(random.nextLong(NANOS_OF_DAY));
    return LocalDate.ofEpochDay(random.nextInt()).atTime(time);
  }

  private static ZoneOffset offset(SplittableRandom random) {
    return ZoneOffset.ofTotalSeconds(random.nextInt(-64_800, 64_801));
  }

  private static ZoneId zone(SplittableRandom random) {
    int one = random.nextInt(ZONES.size() + 1);
    return one < ZONES.size() ? ZONES.get(one) : offset(random);
  }

  @Nested
  class LocalTimes extends SerializerContract<LocalTime> {
    @Override
    protected Serializer<LocalTime> serializer() {
      return Serializers.localTimes();
    }

    @Override
    protected List<LocalTime> samples() {
      return List.of(LocalTime.MIN, LocalTime.MAX, LocalTime.NOON);
    }

    @Override
    protected LocalTime random(SplittableRandom random) {
      return LocalTime.ofNanoOfDay(random.nextLong(NANOS_OF_DAY));
    }
  }

  @Nested
  class LocalDateTimes extends SerializerContract<LocalDateTime> {
    @Override
    protected Serializer<LocalDateTime> serializer() {
      return Serializers.localDateTimes();
    }

    @Override
    protected List<LocalDateTime> samples() {
      return List.of(LocalDateTime.MIN, LocalDateTime.MAX, LocalDateTime.of(2024, 2, 29, 0, 0));
    }

    @Override
    protected LocalDateTime random(SplittableRandom random) {
      return dateTime(random);
    }
  }

  @Nested
  class Years extends SerializerContract<Year> {
    @Override
    protected Serializer<Year> serializer() {
      return Serializers.of(Year.class);
    }

    @Override
    protected List<Year> samples() {
      return List.of(Year.of(0), Year.of(Year.MIN_VALUE), Year.of(Year.MAX_VALUE));
    }

    @Override
    protected Year random(SplittableRandom random) {
      return Year.of(random.nextInt(-9999, 9999));
    }
  }

  @Nested
  class YearMonths extends SerializerContract<YearMonth> {
    @Override
    protected Serializer<YearMonth> serializer() {
      return Serializers.of(YearMonth.class);
    }

    @Override
    protected List<YearMonth> samples() {
      return List.of(
          YearMonth.of(Year.MIN_VALUE, 1), YearMonth.of(Year.MAX_VALUE, 12), YearMonth.of(0, 2));
    }

    @Override
    protected YearMonth random(SplittableRandom random) {
      return YearMonth.from(dateTime(random));
    }
  }

  @Nested
  class Periods extends SerializerContract<Period> {
    @Override
    protected Serializer<Period> serializer() {
      return Serializers.periods();
    }

    @Override
    protected List<Period> samples() {
      return List.of(
          Period.ZERO,
          Period.of(Integer.MIN_VALUE, Integer.MAX_VALUE, -1),
          Period.ofMonths(12),
          Period.ofYears(1));
    }

    @Override
    protected Period random(SplittableRandom random) {
      return Period.of((int) Chance.anyLong(random), random.nextInt(), random.nextInt());
    }
  }

  @Nested
  class Months extends SerializerContract<Month> {
    @Override
    protected Serializer<Month> serializer() {
      return Serializers.of(Month.class);
    }

    @Override
    protected List<Month> samples() {
      return List.of(Month.values());
    }

    @Override
    protected Month random(SplittableRandom random) {
      return Month.of(random.nextInt(1, 13));
    }
  }

  @Nested
  class DaysOfWeek extends SerializerContract<DayOfWeek> {
    @Override
    protected Serializer<DayOfWeek> serializer() {
      return Serializers.of(DayOfWeek.class);
    }

    @Override
    protected List<DayOfWeek> samples() {
      return List.of(DayOfWeek.values());
    }

    @Override
    protected DayOfWeek random(SplittableRandom random) {
      return DayOfWeek.of(random.nextInt(1, 8));
    }
  }

  @Nested
  class ZoneOffsets extends SerializerContract<ZoneOffset> {
    @Override
    protected Serializer<ZoneOffset> serializer() {
      return Serializers.of(ZoneOffset.class);
    }

    @Override
    protected List<ZoneOffset> samples() {
      return List.of(ZoneOffset.UTC, ZoneOffset.MIN, ZoneOffset.MAX);
    }

    @Override
    protected ZoneOffset random(SplittableRandom random) {
      return offset(random);
    }
  }

  @Nested
  class ZoneIds extends SerializerContract<ZoneId> {
    @Override
    protected Serializer<ZoneId> serializer() {
      return Serializers.zoneIds();
    }

    @Override
    protected List<ZoneId> samples() {
      return List.of(
          ZoneId.of("Europe/Berlin"),
          ZoneId.of("UTC"),
          ZoneOffset.UTC,
          ZoneId.of("UTC+1"),
          ZoneOffset.MAX);
    }

    @Override
    protected ZoneId random(SplittableRandom random) {
      return zone(random);
    }
  }

  @Nested
  class OffsetDateTimes extends SerializerContract<OffsetDateTime> {
    @Override
    protected Serializer<OffsetDateTime> serializer() {
      return Serializers.offsetDateTimes();
    }

    @Override
    protected List<OffsetDateTime> samples() {
      return List.of(
          OffsetDateTime.MIN,
          OffsetDateTime.MAX,
          OffsetDateTime.parse("2024-02-29T12:00:00Z"),
          OffsetDateTime.parse("2024-02-29T13:00:00+01:00"));
    }

    @Override
    protected OffsetDateTime random(SplittableRandom random) {
      return dateTime(random).atOffset(offset(random));
    }
  }

  @Nested
  class ZonedDateTimes extends SerializerContract<ZonedDateTime> {
    @Override
    protected Serializer<ZonedDateTime> serializer() {
      return Serializers.zonedDateTimes();
    }

    @Override
    protected List<ZonedDateTime> samples() {
      return List.of(
          LocalDateTime.MIN.atZone(ZoneOffset.MAX),
          LocalDateTime.MAX.atZone(ZoneOffset.MIN),
          ZonedDateTime.parse("2024-10-27T02:30:00+02:00[Europe/Berlin]"),
          ZonedDateTime.parse("2024-10-27T02:30:00+01:00[Europe/Berlin]"),
          ZonedDateTime.parse("2024-10-27T02:30:00+01:00"));
    }

    @Override
    protected ZonedDateTime random(SplittableRandom random) {
      return dateTime(random).atZone(zone(random));
    }
  }
}
