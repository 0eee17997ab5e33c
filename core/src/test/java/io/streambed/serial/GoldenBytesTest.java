package io.streambed.serial;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of version 1 of each built-in serializer, its snapshot's, and the keys' hashes. */
class GoldenBytesTest {
  private static final Integer NO_KEY = null;

  enum Level {
    LOW,
    HIGH
  }

  sealed interface Payment {}

  record Cash(int cents) implements Payment {}

  enum Waived implements Payment {
    GIFT,
    LOSS
  }

  record Line(String article, int count) {}

  record Order(long id, Level level, List<Line> lines) {}

  static Stream<Arguments> values() {
    Map<String, Long> map = new LinkedHashMap<>();
    map.put("b", 1L);
    map.put("a", -1L);
    Order order = new Order(7, Level.HIGH, List.of(new Line("nut", 3), new Line("\u20ac", -1)));
    return Stream.of(
        golden(Serializers.booleans(), true, "01", 1231),
        golden(Serializers.booleans(), false, "00", 1237),
        golden(Serializers.bytes(), (byte) -2, "fe", -2),
        golden(Serializers.shorts(), (short) -2, "fffe", -2),
        golden(Serializers.chars(), '\u20ac', "20ac", 0x20ac),
        golden(Serializers.ints(), 258, "00000102", 258),
        golden(Serializers.longs(), -2L, "fffffffffffffffe", 1),
        golden(Serializers.longs(), 1L << 32, "0000000100000000", 1),
        golden(Serializers.floats(), 1.5f, "3fc00000", 0x3fc00000),
        golden(Serializers.floats(), Float.intBitsToFloat(-1), "7fc00000", 0x7fc00000),
        golden(Serializers.doubles(), -0.0, "8000000000000000", 0x80000000),
        golden(Serializers.doubles(), Double.longBitsToDouble(-1), "7ff8000000000000", 0x7ff80000),
        golden(Serializers.strings(), "", "00", 0),
        golden(Serializers.strings(), "a\u00ff", "0461ff", 97 * 31 + 255),
        golden(Serializers.strings(), "12345678a", "12313233343536373861", -1861353340 * 31 + 97),
        golden(Serializers.strings(), "a\ud800", "050061d800", 97 * 31 + 0xd800),
        golden(Serializers.byteArrays(), new byte[] {1, -1}, "0201ff", NO_KEY),
        golden(Serializers.intArrays(), new int[] {1, -1}, "0200000001ffffffff", NO_KEY),
        golden(Serializers.longArrays(), new long[] {-1}, "01ffffffffffffffff", NO_KEY),
        golden(Serializers.doubleArrays(), new double[] {1.5}, "013ff8000000000000", NO_KEY),
        golden(
            Serializers.array(String.class, Serializers.strings()),
            new String[] {"a", ""},
            "02026100",
            NO_KEY),
        golden(Serializers.enums(Level.class), Level.HIGH, "0001", 2217378),
        golden(Serializers.list(Serializers.bytes()), bytes(1, 2), "020102", (31 + 1) * 31 + 2),
        golden(Serializers.set(Serializers.bytes()), Set.of((byte) 9), "0109", NO_KEY),
        golden(
            Serializers.map(Serializers.strings(), Serializers.longs()),
            map,
            "020262000000000000000102" + "61ffffffffffffffff",
            NO_KEY),
        golden(Serializers.nullable(Serializers.bytes()), null, "00", 0),
        golden(Serializers.nullable(Serializers.bytes()), (byte) 5, "0105", 5),
        golden(Serializers.optional(Serializers.bytes()), Optional.empty(), "00", 0),
        golden(Serializers.optional(Serializers.bytes()), Optional.of((byte) 5), "0105", 5),
        golden(
            Serializers.instants(),
            Instant.ofEpochSecond(1, 2),
            "000000000000000100000002",
            1 + 51 * 2),
        golden(
            Serializers.durations(), Duration.ofNanos(-1), "ffffffffffffffff3b9ac9ff", -539607603),
        golden(
            Serializers.localDates(),
            LocalDate.of(2024, 2, 29),
            "000007e8021d",
            (2024 << 11) + (2 << 6) + 29),
        golden(Serializers.localTimes(), LocalTime.of(0, 0, 1, 2), "000000003b9aca02", 1000000002),
        golden(
            Serializers.localDateTimes(),
            LocalDateTime.of(2024, 2, 29, 0, 0, 1, 2),
            "000007e8021d" + "000000003b9aca02",
            (2024 << 11) + (2 << 6) + 29 ^ 1000000002),
        golden(Serializers.of(Year.class), Year.of(-1), "ffffffff", -1),
        golden(
            Serializers.of(YearMonth.class), YearMonth.of(2024, 2), "000007e802", 2024 ^ 2 << 27),
        golden(
            Serializers.periods(),
            Period.of(1, -2, 3),
            "00000001fffffffe00000003",
            1 + (-2 << 8 | 255) + (3 << 16)),
        golden(Serializers.of(ZoneOffset.class), ZoneOffset.ofHours(-1), "fffff1f0", -3600),
        golden(Serializers.zoneIds(), ZoneId.of("UTC"), "06555443", "UTC".hashCode()),
        golden(Serializers.zoneIds(), ZoneOffset.UTC, "025a", "Z".hashCode()),
        golden(
            Serializers.offsetDateTimes(),
            OffsetDateTime.of(1970, 1, 1, 1, 0, 1, 2, ZoneOffset.ofHours(1)),
            "0000000000000001" + "00000002" + "00000e10",
            (1970 << 11) + (1 << 6) + 1 ^ Long.hashCode(3601_000_000_002L) ^ 3600),
        golden(
            Serializers.zonedDateTimes(),
            ZonedDateTime.of(1970, 1, 1, 1, 0, 1, 2, ZoneId.of("CET")),
            "0000000000000001" + "00000002" + "06434554",
            31 * (1 + 51 * 2) + "CET".hashCode()),
        golden(Serializers.bigIntegers(), BigInteger.valueOf(-129), "02ff7f", -129),
        golden(
            Serializers.bigIntegers(),
            BigInteger.ONE.shiftLeft(64).add(BigInteger.TWO),
            "09010000000000000002",
            31 * 31 + 2),
        golden(Serializers.bigDecimals(), new BigDecimal("-1.0"), "0000000101f6", -31 * 10 + 1),
        golden(Serializers.bigDecimals(), new BigDecimal("-1.00"), "00000002019c", -31 * 100 + 2),
        golden(
            Serializers.uuids(),
            new UUID(1, 0x200000003L),
            "00000000000000010000000200000003",
            2 ^ 2),
        golden(Serializers.unit(), VoidNamespace.INSTANCE, "", 0),
        golden(
            Serializers.of(Order.class),
            order,
            "0000000000000007" + "0001" + "02" + "066e757400000003" + "0320ac" + "ffffffff",
            (7 * 31 + 2217378) * 31 + (31 + "nut".hashCode() * 31 + 3) * 31 + 0x20ac * 31 - 1),
        golden(
            Serializers.sealed(Payment.class),
            new Cash(258),
            "0000" + "00000102",
            31 * "Cash".hashCode() + 258),
        golden(
            Serializers.sealed(Payment.class),
            Waived.LOSS,
            "0001" + "0001",
            31 * "Waived".hashCode() + "LOSS".hashCode()));
  }

