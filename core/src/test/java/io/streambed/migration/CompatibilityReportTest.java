package io.streambed.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.entry.Expiry;
import io.streambed.migration.OperatorCompatibility.Presence;
import io.streambed.migration.StateCompatibility.Verdict;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateKind;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueStateDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every answer about every kind of state. */
class CompatibilityReportTest {
  private static final Serializer<Integer> INTS = Serializers.ints();
  private static final Serializer<Long> LONGS = Serializers.longs();
  private static final Serializer<String> TEXTS = Serializers.strings();
  private static final TimeToLive HOUR = TimeToLive.of(Duration.ofHours(1));

  private final List<WrittenState> writtenKeyed = new ArrayList<>();
  private final List<WrittenState> writtenOperator = new ArrayList<>();
  private final List<DeclaredState> keyed = new ArrayList<>();
  private final List<DeclaredState> operator = new ArrayList<>();
  private final Set<String> newStates = new HashSet<>();
  private Set<SerializerSnapshot> writtenKeys = Set.of(TEXTS.snapshot());
  private Serializer<?> keys = TEXTS;
  private int maxParallelism = 128;

  private CompatibilityReport report() {
    return CompatibilityReport.of(
        List.of(new WrittenOperator("counts", 128, writtenKeys, writtenKeyed, writtenOperator)),
        List.of(
            new DeclaredOperator(
                "counts",
                "operator \"counts\"",
                maxParallelism,
                keys,
                keyed,
                operator,
                newStates)));
  }

  private List<StateCompatibility> states() {
    return report().operators().get(0).states();
  }

  private StateCompatibility only() {
    assertThat(states()).hasSize(1);
    return states().get(0);
  }

  /** What a checkpoint holds of a state that was declared so. */
  private static WrittenState written(DeclaredState declared) {
    Map<String, SerializerSnapshot> parts = new LinkedHashMap<>();
    declared.parts().forEach(part -> parts.put(part.role(), part.serializer().snapshot()));
    return new WrittenState(declared.name(), declared.kind(), declared.expiry(), parts);
  }

  private static <V> DeclaredState value(String name, Serializer<V> serializer) {
    return DeclaredState.of(new ValueStateDescriptor<>(name, serializer));
  }

  private static DeclaredState expiring(TimeToLive policy) {
    return DeclaredState.of(new ValueStateDescriptor<>("count", LONGS).withTimeToLive(policy));
  }

  @Test
  void state_unchanged_isAsIs() {
    writtenKeyed.add(written(value("count", LONGS)));
    keyed.add(value("count", LONGS));
    assertThat(only().verdict()).isEqualTo(Verdict.AS_IS);
    assertThat(only().written()).isEqualTo("value long");
    assertThat(only().declared()).isEqualTo("value long");
    assertThat(report().problems()).isEmpty();
  }

  @Test
  void timeToLive_comesOrGoes_isReconfigured() {
    writtenKeyed.add(written(value("count", LONGS)));
    keyed.add(expiring(HOUR));
    assertThat(only().verdict()).isEqualTo(Verdict.RECONFIGURED);
    assertThat(only().declared()).isEqualTo("value long, expires by processing time");
    writtenKeyed.set(0, written(expiring(HOUR.withEventTime())));
    keyed.set(0, value("count", LONGS));
    assertThat(only().verdict()).isEqualTo(Verdict.RECONFIGURED);
    assertThat(only().written()).isEqualTo("value long, expires by event time");
  }

  @Test
  void timeToLive_ofAnotherTime_isIncompatible() {
    writtenKeyed.add(written(expiring(HOUR)));
    keyed.add(expiring(HOUR.withEventTime()));
    assertThat(only().verdict()).isEqualTo(Verdict.INCOMPATIBLE);
    assertThat(only().problem().wayOut()).contains("Restore once without a time to live");
  }

  @Test
  void timeToLive_longer_isAsIs() {
    writtenKeyed.add(written(expiring(HOUR)));
    keyed.add(expiring(TimeToLive.of(Duration.ofDays(2))));
    assertThat(only().verdict()).isEqualTo(Verdict.AS_IS);
  }

  @Test
  void value_widened_isMigratedWithBothTypes() {
    writtenKeyed.add(written(value("count", INTS)));
    keyed.add(value("count", LONGS));
    assertThat(only().verdict()).isEqualTo(Verdict.MIGRATED);
    assertThat(only().written()).isEqualTo("value int");
    assertThat(only().declared()).isEqualTo("value long");
  }

  @Test
  void value_ofSubtasksThatWroteDifferently_isAsTheWorst() {
    writtenKeyed.add(written(value("count", LONGS)));
    writtenKeyed.add(written(value("count", INTS)));
    keyed.add(value("count", LONGS));
    assertThat(only().verdict()).isEqualTo(Verdict.MIGRATED);
    assertThat(only().written()).isEqualTo("value long and value int");
    writtenKeyed.add(written(value("count", TEXTS)));
    assertThat(only().verdict()).isEqualTo(Verdict.INCOMPATIBLE);
  }

