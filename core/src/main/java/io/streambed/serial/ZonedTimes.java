package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * Time zones, and points in time that know theirs.
 *
 * <pre>
 * zone-offset      := seconds:4                     at most 18 hours
 * zone-id          := string                        as {@link ZoneId#getId()} gives it
 * offset-date-time := seconds:8 nanos:4 zone-offset
 * zoned-date-time  := seconds:8 nanos:4 zone-id
 * </pre>
 *
 * The seconds and nanoseconds are those of the instant. It tells the time of day in a zone, so that
 * a value keeps its bytes, and a key its hash, when a government changes the rules of its zone: the
 * value is then the same point in time, at another time of day.
 */
final class ZonedTimes {
  static final OfOffset OFFSET = new OfOffset();
  static final OfZone ZONE = new OfZone();
  static final OfOffsetDateTime OFFSET_DATE_TIME = new OfOffsetDateTime();
  static final OfZonedDateTime ZONED_DATE_TIME = new OfZonedDateTime();

  private static final int MAX_OFFSET_SECONDS = ZoneOffset.MAX.getTotalSeconds();

  private ZonedTimes() {}

  static final class OfOffset extends Scalar<ZoneOffset> {
    private OfOffset() {
      super("zone-offset", 4);
    }

    @Override
    public void write(ZoneOffset value, ByteWriter out) {
      out.writeInt(present(value).getTotalSeconds());
    }

    @Override
    public ZoneOffset read(ByteReader in) {
      int seconds = in.readInt();
      if (seconds < -MAX_OFFSET_SECONDS || seconds > MAX_OFFSET_SECONDS) {
        throw new MalformedDataException(
            "a zone's offset of " + seconds + " seconds is more than " + MAX_OFFSET_SECONDS);
      }
      return ZoneOffset.ofTotalSeconds(seconds);
    }

    @Override
    public int hash(ZoneOffset key) {
      return key.getTotalSeconds();
    }
  }

  static final class OfZone extends Scalar<ZoneId> {
    private OfZone() {
      super("zone-id", -1);
    }

    @Override
    public void write(ZoneId value, ByteWriter out) {
      StringSerializer.INSTANCE.write(present(value).getId(), out);
    }

    @Override
    public ZoneId read(ByteReader in) {
      String id = StringSerializer.INSTANCE.read(in);
      ZoneId zone;
      try {
        zone = ZoneId.of(id);
      } catch (DateTimeException e) {
        throw new MalformedDataException(
            "this Java runtime knows no time zone \""
                + id
                + "\": run the job with a runtime whose time zone data has it");
      }
      if (!zone.getId().equals(id)) {
        // One value, one form: a second one would make equal keys differ.
        throw new MalformedDataException(
            "time zone \"" + zone.getId() + "\" is written as \"" + id + "\"");
      }
      return zone;
    }

    @Override
    public SizeBound<ZoneId> sizeBound() {
      return SizeBound.of(zone -> StringSerializer.INSTANCE.sizeBound().of(zone.getId()));
    }

    /** Of the id: {@code ZoneId.hashCode()} is not specified. */
    @Override
    public int hash(ZoneId key) {
      return key.getId().hashCode();
    }
  }

  static final class OfOffsetDateTime extends Scalar<OffsetDateTime> {
    private OfOffsetDateTime() {
      super("offset-date-time", 16);
    }

    @Override
    public void write(OffsetDateTime value, ByteWriter out) {
      out.writeLong(present(value).toEpochSecond());
      out.writeInt(value.getNano());
      OFFSET.write(value.getOffset(), out);
    }

    @Override
    public OffsetDateTime read(ByteReader in) {
      Instant instant = Times.INSTANT.read(in);
      ZoneOffset offset = OFFSET.read(in);
      try {
        return OffsetDateTime.ofInstant(instant, offset);
      } catch (DateTimeException e) {
        throw outOfRange(instant, offset);
      }
    }

    @Override
    public int hash(OffsetDateTime key) {
      return LocalTimes.DATE_TIME.hash(key.toLocalDateTime()) ^ OFFSET.hash(key.getOffset());
    }
  }

  static final class OfZonedDateTime extends Scalar<ZonedDateTime> {
    private OfZonedDateTime() {
      super("zoned-date-time", -1);
    }

    @Override
    public void write(ZonedDateTime value, ByteWriter out) {
      out.writeLong(present(value).toEpochSecond());
      out.writeInt(value.getNano());
      ZONE.write(value.getZone(), out);
    }

    @Override
    public ZonedDateTime read(ByteReader in) {
      Instant instant = Times.INSTANT.read(in);
      ZoneId zone = ZONE.read(in);
      try {
        return ZonedDateTime.ofInstant(instant, zone);
      } catch (DateTimeException e) {
        throw outOfRange(instant, zone);
      }
    }

    @Override
    public SizeBound<ZonedDateTime> sizeBound() {
      int instantBytes = Times.INSTANT.fixedLength();
      SizeBound<ZoneId> zone = ZONE.sizeBound();
      return SizeBound.of(value -> instantBytes + zone.of(value.getZone()));
    }

    /** Of instant and zone; Java's own hash depends on the zone's rules. */
    @Override
    public int hash(ZonedDateTime key) {
      return 31 * Times.hash(key.toEpochSecond(), key.getNano()) + ZONE.hash(key.getZone());
    }
  }

  private static MalformedDataException outOfRange(Instant instant, ZoneId zone) {
    return new MalformedDataException(instant + " is outside of the calendar in zone " + zone);
  }
}
