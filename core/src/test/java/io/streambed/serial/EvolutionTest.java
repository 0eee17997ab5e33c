package io.streambed.serial;

import static io.streambed.serial.Migrations.migrated;
import static io.streambed.serial.Migrations.reader;
import static io.streambed.serial.Migrations.reason;
import static io.streambed.serial.Migrations.resolve;
import static io.streambed.serial.Migrations.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.SerializationException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a changed serializer makes of what its predecessor wrote. */
class EvolutionTest {
  enum Traffic {
    RED,
    AMBER,
    GREEN
  }

  enum Appended {
    RED,
    AMBER,
    GREEN,
    BLINKING
  }

  enum Reordered {
    GREEN,
    RED,
    AMBER
  }

  enum Removed {
    RED,
    GREEN
  }

  enum Foreign {
    UP,
    DOWN
  }

  record Person(String name, int age, Traffic light) {}

  record RenamedPerson(String name, int age, Traffic light) {}

  record ReorderedPerson(Traffic light, String name, int age) {}

  record WidenedPerson(String name, long age, Appended light) {}

  record GrownPerson(String name, int age, boolean member, double score, Traffic light, Long id) {}

  record ShrunkPerson(int age) {}

  record MistypedPerson(String name, String age, Traffic light) {}

  /** {@link Person} with its age renamed. */
  record RelabelledPerson(String name, int years, Traffic light) {}

  record TeamOfRelabelled(String title, List<RelabelledPerson> members) {}

  record Wide(
      int kept,
      List<String> list,
      Set<Traffic> set,
      Map<String, Person> map,
      Person[] people,
      long[] longs,
      String last) {}

  record Narrow(String last, int kept) {}

  record Team(String title, List<Person> members) {}

  record WidenedTeam(String title, List<WidenedPerson> members) {}

  record Checked(int value) {
    Checked {
      if (value < 0) {
        throw new IllegalArgumentException("negative");
      }
    }
  }

  private static final Person ANN = new Person("Ann", -42, Traffic.GREEN);

  @Test
  void resolve_renamedRecord_isAsIs() {
    assertThat(resolve(Person.class, RenamedPerson.class)).isInstanceOf(Compatibility.AsIs.class);
  }

  @Test
  void resolve_reorderedComponents_migratesByName() {
    assertThat(migrated(ANN, Serializers.of(Person.class), Serializers.of(ReorderedPerson.class)))
        .isEqualTo(new ReorderedPerson(Traffic.GREEN, "Ann", -42));
  }

  @Test
  void resolve_widenedComponentsOfARecord_migrates() {
    assertThat(migrated(ANN, Serializers.of(Person.class), Serializers.of(WidenedPerson.class)))
        .isEqualTo(new WidenedPerson("Ann", -42L, Appended.GREEN));
  }

  @Test
  void resolve_addedComponents_takeZeroOrNull() {
    Serializer<GrownPerson> grown =
        Serializers.records(
            GrownPerson.class, Map.of("id", Serializers.nullable(Serializers.longs())));
    assertThat(migrated(ANN, Serializers.of(Person.class), grown))
        .isEqualTo(new GrownPerson("Ann", -42, false, 0.0, Traffic.GREEN, null));
  }

  @Test
  void resolve_addedComponentWithoutDefault_isIncompatible() {
    assertThat(reason(resolve(Person.class, GrownPerson.class)))
        .contains("component id", "GrownPerson", "nullable");
  }

  @Test
  void resolve_removedComponents_areReadPast() {
    assertThat(migrated(ANN, ShrunkPerson.class)).isEqualTo(new ShrunkPerson(-42));
    Wide wide =
        new Wide(
            7,
            List.of("a", ""),
            Set.of(Traffic.RED),
            Map.of("k", ANN),
            new Person[] {ANN, ANN},
            new long[] {1, 2},
            "end");
    assertThat(migrated(wide, Serializers.of(Wide.class), Serializers.of(Narrow.class)))
        .isEqualTo(new Narrow("end", 7));
  }

  @Test
  void resolve_removedComponentOfAnUnknownType_isIncompatible() {
    Serializer<Person> written =
        Serializers.records(Person.class, Map.of("name", new ReversedText()));
    assertThat(reason(Serializers.of(ShrunkPerson.class).resolve(written.snapshot())))
        .contains("component name", "com.example.reversed", "keep it");
  }