  @Test
  void value_ofAnotherType_isIncompatibleWithBothTypesAndTheWayOut() {
    writtenKeyed.add(written(value("count", TEXTS)));
    keyed.add(value("count", LONGS));
    assertThat(only().verdict()).isEqualTo(Verdict.INCOMPATIBLE);
    assertThat(report().problems())
        .extracting(Incompatibility::toString)
        .singleElement()
        .asString()
        .startsWith("operator \"counts\": the value of state \"count\": ")
        .contains("holds string", "asks for long", "Declare the state as it was written");
  }

  @Test
  void kind_changed_isIncompatible() {
    writtenKeyed.add(written(value("count", LONGS)));
    keyed.add(DeclaredState.of(new ListStateDescriptor<>("count", LONGS)));
    assertThat(only().verdict()).isEqualTo(Verdict.INCOMPATIBLE);
    assertThat(only().problem().toString()).contains("VALUE state", "LIST state");
  }

  @Test
  void userKey_widened_isIncompatibleWhileMapValuesMigrate() {
    writtenKeyed.add(written(DeclaredState.of(new MapStateDescriptor<>("map", INTS, INTS))));
    keyed.add(DeclaredState.of(new MapStateDescriptor<>("map", INTS, LONGS)));
    assertThat(only().verdict()).isEqualTo(Verdict.MIGRATED);
    keyed.set(0, DeclaredState.of(new MapStateDescriptor<>("map", LONGS, INTS)));
    assertThat(only().verdict()).isEqualTo(Verdict.INCOMPATIBLE);
    assertThat(only().problem().wayOut()).contains("only values can migrate");
  }

  @Test
  void operatorState_ofEveryKind_isJudgedByTheSameRules() {
    writtenOperator.add(
        WrittenState.ofOperator("lines", StateKind.SPLIT_LIST, null, INTS.snapshot()));
    writtenOperator.add(
        WrittenState.ofOperator("all", StateKind.UNION_LIST, null, TEXTS.snapshot()));
    writtenOperator.add(
        WrittenState.ofOperator("rules", StateKind.BROADCAST, INTS.snapshot(), LONGS.snapshot()));
    operator.add(
        DeclaredState.ofOperator(StateKind.SPLIT_LIST, new ListStateDescriptor<>("lines", LONGS)));
    operator.add(
        DeclaredState.ofOperator(StateKind.UNION_LIST, new ListStateDescriptor<>("all", LONGS)));
    // Unlike user keys, the keys of broadcast state lie nowhere by their bytes.
    operator.add(DeclaredState.ofBroadcast(new MapStateDescriptor<>("rules", LONGS, LONGS)));
    assertThat(states())
        .extracting(StateCompatibility::verdict)
        .containsExactly(Verdict.MIGRATED, Verdict.INCOMPATIBLE, Verdict.MIGRATED);
    assertThat(states().get(1).problem().toString())
        .contains("the element of operator state \"all\"", "holds string", "asks for long");
  }

  @Test
  void state_onOneSideOnly_isNewOrUnclaimed() {
    keyed.add(value("count", LONGS));
    assertThat(only().verdict()).isEqualTo(Verdict.NEW);
    keyed.clear();
    writtenKeyed.add(written(value("count", LONGS)));
    assertThat(only().verdict()).isEqualTo(Verdict.UNCLAIMED);
    assertThat(report().problems()).isEmpty();
  }

  @Test
  void state_newBesideAnUnclaimedOneThatFits_isAmbiguousUnlessItIsSaidToBeNew() {
    writtenKeyed.add(written(value("sum", INTS)));
    keyed.add(value("total", LONGS));
    assertThat(states())
        .extracting(StateCompatibility::verdict)
        .containsExactly(Verdict.AMBIGUOUS, Verdict.UNCLAIMED);
    assertThat(report().problems())
        .singleElement()
        .asString()
        .contains("\"sum\"", "withFormerNames(\"sum\")", "withNewStates(\"counts/total\")");
    newStates.add("total");
    assertThat(states())
        .extracting(StateCompatibility::verdict)
        .containsExactly(Verdict.NEW, Verdict.UNCLAIMED);
  }

  @Test
  void state_newBesideSeveralThatFit_isNotToldThatItIsTheFirst() {
    writtenKeyed.add(written(value("sum", INTS)));
    writtenKeyed.add(written(value("count", LONGS)));
    keyed.add(value("total", LONGS));
    assertThat(states().get(0).problem().toString())
        .contains("states \"sum\", \"count\"", "with the one of these that it was")
        .doesNotContain("withFormerNames(\"sum\"");
  }

