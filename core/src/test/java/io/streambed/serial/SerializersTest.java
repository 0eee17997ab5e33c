package io.streambed.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Derivation from types, nulls, hostile bytes and mutability. */
class SerializersTest {
  record Plain(String text, long number) {}

  record Box<T>(T content, List<T> more) {}

  record Boxes(Box<String> texts, Box<Box<Long>> nested, List<? extends Plain> plains) {}

  record Everything(
      boolean z, byte b, short s, char c, int i, long l, float f, double d, List<String>[] lists) {}

  record Inner(Map<String, List<Object>> odd) {}

  record Outer(int id, Inner inner) {}

  record Recursive(int id, List<Recursive> children) {}

  record Open<T>(T content) {}

  record Empty() {}

  record Ticks(long id, Empty[] ticks) {}

  record Gathered(int id, List<Empty> ticks) {}

  record Tags(int id, String... tags) {}

  record Points(int... xs) {}

  record Rows(long[]... rows) {}

  @SuppressWarnings("unchecked")
  record Groups(List<String>... groups) {}

  @SuppressWarnings("rawtypes")
  record Loose(List rawList) {}

  @Test
  void of_primitivesAndBoxes_isTheSameSerializer() {
    assertThat(Serializers.of(long.class)).isSameAs(Serializers.of(Long.class));
    assertThat(Serializers.of(char.class)).isSameAs(Serializers.chars());
  }

  @Test
  void of_genericRecords_resolvesTypeVariables() {
    assertThat(shape(Boxes.class))
        .isEqualTo(
            "record<texts: record<content: string, more: list<element: string>>, nested:"
                + " record<content: record<content: long, more: list<element: long>>, more:"
                + " list<element: record<content: long, more: list<element: long>>>>, plains:"
                + " list<element: record<text: string, number: long>>>");
  }

  @Test
  void of_allPrimitivesAndGenericArrays_isDerived() {
    assertThat(shape(Everything.class))
        .isEqualTo(
            "record<z: boolean, b: byte, s: short, c: char, i: int, l: long, f: float, d: double,"
                + " lists: array<element: list<element: string>>>");
  }

  @Test
  void of_recordsOfOptionals_areDerivedAndReadBack() {
    record Sparse(Optional<String> text, List<Optional<Plain>> plains, Optional<Empty> flag) {}
    assertThat(shape(Sparse.class))
        .isEqualTo(
            "record<text: optional<value: string>, plains: list<element: optional<value:"
                + " record<text: string, number: long>>>, flag: optional<value: record>>");
    Sparse sparse =
        new Sparse(
            Optional.empty(),
            List.of(Optional.of(new Plain("a", 1)), Optional.empty()),
            Optional.of(new Empty()));
    assertThat(again(sparse)).isEqualTo(sparse);
  }

  @Test
  void of_multidimensionalArrays_readsTheSameArrayType() {
    Serializer<int[][][]> serializer = Serializers.of(int[][][].class);
    int[][][] value = {{{1}, {}}, {}};
    assertThat(serializer.read(new ByteReader(bytes(serializer, value)))).isDeepEqualTo(value);
  }

  @Test
  @SuppressWarnings("unchecked")
  void read_recordsWithVarargs_giveBackTheArrays() {
    assertThat(again(new Tags(1, "a", "b")).tags()).containsExactly("a", "b");
    assertThat(again(new Tags(1)).tags()).isEmpty();
    assertThat(again(new Tags(1, "a")).tags()).containsExactly("a");
    assertThat(again(new Points(1, 2)).xs()).containsExactly(1, 2);
    assertThat(again(new Rows(new long[] {1}, new long[] {})).rows())
        .isDeepEqualTo(new long[][] {{1}, {}});
    assertThat(again(new Groups(List.of("a"), List.of())).groups())
        .containsExactly(List.of("a"), List.of());
    Tags tags = new Tags(1, "a", "b");
    Tags copy = Serializers.of(Tags.class).copy(tags);
    assertThat(copy.tags()).isNotSameAs(tags.tags()).containsExactly("a", "b");
  }

  @SuppressWarnings("unchecked")
  private static <T> T again(T value) {
    Serializer<T> serializer = (Serializer<T>) Serializers.of(value.getClass());
    return serializer.read(new ByteReader(bytes(serializer, value)));
  }

  private static String shape(Class<?> type) {
    return Serializers.of(type).snapshot().toString().replaceAll(" \\[class=[^]]*]", "");
  }

