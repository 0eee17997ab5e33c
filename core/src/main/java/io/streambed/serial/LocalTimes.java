package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Year;
import java.time.YearMonth;

/**
 * Dates and times of day, which belong to no time zone.
 *
 * <pre>
 * year            := year:4
 * year-month      := year:4 month:1
 * local-date      := year:4 month:1 day:1
 * local-time      := nanosecond of the day:8
 * local-date-time := local-date local-time
 * </pre>
 */
final class LocalTimes {
  static final OfYear YEAR = new OfYear();
  static final OfYearMonth YEAR_MONTH = new OfYearMonth();
  static final OfDate DATE = new OfDate();
  static final OfTime TIME = new OfTime();
  static final OfDateTime DATE_TIME = new OfDateTime();

  private static final long MAX_NANO_OF_DAY = LocalTime.MAX.toNanoOfDay();

  private LocalTimes() {}

  static final class OfYear extends Scalar<Year> {
    private OfYear() {
      super("year", 4);
    }

    @Override
    public void write(Year value, ByteWriter out) {
      out.writeInt(present(value).getValue());
    }

    @Override
    public Year read(ByteReader in) {
      int year = in.readInt();
      if (year < Year.MIN_VALUE || year > Year.MAX_VALUE) {
        throw new MalformedDataException(year + " is no year");
      }
      return Year.of(year);
    }

    @Override
    public int hash(Year key) {
      return key.getValue();
    }
  }

  static final class OfYearMonth extends Scalar<YearMonth> {
    private OfYearMonth() {
      super("year-month", 5);
    }

    @Override
    public void write(YearMonth value, ByteWriter out) {
      out.writeInt(present(value).getYear());
      out.writeByte(value.getMonthValue());
    }

    @Override
    public YearMonth read(ByteReader in) {
      int year = in.readInt();
      int month = in.readByte();
      try {
        return YearMonth.of(year, month);
      } catch (DateTimeException e) {
        throw new MalformedDataException("no month of a year: " + e.getMessage());
      }
    }

    @Override
    public int hash(YearMonth key) {
      return key.getYear() ^ key.getMonthValue() << 27;
    }
  }

  static final class OfDate extends Scalar<LocalDate> {
    private OfDate() {
      super("local-date", 6);
    }

    @Override
    public void write(LocalDate value, ByteWriter out) {
      out.writeInt(present(value).getYear());
      out.writeByte(value.getMonthValue());
      out.writeByte(value.getDayOfMonth());
    }

    @Override
    public LocalDate read(ByteReader in) {
      int year = in.readInt();
      int month = in.readByte();
      int day = in.readByte();
      try {
        return LocalDate.of(year, month, day);
      } catch (DateTimeException e) {
        throw new MalformedDataException("no date: " + e.getMessage());
      }
    }

    @Override
    public int hash(LocalDate key) {
      int year = key.getYear();
      return (year & 0xFFFFF800)
          ^ ((year << 11) + (key.getMonthValue() << 6) + key.getDayOfMonth());
    }
  }

  static final class OfTime extends Scalar<LocalTime> {
    private OfTime() {
      super("local-time", 8);
    }

    @Override
    public void write(LocalTime value, ByteWriter out) {
      out.writeLong(present(value).toNanoOfDay());
    }

    @Override
    public LocalTime read(ByteReader in) {
      long nano = in.readLong();
      if (nano < 0 || nano > MAX_NANO_OF_DAY) {
        throw new MalformedDataException(
            "nanosecond " + nano + " of a day is not in 0.." + MAX_NANO_OF_DAY);
      }
      return LocalTime.ofNanoOfDay(nano);
    }

    @Override
    public int hash(LocalTime key) {
      return Long.hashCode(key.toNanoOfDay());
    }
  }

  static final class OfDateTime extends Scalar<LocalDateTime> {
    private OfDateTime() {
      super("local-date-time", 14);
    }

    @Override
    public void write(LocalDateTime value, ByteWriter out) {
      DATE.write(present(value).toLocalDate(), out);
      TIME.write(value.toLocalTime(), out);
    }

    @Override
    public LocalDateTime read(ByteReader in) {
      LocalDate date = DATE.read(in);
      return LocalDateTime.of(date, TIME.read(in));
    }

    @Override
    public int hash(LocalDateTime key) {
      return DATE.hash(key.toLocalDate()) ^ TIME.hash(key.toLocalTime());
    }
  }
}