  @Test
  void newStates_thatAreNoneOfTheJobOrInTheCheckpoint_areTold() {
    writtenKeyed.add(written(value("sum", INTS)));
    writtenKeyed.add(written(value("old", INTS)));
    keyed.add(value("sum", LONGS));
    keyed.add(value("fresh", TEXTS));
    Set<String> names = Set.of("counts/sum", "counts/fresh", "counts/old", "other/sum");
    assertThat(report().unknown(names)).containsExactly("counts/old", "other/sum");
    assertThat(report().present(names)).containsExactly("counts/sum");
  }

  @Test
  void state_newBesideUnclaimedOnesOfOtherKindsAndTypes_isNew() {
    writtenKeyed.add(written(DeclaredState.of(new ListStateDescriptor<>("sums", LONGS))));
    writtenKeyed.add(written(value("name", TEXTS)));
    keyed.add(value("total", LONGS));
    assertThat(states().get(0).verdict()).isEqualTo(Verdict.NEW);
    assertThat(report().problems()).isEmpty();
  }

  @Test
  void state_ofTheRuntimeItself_isNeverTakenForARenamedOne() {
    writtenOperator.add(
        WrittenState.ofOperator("_splits", StateKind.SPLIT_LIST, null, LONGS.snapshot()));
    operator.add(
        DeclaredState.ofOperator(
            StateKind.SPLIT_LIST, new ListStateDescriptor<>("_positions", LONGS)));
    assertThat(only().verdict()).isEqualTo(Verdict.UNCLAIMED);
  }

  @Test
  void state_ofTheRuntimeItself_isToldAsTheRuntimeSays() {
    writtenOperator.add(
        WrittenState.ofOperator("_positions", StateKind.SPLIT_LIST, null, TEXTS.snapshot()));
    operator.add(
        DeclaredState.ofOperator(
                StateKind.SPLIT_LIST, new ListStateDescriptor<>("_positions", LONGS))
            .told("its positions", "Keep their type."));
    assertThat(only().problem().toString())
        .contains("the element of its positions", "Keep their type.")
        .doesNotContain("_positions", "Declare the state");
  }

  @Test
  void state_renamed_isJudgedByItsFormerName() {
    writtenKeyed.add(written(value("sum", INTS)));
    keyed.add(
        DeclaredState.of(
            new ValueStateDescriptor<>("total", LONGS).withFormerNames("count", "sum")));
    assertThat(only().verdict()).isEqualTo(Verdict.MIGRATED);
    assertThat(only().formerName()).isEqualTo("sum");
    writtenKeyed.add(written(value("total", LONGS)));
    assertThat(only().verdict()).isEqualTo(Verdict.INCOMPATIBLE);
    assertThat(only().problem().toString()).contains("\"total\" and \"sum\"");
  }

  @Test
  void broadcastState_renamed_isJudgedByItsFormerName() {
    writtenOperator.add(
        WrittenState.ofOperator("rules", StateKind.BROADCAST, TEXTS.snapshot(), LONGS.snapshot()));
    operator.add(
        DeclaredState.ofBroadcast(
            new MapStateDescriptor<>("laws", TEXTS, LONGS).withFormerNames("rules")));
    assertThat(only().verdict()).isEqualTo(Verdict.AS_IS);
    assertThat(only().formerName()).isEqualTo("rules");
  }

  @Test
  void keys_changed_areToldOnceAndNotForTimers() {
    WrittenState timers =
        new WrittenState(
            "_timers", StateKind.QUEUE, Expiry.NONE, Map.of("value", TEXTS.snapshot()));
    writtenKeyed.add(timers);
    keyed.add(
        new DeclaredState(
            "_timers",
            StateKind.QUEUE,
            Expiry.NONE,
            List.of(new DeclaredState.Part("value", LONGS)),
            List.of()));
    assertThat(report().problems()).hasSize(1);
    keys = LONGS;
    maxParallelism = 64;
    assertThat(report().problems())
        .extracting(Incompatibility::what)
        .containsExactly("operator \"counts\": max parallelism", "operator \"counts\": the key");
    keys = null;
    assertThat(report().problems())
        .extracting(Incompatibility::what)
        .containsExactly("operator \"counts\": keyed state");
  }

  @Test
  void operators_newAndRemoved_areToldAsSuch() {
    CompatibilityReport report =
        CompatibilityReport.of(
            Stream.of("old", "kept")
                .map(id -> new WrittenOperator(id, 128, Set.of(), List.of(), List.of()))
                .toList(),
            Stream.of("kept", "new")
                .map(
                    id ->
                        new DeclaredOperator(
                            id, id, 64, TEXTS, List.of(value("count", LONGS)), List.of(), Set.of()))
                .toList());
    assertThat(report.operators())
        .extracting(OperatorCompatibility::presence)
        .containsExactly(Presence.KEPT, Presence.NEW, Presence.REMOVED);
    // Without keyed state, its max parallelism is free.
    assertThat(report.problems()).isEmpty();
    assertThat(report.operators().get(1).states().get(0).verdict()).isEqualTo(Verdict.NEW);
  }
}