  @Test
  void resolve_componentsRemovedAndAddedAtOnce_isIncompatibleAndNamesBoth() {
    assertThat(reason(resolve(Person.class, RelabelledPerson.class)))
        .contains("RelabelledPerson", "lost components (age)", "got others (years)")
        .contains("@Alias", "@Removed");
    // None of the components is left: this is another type, even if the rest could be zero.
    assertThat(reason(resolve(ShrunkPerson.class, Checked.class))).contains("(age)", "(value)");
    assertThat(reason(resolve(Wide.class, Person.class)))
        .contains("(kept, list, set, map, people, longs, last)", "(name, age, light)");
  }

  @Test
  void resolve_componentsRemovedAndAddedAtOnceInsideOthers_isIncompatible() {
    Serializer<Person> old = Serializers.of(Person.class);
    Serializer<RelabelledPerson> now = Serializers.of(RelabelledPerson.class);
    Serializer<Long> longs = Serializers.longs();
    for (String reason :
        List.of(
            reason(resolve(Team.class, TeamOfRelabelled.class)),
            reason(resolve(Person[].class, RelabelledPerson[].class)),
            reason(Serializers.list(now).resolve(Serializers.list(old).snapshot())),
            reason(Serializers.set(now).resolve(Serializers.set(old).snapshot())),
            reason(Serializers.map(now, longs).resolve(Serializers.map(old, longs).snapshot())),
            reason(Serializers.map(longs, now).resolve(Serializers.map(longs, old).snapshot())),
            reason(Serializers.nullable(now).resolve(Serializers.nullable(old).snapshot())),
            reason(Serializers.nullable(now).resolve(old.snapshot())))) {
      assertThat(reason).contains("lost components (age)", "got others (years)");
    }
  }

  @Test
  void resolve_componentsAddedInOneStepAndRemovedInTheNext_migrates() {
    record Both(String name, int age, int years, Traffic light) {}
    Both both = migrated(ANN, Serializers.of(Person.class), Serializers.of(Both.class));
    assertThat(both).isEqualTo(new Both("Ann", -42, 0, Traffic.GREEN));
    Both filled = new Both("Ann", -42, both.age(), Traffic.GREEN);
    assertThat(migrated(filled, Serializers.of(Both.class), Serializers.of(RelabelledPerson.class)))
        .isEqualTo(new RelabelledPerson("Ann", -42, Traffic.GREEN));
  }

  @Test
  void resolve_componentOfAnotherType_isIncompatibleAndNamed() {
    assertThat(reason(resolve(Person.class, MistypedPerson.class)))
        .contains("component age", "from int to string", "another name");
  }

  @Test
  void resolve_recordInsideAListInsideARecord_migrates() {
    Team team = new Team("A", List.of(ANN, ANN));
    WidenedPerson ann = new WidenedPerson("Ann", -42L, Appended.GREEN);
    assertThat(migrated(team, Serializers.of(Team.class), Serializers.of(WidenedTeam.class)))
        .isEqualTo(new WidenedTeam("A", List.of(ann, ann)));
  }

  @Test
  void resolve_enumWithAppendedConstants_isAsIs() {
    assertThat(resolve(Traffic.class, Appended.class)).isInstanceOf(Compatibility.AsIs.class);
  }

  @Test
  void resolve_reorderedEnum_migratesByName() {
    for (Traffic light : Traffic.values()) {
      assertThat(migrated(light, Serializers.of(Traffic.class), Serializers.of(Reordered.class)))
          .hasToString(light.name());
    }
  }

  @Test
  void resolve_removedConstant_failsOnlyWhereItOccurs() {
    Serializer<Traffic> old = Serializers.of(Traffic.class);
    Serializer<Removed> now = Serializers.of(Removed.class);
    assertThat(migrated(Traffic.GREEN, old, now)).isEqualTo(Removed.GREEN);
    assertThatThrownBy(() -> migrated(Traffic.AMBER, old, now))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("AMBER", "Removed", "@Alias", "keep a removed one");
  }

  @Test
  void resolve_removedLastConstant_migrates() {
    assertThat(
            migrated(Appended.AMBER, Serializers.of(Appended.class), Serializers.of(Traffic.class)))
        .isEqualTo(Traffic.AMBER);
  }

  @Test
  void resolve_enumWithoutACommonConstant_isIncompatible() {
    assertThat(reason(resolve(Traffic.class, Foreign.class))).contains("Foreign", "RED");
  }

