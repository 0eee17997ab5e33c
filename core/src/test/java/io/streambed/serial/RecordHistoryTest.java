package io.streambed.serial;

import static io.streambed.serial.Migrations.migrated;
import static io.streambed.serial.Migrations.read;
import static io.streambed.serial.Migrations.reader;
import static io.streambed.serial.Migrations.reason;
import static io.streambed.serial.Migrations.resolve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Components with defaults, removed ones, and records that are of another type. */
class RecordHistoryTest {
  enum Level {
    LOW,
    HIGH {
      @Override
      boolean urgent() {
        return true;
      }
    };

    boolean urgent() {
      return false;
    }
  }

  record Order(String id, String comment, int cents) {}

  record WithCurrency(String id, String comment, int cents, @DefaultValue("EUR") String currency) {}

  @Removed("comment")
  record Replaced(String id, int cents, @DefaultValue("EUR") String currency) {}

  record Relabelled(String id, String comment, int cents, @DefaultValue("EUR") String unit) {}

  @Removed({"comment", "longGone"})
  record Meant(String id, int cents, Optional<String> note, boolean paid) {}

  @Removed("longGone")
  record NotMeant(String id, int cents, Optional<String> note) {}

  record OneTold(String id, @DefaultValue("EUR") String currency, long number) {}

  record Tagged(String id, String comment, int cents, List<String> tags) {}

  record None() {}

  record Told(@DefaultValue("1") int one, @DefaultValue("x") String two) {}

  record Untold(@DefaultValue("1") int one, long two) {}

  record AllTexts(
      int kept,
      @DefaultValue("true") boolean flag,
      @DefaultValue("-1") byte small,
      @DefaultValue("-2") Short medium,
      @DefaultValue("x") char letter,
      @DefaultValue("-3") Integer number,
      @DefaultValue("-4") long large,
      @DefaultValue("1.5") float half,
      @DefaultValue("-0.0") Double zero,
      @DefaultValue("") String text,
      @DefaultValue("HIGH") Level level,
      @DefaultValue("00000000-0000-0001-0000-000000000002") UUID uuid,
      @DefaultValue("123456789012345678901") BigInteger integer,
      @DefaultValue("1.50") BigDecimal decimal) {}

  record AllTimes(
      int kept,
      @DefaultValue("1970-01-01T00:00:01Z") Instant instant,
      @DefaultValue("PT1M") Duration duration,
      @DefaultValue("P1D") Period period,
      @DefaultValue("2024") Year year,
      @DefaultValue("2024-02") YearMonth yearMonth,
      @DefaultValue("2024-02-29") LocalDate date,
      @DefaultValue("12:30") LocalTime time,
      @DefaultValue("2024-02-29T12:30") LocalDateTime dateTime,
      @DefaultValue("2024-02-29T12:30+01:00") OffsetDateTime offsetDateTime,
      @DefaultValue("2024-02-29T12:30+01:00[Europe/Berlin]") ZonedDateTime zonedDateTime,
      @DefaultValue("Europe/Berlin") ZoneId zone,
      @DefaultValue("+02:00") ZoneOffset offset) {}

  record Kept(int kept) {}

  record NoNumber(@DefaultValue("1O") int number) {}

  record TooLarge(@DefaultValue("128") byte number) {}

  record NoFlag(@DefaultValue("yes") boolean flag) {}

  record NoChar(@DefaultValue("ab") char letter) {}

  record NoConstant(@DefaultValue("high") Level level) {}

  record NoDate(@DefaultValue("2024-02-30") LocalDate date) {}

  record NoZone(@DefaultValue("Atlantis") ZoneId zone) {}

  record NoUuid(@DefaultValue("1-1-1-1-1") UUID uuid) {}

  @Removed("id")
  record RemovedAndPresent(String id) {}

  @Removed("old")
  record RemovedAndFormer(@Alias("old") String id) {}

  @Removed("B")
  enum RemovedConstant {
    A
  }

  @Removed("Gone")
  sealed interface RemovedCase {}

  record Left() implements RemovedCase {}

  private static final Order ORDER = new Order("a", "soon", 7);
  private static final Serializer<Order> ORDERS = Serializers.of(Order.class);