  private static List<Byte> bytes(int... values) {
    List<Byte> bytes = new ArrayList<>();
    Arrays.stream(values).forEach(value -> bytes.add((byte) value));
    return bytes;
  }

  private static <T> Arguments golden(Serializer<T> serializer, T value, String hex, Integer hash) {
    return Arguments.of(serializer, value, hex, hash);
  }

  @ParameterizedTest
  @MethodSource("values")
  <T> void write_goldenValue_givesGoldenBytesAndHash(
      Serializer<T> serializer, T value, String hex, Integer hash) {
    ByteWriter out = new ByteWriter();
    serializer.write(value, out);
    assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(hex);
    KeyHasher<T> hasher = serializer.keyHasher();
    assertThat(hasher == null ? NO_KEY : Integer.valueOf(hasher.hash(value))).isEqualTo(hash);
  }

  @ParameterizedTest
  @MethodSource("values")
  <T> void read_goldenBytes_givesGoldenValue(
      Serializer<T> serializer, T value, String hex, Integer hash) {
    ByteReader in = new ByteReader(HexFormat.of().parseHex(hex));
    assertThat((Object) serializer.read(in)).isEqualTo(value);
    in.expectEnd();
  }

  @ParameterizedTest
  @MethodSource("values")
  <T> void fromSnapshot_goldenBytes_readsExactlyThese(
      Serializer<T> serializer, T value, String hex, Integer hash) {
    ByteReader in = new ByteReader(HexFormat.of().parseHex(hex));
    Serializers.fromSnapshot(serializer.snapshot()).orElseThrow().read(in);
    in.expectEnd();
  }

  @Test
  void snapshot_ofEachType_hasItsStableName() {
    assertThat(
            values().map(golden -> ((Serializer<?>) golden.get()[0]).snapshot().type()).distinct())
        .containsExactly(
            "boolean",
            "byte",
            "short",
            "char",
            "int",
            "long",
            "float",
            "double",
            "string",
            "byte-array",
            "int-array",
            "long-array",
            "double-array",
            "array",
            "enum",
            "list",
            "set",
            "map",
            "nullable",
            "optional",
            "instant",
            "duration",
            "local-date",
            "local-time",
            "local-date-time",
            "year",
            "year-month",
            "period",
            "zone-offset",
            "zone-id",
            "offset-date-time",
            "zoned-date-time",
            "big-integer",
            "big-decimal",
            "uuid",
            "void",
            "record",
            "sealed");
  }

  @Test
  void snapshot_ofARecord_namesClassComponentsAndConstants() {
    assertThat(Serializers.of(Order.class).snapshot())
        .hasToString(
            "record [class=io.streambed.serial.GoldenBytesTest$Order]<id: long, level: enum"
                + " [class=io.streambed.serial.GoldenBytesTest$Level, 0=LOW, 1=HIGH], lines:"
                + " list<element: record [class=io.streambed.serial.GoldenBytesTest$Line]<article:"
                + " string, count: int>>>");
  }

  @Test
  void snapshot_ofASealedType_namesTheCasesInOrder() {
    assertThat(Serializers.of(Payment.class).snapshot())
        .hasToString(
            "sealed [class=io.streambed.serial.GoldenBytesTest$Payment]<Cash: record"
                + " [class=io.streambed.serial.GoldenBytesTest$Cash]<cents: int>, Waived: enum"
                + " [class=io.streambed.serial.GoldenBytesTest$Waived, 0=GIFT, 1=LOSS]>");
  }
}