  @Test
  void resolve_widerNumber_migrates() {
    assertThat(migrated(-5, Serializers.ints(), Serializers.longs())).isEqualTo(-5L);
    assertThat(migrated((short) -5, Serializers.shorts(), Serializers.longs())).isEqualTo(-5L);
    assertThat(migrated((byte) -5, Serializers.bytes(), Serializers.longs())).isEqualTo(-5L);
    assertThat(migrated((short) -5, Serializers.shorts(), Serializers.ints())).isEqualTo(-5);
    assertThat(migrated((byte) -5, Serializers.bytes(), Serializers.ints())).isEqualTo(-5);
    assertThat(migrated((byte) -5, Serializers.bytes(), Serializers.shorts()))
        .isEqualTo((short) -5);
    assertThat(migrated(-1.5f, Serializers.floats(), Serializers.doubles())).isEqualTo(-1.5);
  }

  @Test
  void resolve_narrowerNumber_isIncompatible() {
    assertThat(reason(Serializers.ints().resolve(Serializers.longs().snapshot())))
        .contains("from long to int");
  }

  @Test
  void resolve_containersOfAWiderNumber_migrateThroughTheirParts() {
    Serializer<Integer> ints = Serializers.ints();
    Serializer<Long> longs = Serializers.longs();
    assertThat(migrated(List.of(1, 2), Serializers.list(ints), Serializers.list(longs)))
        .containsExactly(1L, 2L);
    assertThat(migrated(ordered(2, 1), Serializers.set(ints), Serializers.set(longs)))
        .containsExactly(2L, 1L);
    assertThat(migrated(Map.of(1, 2), Serializers.map(ints, ints), Serializers.map(longs, longs)))
        .isEqualTo(new LinkedHashMap<>(Map.of(1L, 2L)));
    assertThat(
            migrated(
                new Integer[] {1, 2},
                Serializers.array(Integer.class, ints),
                Serializers.array(Long.class, longs)))
        .containsExactly(1L, 2L);
    assertThat(
            migrated(
                Arrays.asList(1, null),
                Serializers.list(Serializers.nullable(ints)),
                Serializers.list(Serializers.nullable(longs))))
        .containsExactly(1L, null);
  }

  private static Set<Integer> ordered(Integer... values) {
    return new LinkedHashSet<>(Arrays.asList(values));
  }

  @Test
  void resolve_containerOfAnotherType_isIncompatibleWithThePartNamed() {
    assertThat(
            reason(
                Serializers.list(Serializers.longs())
                    .resolve(Serializers.list(Serializers.strings()).snapshot())))
        .contains("element of list", "from string to long");
    assertThat(
            reason(
                Serializers.list(Serializers.longs())
                    .resolve(Serializers.set(Serializers.longs()).snapshot())))
        .contains("from set");
  }

  @Test
  void resolve_nullableAroundWhatWasNot_migrates() {
    assertThat(migrated(5L, Serializers.longs(), Serializers.nullable(Serializers.longs())))
        .isEqualTo(5L);
    assertThat(migrated(5, Serializers.ints(), Serializers.nullable(Serializers.longs())))
        .isEqualTo(5L);
    assertThat(
            reason(
                Serializers.longs().resolve(Serializers.nullable(Serializers.longs()).snapshot())))
        .contains("nullable");
  }

  @Test
  void resolve_optionalAroundWhatWasNot_migrates() {
    Serializer<Long> longs = Serializers.longs();
    Serializer<Optional<Long>> optional = Serializers.optional(longs);
    assertThat(migrated(5L, longs, optional)).contains(5L);
    assertThat(migrated(5, Serializers.ints(), optional)).contains(5L);
    assertThat(migrated(5L, Serializers.nullable(longs), optional)).contains(5L);
    assertThat(migrated((Long) null, Serializers.nullable(longs), optional)).isEmpty();
    assertThat(migrated(5, Serializers.nullable(Serializers.ints()), optional)).contains(5L);
  }

  @Test
  void resolve_optionalOfAnotherValue_resolvesThroughTheValue() {
    Serializer<Optional<Long>> longs = Serializers.optional(Serializers.longs());
    Serializer<Optional<Integer>> ints = Serializers.optional(Serializers.ints());
    assertThat(migrated(Optional.of(5), ints, longs)).contains(5L);
    assertThat(migrated(Optional.<Integer>empty(), ints, longs)).isEmpty();
    assertThat(reason(ints.resolve(longs.snapshot()))).contains("value of optional", "long to int");
    assertThat(reason(ints.resolve(Serializers.strings().snapshot()))).contains("string to int");
    assertThat(reason(Serializers.nullable(Serializers.longs()).resolve(longs.snapshot())))
        .contains("optional");
  }