  @Test
  void resolve_addedComponentWithADefault_hasItInOldState() {
    assertThat(migrated(ORDER, WithCurrency.class))
        .isEqualTo(new WithCurrency("a", "soon", 7, "EUR"));
    assertThat(migrated(new Kept(1), AllTexts.class))
        .isEqualTo(
            new AllTexts(
                1,
                true,
                (byte) -1,
                (short) -2,
                'x',
                -3,
                -4L,
                1.5f,
                -0.0,
                "",
                Level.HIGH,
                new UUID(1, 2),
                new BigInteger("123456789012345678901"),
                new BigDecimal("1.50")));
    assertThat(migrated(new Kept(1), AllTimes.class))
        .isEqualTo(
            new AllTimes(
                1,
                Instant.ofEpochSecond(1),
                Duration.ofMinutes(1),
                Period.ofDays(1),
                Year.of(2024),
                YearMonth.of(2024, 2),
                LocalDate.of(2024, 2, 29),
                LocalTime.of(12, 30),
                LocalDateTime.of(2024, 2, 29, 12, 30),
                OffsetDateTime.parse("2024-02-29T12:30+01:00"),
                ZonedDateTime.parse("2024-02-29T12:30+01:00[Europe/Berlin]"),
                ZoneId.of("Europe/Berlin"),
                ZoneOffset.ofHours(2)));
  }

  @Test
  void snapshot_withAndWithoutAnnotations_isTheSame() {
    record Replaced(String id, int cents, String currency) {}
    SerializerSnapshot annotated = Serializers.of(RecordHistoryTest.Replaced.class).snapshot();
    assertThat(annotated.parts()).isEqualTo(Serializers.of(Replaced.class).snapshot().parts());
    assertThat(annotated.config()).containsOnlyKeys("class");
  }

  @Test
  void records_givenDefault_countsBeforeTheAnnotation() {
    Serializer<WithCurrency> now =
        Serializers.records(WithCurrency.class, Map.of(), Map.of("currency", "USD"));
    assertThat(migrated(ORDER, ORDERS, now)).isEqualTo(new WithCurrency("a", "soon", 7, "USD"));
  }

  @Test
  void records_givenDefaultThatCanChange_isCopiedForEachRecord() {
    List<String> tags = new ArrayList<>(List.of("new"));
    Serializer<Tagged> now = Serializers.records(Tagged.class, Map.of(), Map.of("tags", tags));
    tags.add("changed");
    Serializer<Tagged> reader = reader(now, ORDERS);
    Tagged first = read(ORDER, ORDERS, reader);
    first.tags().add("changed");
    assertThat(read(ORDER, ORDERS, reader).tags()).containsExactly("new");
    assertThat(read(ORDER, ORDERS, reader.duplicate()).tags()).containsExactly("new");
  }

