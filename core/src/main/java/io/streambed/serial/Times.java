package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;

/**
 * Points and spans of time.
 *
 * <pre>
 * instant, duration := seconds:8 nanos:4          nanos from 0 to 999,999,999
 * period            := years:4 months:4 days:4
 * </pre>
 */
final class Times {
  static final OfInstant INSTANT = new OfInstant();
  static final OfDuration DURATION = new OfDuration();
  static final OfPeriod PERIOD = new OfPeriod();

  private static final int MAX_NANOS = 999_999_999;

  private Times() {}

  private static int readNanos(ByteReader in) {
    int nanos = in.readInt();
    if (nanos < 0 || nanos > MAX_NANOS) {
      throw new MalformedDataException("nanoseconds " + nanos + " not in 0.." + MAX_NANOS);
    }
    return nanos;
  }

  static int hash(long seconds, int nanos) {
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

  static final class OfPeriod extends Scalar<Period> {
    private OfPeriod() {
      super("period", 12);
    }

    @Override
    public void write(Period value, ByteWriter out) {
      out.writeInt(present(value).getYears());
      out.writeInt(value.getMonths());
      out.writeInt(value.getDays());
    }

    @Override
    public Period read(ByteReader in) {
      return Period.of(in.readInt(), in.readInt(), in.readInt());
    }

    @Override
    public int hash(Period key) {
      return key.getYears()
          + Integer.rotateLeft(key.getMonths(), 8)
          + Integer.rotateLeft(key.getDays(), 16);
    }
  }
}