  @Test
  void of_unsupportedTypeInside_namesTypePathAndWayOut() {
    assertThatThrownBy(() -> Serializers.of(Outer.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object")
        .hasMessageContaining("Outer.inner.odd<value><element>")
        .hasMessageContaining("Serializers.records");
  }

  @Test
  void of_typesThatCannotBeDerived_areRefused() {
    assertThatThrownBy(() -> Serializers.of(Recursive.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("contain itself")
        .hasMessageContaining("Recursive.children<element>");
    assertThatThrownBy(() -> Serializers.of(ArrayList.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.util.ArrayList");
    assertThatThrownBy(() -> Serializers.of(Loose.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("type arguments");
    assertThatThrownBy(() -> Serializers.of(boolean[].class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("boolean[]");
  }

  @Test
  void of_typeWithArguments_isDerived() throws NoSuchMethodException {
    Type type = Boxes.class.getDeclaredMethod("texts").getGenericReturnType();
    Serializer<?> serializer = Serializers.of(type);
    assertThat(serializer.snapshot().parts().keySet()).containsExactly("content", "more");
  }

  @Test
  void records_givenSerializers_replaceDerivedOnes() {
    Serializer<Open<?>> serializer = openOf(Serializers.strings());
    byte[] bytes = bytes(serializer, new Open<>("x"));
    assertThat(serializer.read(new ByteReader(bytes))).isEqualTo(new Open<>("x"));
    assertThatThrownBy(() -> Serializers.records(Plain.class, Map.of("txt", Serializers.strings())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no component txt")
        .hasMessageContaining("[text, number]");
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Serializer<Open<?>> openOf(Serializer<?> content) {
    return (Serializer) Serializers.records(Open.class, Map.of("content", content));
  }

  @Test
  void write_null_namesTheWayOut() {
    for (Serializer<?> serializer :
        List.of(
            Serializers.longs(),
            Serializers.strings(),
            Serializers.byteArrays(),
            Serializers.enums(Thread.State.class),
            Serializers.list(Serializers.longs()),
            Serializers.map(Serializers.longs(), Serializers.longs()),
            Serializers.array(Long.class, Serializers.longs()),
            Serializers.unit(),
            Serializers.optional(Serializers.longs()),
            Serializers.of(Plain.class))) {
      assertThatThrownBy(() -> serializer.write(null, new ByteWriter()))
          .as(serializer.toString())
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("Serializers.nullable");
    }
  }

  @Test
  void write_nullInside_saysWhere() {
    Serializer<Long> longs = Serializers.longs();
    List<Long> list = Collections.singletonList(null);
    assertNull(Serializers.list(longs), list, "an element of a list");
    assertNull(Serializers.array(Long.class, longs), new Long[1], "an element of an array");
    assertNull(Serializers.map(longs, longs), Collections.singletonMap(null, 1L), "a key of a map");
    assertNull(Serializers.map(longs, longs), Collections.singletonMap(1L, null), "a value of a");
    assertNull(Serializers.of(Plain.class), new Plain(null, 1), "component text");
  }

  private static <T> void assertNull(Serializer<T> serializer, T value, String where) {
    assertThatThrownBy(() -> serializer.write(value, new ByteWriter()))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining(where)
        .hasMessageContaining("Serializers.nullable");
  }

  @ParameterizedTest
  @CsvSource({
    "java.lang.Boolean, 02",
    "java.lang.String, ffffffff0f",
    "java.lang.String, feffffff0f",
    "java.lang.String, 030061",
    "[B, ffffffff07",
    "[I, ffffffff01",
    "[J, 020000000000000000",
    "[Ljava.lang.String;, ffffffff0f",
    "java.lang.Thread$State, 0006",
    "java.lang.Thread$State, ffff",
    "java.time.Instant, 00000000000000003b9aca00",
    "java.time.Instant, 7fffffffffffffff00000000",
    "java.time.Duration, 0000000000000000ffffffff",
    "java.time.LocalDate, 000007e7021d",
    "java.time.LocalDate, 7fffffff0101",
    "java.time.LocalTime, ffffffffffffffff",
    "java.time.LocalTime, 00004e94914f0000",
    "java.time.LocalDateTime, 000007e8021d00004e94914f0000",
    "java.time.Year, 3b9aca00",
    "java.time.YearMonth, 000007e80d",
    "java.time.ZoneOffset, 0000fd21",
    "java.time.ZoneId, 00",
    "java.time.ZoneId, 042b31",
    "java.time.ZoneId, 084d617273",
    "java.time.OffsetDateTime, 00701cd2fa9578ff3b9ac9ff00000000",
    "java.time.ZonedDateTime, 00701cd2fa9578ff3b9ac9ff025a",
    "java.math.BigInteger, 00",
    "java.math.BigInteger, 020001",
    "java.math.BigInteger, 02ffff",
    "java.math.BigDecimal, 0000000000",
  })
  void read_bytesThatBreakTheGrammar_isMalformed(String type, String hex)
      throws ClassNotFoundException {
    Serializer<?> serializer = Serializers.of(Class.forName(type));
    assertThatThrownBy(() -> serializer.read(new ByteReader(HexFormat.of().parseHex(hex))))
        .isInstanceOf(MalformedDataException.class);
  }

  @Test
  void read_countsBeyondTheBytesOrEqualElements_isMalformed() {
    Serializer<List<Long>> list = Serializers.list(Serializers.longs());
    Serializer<Set<Byte>> set = Serializers.set(Serializers.bytes());
    Serializer<Map<Byte, Byte>> map = Serializers.map(Serializers.bytes(), Serializers.bytes());
    assertMalformed(list, "ffffff0f", "count");
    assertMalformed(list, "02" + "00".repeat(15), "count");
    assertMalformed(set, "020101", "equal elements");
    assertMalformed(map, "0201020103", "equal keys");
    assertMalformed(map, "03010203", "count");
    assertMalformed(Serializers.nullable(Serializers.bytes()), "0201", "flag");
  }

  private static void assertMalformed(Serializer<?> serializer, String hex, String message) {
    assertThatThrownBy(() -> serializer.read(new ByteReader(HexFormat.of().parseHex(hex))))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining(message);
  }

  @Test
  void containers_ofValuesWithoutBytes_areRefused() {
    Serializer<Empty> empty = Serializers.of(Empty.class);
    assertThatThrownBy(() -> Serializers.list(empty)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Serializers.set(empty)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Serializers.array(Empty.class, empty))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Serializers.map(Serializers.longs(), empty))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without bytes");
  }

  @Test
  void of_containersOfValuesWithoutBytes_areRefusedWhereverTheyAre() throws NoSuchMethodException {
    Type texts = Gathered.class.getDeclaredMethod("ticks").getGenericReturnType();
    for (Type type : List.of(Empty[].class, Empty[][].class, Ticks.class, Gathered.class, texts)) {
      assertThatThrownBy(() -> Serializers.of(type))
          .as(type.getTypeName())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cannot hold values without bytes")
          .hasMessageContaining("Empty")
          .hasMessageContaining("keep their number instead");
    }
    assertThatThrownBy(() -> Serializers.of(Ticks.class))
        .hasMessageContaining("an array at " + Ticks.class.getTypeName() + ".ticks");
  }

  @Test
  void write_partsThatTakeNoBytesThoughTheirLengthVaries_isRefused() {
    Serializer<Empty> silent = new Silent();
    List<Empty> two = List.of(new Empty(), new Empty());
    List<Runnable> writes =
        List.of(
            () -> bytes(Serializers.list(silent), two),
            () -> bytes(Serializers.set(silent), Set.of(new Empty())),
            () -> bytes(Serializers.array(Empty.class, silent), two.toArray(new Empty[0])),
            () -> bytes(Serializers.map(silent, silent), Map.of(new Empty(), new Empty())));
    for (Runnable write : writes) {
      assertThatThrownBy(write::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("could not be read again");
    }
    assertThat(bytes(Serializers.list(silent), List.of())).containsExactly(0);
  }

  /** A user's serializer that writes nothing and does not say so. */
  private static final class Silent implements Serializer<Empty> {
    @Override
    public void write(Empty value, ByteWriter out) {}

    @Override
    public Empty read(ByteReader in) {
      return new Empty();
    }

    @Override
    public Empty copy(Empty value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<Empty> duplicate() {
      return this;
    }

    @Override
    public SerializerSnapshot snapshot() {
      return SerializerSnapshot.of("com.example.silent");
    }
  }

  @Test
  void keyHasher_arraysSetsMapsAndWhatContainsThem_isNull() {
    Serializer<Set<Long>> set = Serializers.set(Serializers.longs());
    assertThat(set.keyHasher()).isNull();
    assertThat(Serializers.byteArrays().keyHasher()).isNull();
    assertThat(Serializers.of(String[].class).keyHasher()).isNull();
    assertThat(Serializers.map(Serializers.longs(), Serializers.longs()).keyHasher()).isNull();
    assertThat(Serializers.list(set).keyHasher()).isNull();
    assertThat(Serializers.nullable(set).keyHasher()).isNull();
    assertThat(Serializers.optional(set).keyHasher()).isNull();
    assertThat(Serializers.of(Everything.class).keyHasher()).isNull();
    assertThat(Serializers.of(Plain.class).keyHasher()).isNotNull();
  }

  @Test
  void keyHasher_bigNumbersAndDates_isJavas() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 1000; i++) {
      byte[] magnitude = new byte[1 + i % 19];
      random.nextBytes(magnitude);
      BigInteger big = new BigInteger(magnitude);
      BigDecimal decimal = new BigDecimal(big, random.nextInt(-50, 50));
      LocalDate date = LocalDate.ofEpochDay(random.nextInt());
      assertThat(Serializers.bigIntegers().keyHasher().hash(big)).isEqualTo(big.hashCode());
      assertThat(Serializers.bigDecimals().keyHasher().hash(decimal)).isEqualTo(decimal.hashCode());
      assertThat(Serializers.localDates().keyHasher().hash(date)).isEqualTo(date.hashCode());
    }
  }

  @Test
  void keyHasher_timesOfDayAndSpans_isJavas() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 1000; i++) {
      LocalTime time = LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L));
      LocalDateTime dateTime = LocalDate.ofEpochDay(random.nextInt()).atTime(time);
      OffsetDateTime offset =
          dateTime.atOffset(ZoneOffset.ofTotalSeconds(random.nextInt(-64800, 64801)));
      Period period = Period.of(random.nextInt(), random.nextInt(), random.nextInt());
      YearMonth month = YearMonth.from(dateTime);
      assertThat(hash(Serializers.localTimes(), time)).isEqualTo(time.hashCode());
      assertThat(hash(Serializers.localDateTimes(), dateTime)).isEqualTo(dateTime.hashCode());
      assertThat(hash(Serializers.offsetDateTimes(), offset)).isEqualTo(offset.hashCode());
      assertThat(hash(Serializers.periods(), period)).isEqualTo(period.hashCode());
      assertThat(hash(Serializers.of(YearMonth.class), month)).isEqualTo(month.hashCode());
    }
  }

  private static <T> int hash(Serializer<T> serializer, T value) {
    return serializer.keyHasher().hash(value);
  }

  @Test
  void read_aTimeZoneThatTheRuntimeDoesNotKnow_namesItAndTheWayOut() {
    for (Serializer<?> serializer : List.of(Serializers.zoneIds(), Serializers.zonedDateTimes())) {
      String before = serializer == Serializers.zoneIds() ? "" : "00".repeat(12);
      String id = HexFormat.of().formatHex("Mars/Base".getBytes(StandardCharsets.US_ASCII));
      assertMalformed(serializer, before + "12" + id, "knows no time zone \"Mars/Base\"");
    }
  }

  @Test
  void write_zonedDateTimeInTheHourThatComesTwice_keepsWhichOneItIs() {
    ZonedDateTime first = ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("Europe/Berlin"));
    ZonedDateTime second = first.withLaterOffsetAtOverlap();
    assertThat(first.toLocalDateTime()).isEqualTo(second.toLocalDateTime());
    assertThat(again(first)).isEqualTo(first);
    assertThat(again(second)).isEqualTo(second).isNotEqualTo(first);
  }

  @Test
  void immutable_records_areIfAllComponentsAre() {
    assertThat(Serializers.of(Plain.class).immutable()).isTrue();
    assertThat(Serializers.of(Everything.class).immutable()).isFalse();
  }

  @Test
  void duplicate_ofWhatKeepsState_isAnotherObjectAllTheWayDown() {
    Serializer<Plain> record = Serializers.of(Plain.class);
    assertThat(record.duplicate()).isNotSameAs(record);
    Serializer<List<Plain>> list = Serializers.list(record);
    assertThat(list.duplicate()).isNotSameAs(list);
    Serializer<Optional<Plain>> optional = Serializers.optional(record);
    assertThat(optional.duplicate()).isNotSameAs(optional);
    Serializer<List<Long>> stateless = Serializers.list(Serializers.longs());
    assertThat(stateless.duplicate()).isSameAs(stateless);
  }

  @Test
  void fixedLength_ofRecords_isTheSumOfTheirComponents() {
    record Fixed(long a, Thread.State b, boolean c) {}
    assertThat(Serializers.of(Fixed.class).fixedLength()).isEqualTo(8 + 2 + 1);
    assertThat(Serializers.of(Plain.class).fixedLength()).isEqualTo(-1);
    assertThat(Serializers.of(Empty.class).fixedLength()).isZero();
  }

  @Test
  void sizeBound_whereALengthTells_isThere() {
    Serializer<String> texts = Serializers.strings();
    Serializer<Long> longs = Serializers.longs();
    assertThat(bound(texts, "abc")).isEqualTo(5 + 2 * 3);
    assertThat(bound(Serializers.byteArrays(), new byte[3])).isEqualTo(5 + 3);
    assertThat(bound(Serializers.longArrays(), new long[3])).isEqualTo(5 + 24);
    assertThat(bound(Serializers.array(Long.class, longs), new Long[3])).isEqualTo(5 + 24);
    assertThat(bound(Serializers.list(longs), List.of(1L, 2L))).isEqualTo(5 + 16);
    assertThat(bound(Serializers.set(longs), Set.of(1L))).isEqualTo(5 + 8);
    assertThat(bound(Serializers.map(longs, longs), Map.of(1L, 2L))).isEqualTo(5 + 16);
    assertThat(bound(Serializers.bigIntegers(), BigInteger.TWO.pow(80))).isEqualTo(5 + 11);
    assertThat(bound(Serializers.nullable(texts), "abc")).isEqualTo(1 + 5 + 2 * 3);
    assertThat(bound(Serializers.nullable(texts), null)).isOne();
    assertThat(bound(Serializers.optional(texts), Optional.of("abc"))).isEqualTo(1 + 5 + 2 * 3);
    assertThat(bound(Serializers.optional(texts), Optional.empty())).isOne();
    assertThat(bound(Serializers.of(Plain.class), new Plain("abc", 1))).isEqualTo(8 + 5 + 2 * 3);
    assertThat(bound(Serializers.of(Plain.class), new Plain(null, 1))).isEqualTo(8 + 1);
    assertThat(bound(Serializers.of(Points.class), new Points(1, 2))).isEqualTo(5 + 8);
  }

  private static <T> long bound(Serializer<T> serializer, T value) {
    return serializer.sizeBound().of(value);
  }

  @Test
  void sizeBound_whereEachElementWouldHaveToBeAsked_isNone() {
    Serializer<String> texts = Serializers.strings();
    assertThat(Serializers.list(texts).sizeBound()).isNull();
    assertThat(Serializers.set(texts).sizeBound()).isNull();
    assertThat(Serializers.map(texts, Serializers.longs()).sizeBound()).isNull();
    assertThat(Serializers.array(String.class, texts).sizeBound()).isNull();
    assertThat(Serializers.of(Tags.class).sizeBound()).isNull();
    assertThat(Serializers.nullable(Serializers.list(texts)).sizeBound()).isNull();
    assertThat(Serializers.optional(Serializers.list(texts)).sizeBound()).isNull();
  }

  @Test
  void nullable_aroundNullable_isTheSame() {
    Serializer<Long> nullable = Serializers.nullable(Serializers.longs());
    assertThat(Serializers.nullable(nullable)).isSameAs(nullable);
  }

  @Test
  void read_recordWhosePartReadsTheSameRecord_isNotDisturbed() {
    Nested nested = new Nested();
    Serializer<Node> node = Serializers.records(Node.class, Map.of("next", nested));
    nested.node = node;
    Node chain = new Node(1, new Node(2, new Node(3, null, 30), 20), 10);
    assertThat(node.read(new ByteReader(bytes(node, chain)))).isEqualTo(chain);
  }

  record Node(int first, Node next, int last) {}

  /** A user's serializer of a recursive record. */
  private static final class Nested implements Serializer<Node> {
    private Serializer<Node> node;

    @Override
    public void write(Node value, ByteWriter out) {
      out.writeBoolean(value != null);
      if (value != null) {
        node.write(value, out);
      }
    }

    @Override
    public Node read(ByteReader in) {
      return in.readBoolean() ? node.read(in) : null;
    }

    @Override
    public Node copy(Node value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<Node> duplicate() {
      throw new UnsupportedOperationException();
    }

    @Override
    public SerializerSnapshot snapshot() {
      return SerializerSnapshot.of("com.example.node");
    }
  }

  private static <T> byte[] bytes(Serializer<T> serializer, T value) {
    ByteWriter out = new ByteWriter();
    serializer.write(value, out);
    return Arrays.copyOf(out.array(), out.position());
  }
}