  @Test
  void records_givenDefaultOfNull_isForANullableComponentAlone() {
    Map<String, Object> none = new HashMap<>();
    none.put("currency", null);
    Serializer<Replaced> now =
        Serializers.records(
            Replaced.class, Map.of("currency", Serializers.nullable(Serializers.strings())), none);
    assertThat(migrated(ORDER, ORDERS, now)).isEqualTo(new Replaced("a", 7, null));
    assertThatThrownBy(() -> Serializers.records(Replaced.class, Map.of(), none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("component currency", "Replaced", "default null");
    Serializer<Integer> nullableInts = Serializers.nullable(Serializers.ints());
    Map<String, Object> noCents = new HashMap<>();
    noCents.put("cents", null);
    assertThatThrownBy(
            () -> Serializers.records(Order.class, Map.of("cents", nullableInts), noCents))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("component cents");
  }

  @Test
  void records_givenDefaultThatDoesNotFit_isRefused() {
    assertThatThrownBy(() -> Serializers.records(Tagged.class, Map.of(), Map.of("cents", 7L)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("component cents", "Tagged", "java.lang.Long");
    assertThatThrownBy(
            () -> Serializers.records(Tagged.class, Map.of(), Map.of("tags", List.of(7))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("component tags", "Tagged", "[7]");
    assertThatThrownBy(
            () -> Serializers.records(Tagged.class, Map.of(), Map.of("tags", Set.of("new"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("component tags", "Tagged", "to java.util.List");
    assertThatThrownBy(() -> Serializers.records(Tagged.class, Map.of(), Map.of("tag", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("no component tag", "Tagged");
  }

  @Test
  void resolve_removedOnPurposeAndAddedWithADefault_migrates() {
    assertThat(migrated(ORDER, Replaced.class)).isEqualTo(new Replaced("a", 7, "EUR"));
  }

  @Test
  void resolve_renamedWithoutAliasKeepingItsDefault_isRefused() {
    assertThat(reason(resolve(WithCurrency.class, Relabelled.class)))
        .contains("lost components (currency) and got others (unit) at once");
    Serializer<Order> given = Serializers.records(Order.class, Map.of(), Map.of("comment", "none"));
    record Noted(String id, String note, int cents) {}
    assertThat(reason(given.resolve(Serializers.of(Noted.class).snapshot())))
        .contains("lost components (note) and got others (comment) at once");
  }

  @Test
  void resolve_removedOnPurposeAndAdded_migrates() {
    assertThat(migrated(ORDER, Meant.class)).isEqualTo(new Meant("a", 7, Optional.empty(), false));
  }

  @Test
  void resolve_removedAndAddedWithSomeUnexplained_namesThoseAlone() {
    assertThat(reason(resolve(Order.class, NotMeant.class)))
        .contains("NotMeant lost components (comment) and got others (note) at once")
        .contains("@Alias", "@Removed");
    assertThat(reason(resolve(Order.class, OneTold.class)))
        .contains("lost components (comment, cents) and got others (currency, number) at once");
  }

  @Test
  void resolve_anotherType_isIncompatibleEvenIfAllComponentsHaveDefaults() {
    assertThat(reason(resolve(Order.class, Told.class)))
        .contains("(id, comment, cents)", "Told", "(one, two)", "another type", "@Alias");
    @Removed({"id", "comment", "cents"})
    record AllGone(@DefaultValue("1") int one) {}
    assertThat(reason(resolve(Order.class, AllGone.class))).contains("another type");
    assertThat(reason(resolve(Order.class, None.class))).contains("(id, comment, cents)", "None");
  }

  @Test
  void resolve_recordWithoutComponents_getsOnesWithADefaultAlone() {
    assertThat(migrated(new None(), Told.class)).isEqualTo(new Told(1, "x"));
    assertThat(reason(resolve(None.class, Untold.class))).contains("()", "(one, two)");
    assertThat(reason(resolve(None.class, Meant.class))).contains("another type");
    assertThat(resolve(None.class, Left.class)).isInstanceOf(Compatibility.AsIs.class);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        NoNumber.class,
        TooLarge.class,
        NoFlag.class,
        NoChar.class,
        NoConstant.class,
        NoDate.class,
        NoZone.class,
        NoUuid.class
      })
  void of_textThatIsNoValue_isRefused(Class<?> type) {
    String component = type.getRecordComponents()[0].getName();
    assertThatThrownBy(() -> Serializers.of(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("@DefaultValue(\"", "of component " + component, type.getName());
  }

  @Test
  void of_textForATypeThatHasNone_isRefusedWithTheWayOut() {
    record Wrong(@DefaultValue("a") List<String> tags) {}
    assertThatThrownBy(() -> Serializers.of(Wrong.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "component tags", "Serializers.records(Wrong.class, Map.of(), Map.of(\"tags\", ...))");
  }

  @Test
  void of_removedComponentThatIsThere_isRefused() {
    assertThatThrownBy(() -> Serializers.of(RemovedAndPresent.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("@Removed", "RemovedAndPresent", "\"id\"", "take it out");
    assertThatThrownBy(() -> Serializers.of(RemovedAndFormer.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("\"old\"", "component id, written as old");
  }

  @ParameterizedTest
  @ValueSource(classes = {RemovedConstant.class, RemovedCase.class})
  void of_removedConstantsOrCases_isRefused(Class<?> type) {
    assertThatThrownBy(() -> Serializers.of(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("@Removed is for records", type.getName(), "keep it until");
  }
}