  @Test
  void resolve_addedOptionalComponent_isEmptyInOldState() {
    record Titled(String name, int age, Traffic light, Optional<String> title) {}
    Serializer<Titled> titled = Serializers.of(Titled.class);
    assertThat(migrated(ANN, Serializers.of(Person.class), titled))
        .isEqualTo(new Titled("Ann", -42, Traffic.GREEN, Optional.empty()));
    Titled doctor = new Titled("Ann", -42, Traffic.GREEN, Optional.of("Dr"));
    assertThat(migrated(doctor, titled, Serializers.of(Person.class))).isEqualTo(ANN);
  }

  @Test
  void resolve_newerVersion_isIncompatible() {
    for (Serializer<?> serializer :
        List.of(
            Serializers.longs(),
            Serializers.list(Serializers.longs()),
            Serializers.nullable(Serializers.longs()),
            Serializers.optional(Serializers.longs()),
            Serializers.of(Traffic.class),
            Serializers.of(Person.class))) {
      SerializerSnapshot now = serializer.snapshot();
      SerializerSnapshot newer = new SerializerSnapshot(now.type(), 2, now.config(), now.parts());
      assertThat(reason(serializer.resolve(newer))).contains(now.type() + " v2");
      assertThat(Serializers.fromSnapshot(newer)).isEmpty();
    }
  }

  @Test
  void migrationReader_whenWrittenTo_refuses() {
    Serializer<Long> reader = reader(Serializers.longs(), Serializers.ints());
    assertThatThrownBy(() -> reader.write(1L, new ByteWriter()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("only reads");
  }

  @Test
  void migrationReader_duplicated_readsTheSame() {
    Serializer<ReorderedPerson> reader =
        reader(Serializers.of(ReorderedPerson.class), Serializers.of(Person.class)).duplicate();
    ByteReader in = new ByteReader(written(ANN, Serializers.of(Person.class)));
    assertThat(reader.read(in)).isEqualTo(new ReorderedPerson(Traffic.GREEN, "Ann", -42));
  }

  @Test
  void fromSnapshot_record_readsComponentsWithoutTheClass() {
    Serializer<?> reader =
        Serializers.fromSnapshot(Serializers.of(Person.class).snapshot()).orElseThrow();
    ByteReader in = new ByteReader(written(ANN, Serializers.of(Person.class)));
    assertThat(reader.read(in)).isEqualTo(List.of("Ann", -42, "GREEN"));
    in.expectEnd();
  }

  @Test
  void fromSnapshot_damagedConfigurations_areEmpty() {
    SerializerSnapshot longs = SerializerSnapshot.of("long");
    assertThat(Serializers.fromSnapshot(SerializerSnapshot.of("list"))).isEmpty();
    assertThat(Serializers.fromSnapshot(SerializerSnapshot.of("map"))).isEmpty();
    assertThat(Serializers.fromSnapshot(part("map", longs))).isEmpty();
    assertThat(Serializers.fromSnapshot(part("list", SerializerSnapshot.of("no such")))).isEmpty();
    assertThat(Serializers.fromSnapshot(part("list", SerializerSnapshot.of("void")))).isEmpty();
  }

  private static SerializerSnapshot part(String type, SerializerSnapshot element) {
    return new SerializerSnapshot(type, 1, Map.of(), Map.of("element", element));
  }

  @Test
  void read_refusedByTheConstructor_isATypedErrorThatNamesTheRecord() {
    Serializer<Checked> checked = Serializers.of(Checked.class);
    assertThatThrownBy(() -> checked.read(new ByteReader(written(-1, Serializers.ints()))))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("Checked")
        .hasRootCauseMessage("negative");
    assertThat(checked.read(new ByteReader(written(1, Serializers.ints()))))
        .isEqualTo(new Checked(1));
  }

  /** A user's serializer: nothing built in knows its bytes. */
  private static final class ReversedText implements Serializer<String> {
    @Override
    public void write(String value, ByteWriter out) {
      out.writeText(new StringBuilder(value).reverse().toString());
    }

    @Override
    public String read(ByteReader in) {
      return new StringBuilder(in.readText()).reverse().toString();
    }

    @Override
    public String copy(String value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<String> duplicate() {
      return this;
    }

    @Override
    public SerializerSnapshot snapshot() {
      return SerializerSnapshot.of("com.example.reversed");
    }
  }
}
