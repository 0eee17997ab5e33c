package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Points and spans of time.
 *
 * <pre>
 * instant, duration := seconds:8 nanos:4          nanos from 0 to 999,999,999
 * local-date        := year:4 month:1 day:1
 * </pre>
 */
final class Times {
  static final OfInstant INSTANT = new OfInstant();
  static final OfDuration DURATION = new OfDuration();
  static final OfLocalDate LOCAL_DATE = new OfLocalDate();

  private static final int MAX_NANOS = 999_999_999;

  private Times() {}

  private static int readNanos(ByteReader in) {
    int nanos = in.readInt();
    if (nanos < 0 || nanos > MAX_NANOS) {
      throw new MalformedDataException("nanoseconds " + nanos + " not in 0.." + MAX_NANOS);
    }
    return nanos;
  }

  private static int hash(long seconds, int nanos) {
    return Long.hashCode(seconds) + 51 * nanos;
  }

  static final class OfInstant extends Scalar<Instant> {
    private OfInstant() {
      super("instant", 12);
    }

    @Override
    public void write(Instant value, ByteWriter out) {
      out.writeLong(present(value).getEpochSecond());
      out.writeInt(value.getNano());
    }

    @Override
    public Instant read(ByteReader in) {
      long seconds = in.readLong();
      int nanos = readNanos(in);
      if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
        throw new MalformedDataException(seconds + " seconds are no instant");
      }
      return Instant.ofEpochSecond(seconds, nanos);
    }

    @Override
    public int hash(Instant key) {
      return Times.hash(key.getEpochSecond(), key.getNano());
    }
  }

  static final class OfDuration extends Scalar<Duration> {
    private OfDuration() {
      super("duration", 12);
    }

    @Override
    public void write(Duration value, ByteWriter out) {
      out.writeLong(present(value).getSeconds());
      out.writeInt(value.getNano());
    }

    @Override
    public Duration read(ByteReader in) {
      return Duration.ofSeconds(in.readLong(), readNanos(in));
    }

    @Override
    public int hash(Duration key) {
      return Times.hash(key.getSeconds(), key.getNano());
    }
  }

  static final class OfLocalDate extends Scalar<LocalDate> {
    private OfLocalDate() {
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
}
