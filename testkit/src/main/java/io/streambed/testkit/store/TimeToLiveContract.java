package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.IncompatibleStateException;
import io.streambed.keyed.AggregatingKind;
import io.streambed.keyed.ListKind;
import io.streambed.keyed.MapKind;
import io.streambed.keyed.ReducingKind;
import io.streambed.keyed.ValueKind;
import io.streambed.serial.Serializers;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.time.ProcessingTime;
import io.streambed.time.StateTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What state with a time to live owes its users, over any store: every kind, processing and event
 * time, renewal, visibility, in namespaces, with clocks that jump, checkpoints in between, and
 * policies that come and go. Subclass it in a test and name the store.
 */
public abstract class TimeToLiveContract {
  private static final long START = 1_700_000_000_000L;
  private static final TimeToLive TEN = TimeToLive.of(Duration.ofMillis(10));

  private long wallMillis = START;
  private long elapsedMillis;

  /** A contract over the stores that a subclass names. */
  protected TimeToLiveContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  /**
   * How many plays there are of each policy.
   *
   * @return from 1; a store that is slow to open may take fewer
   */
  protected int plays() {
    return 3;
  }

  private static List<TimeToLive> policies() {
    List<TimeToLive> policies = new ArrayList<>();
    policies.add(null);
    for (int bits = 0; bits < 8; bits++) {
      TimeToLive policy = TEN;
      policy = (bits & 1) == 0 ? policy : policy.withEventTime();
      policy = (bits & 2) == 0 ? policy.withSweep(2, 1) : policy.withRenewalOnRead();
      // What is given although it is expired is told from the outside only if nothing sweeps.
      policies.add((bits & 4) == 0 ? policy : policy.withExpiredReturned().withSweep(0, 0));
    }
    return policies;
  }

  @EveryTypes
  <K, N, U, V> void anyKind_anyPolicy_isAsAPlainMapSays(SampleTypes<K, N, U, V> types) {
    int cases = 0;
    for (TimeToLive policy : policies()) {
      for (long seed = 1; seed <= plays(); seed++) {
        try (ExpiringPlay<K, N, U, V> play = new ExpiringPlay<>(factory(), types, policy, seed)) {
          play.run(500);
          cases += ExpiringPlay.KINDS;
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError("policy " + policy + ", seed " + seed, e);
        }
      }
    }
    System.out.printf("time to live, %s: %d cases%n", types.name(), cases);
  }

  private ProcessingTime clock() {
    return new ProcessingTime(
        new ExpiringPlay.Wall(() -> wallMillis), () -> elapsedMillis * 1_000_000);
  }

  private void pass(StateTime time, long millis) {
    wallMillis += millis;
    elapsedMillis += millis;
    time.refresh();
  }

  @Test
  void value_atTheEndOfItsLife_isGoneToTheMillisecond() {
    StateTime time = StateTime.of(clock());
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), time)) {
      var value = rig.backend.getState(value(TEN));
      rig.backend.setCurrentKey("a");
      value.update(1L);
      pass(time, 9);
      assertThat(value.value()).isEqualTo(1);
      pass(time, 1);
      assertThat(value.value()).isNull();
    }
  }

  @Test
  void value_clockSetBackBeforeARestore_goesOnFromTheGreatestTimeAtTheClocksPace() {
    ProcessingTime before = clock();
    StateTime time = StateTime.of(before);
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), time)) {
      rig.backend.setCurrentKey("a");
      rig.backend.getState(value(TEN)).update(1L);
      pass(time, 4);
      long seen = before.getAsLong();
      wallMillis -= 3_600_000;
      ProcessingTime after = clock();
      after.goOnFrom(seen);
      StateTime afterwards = StateTime.of(after);
      try (BackendRig<String> restored = rig.restored(afterwards)) {
        var value = restored.backend.getState(value(TEN));
        restored.backend.setCurrentKey("a");
        pass(afterwards, 5);
        assertThat(value.value()).isEqualTo(1);
        pass(afterwards, 1);
        assertThat(value.value()).isNull();
      }
    }
  }

  @Test
  void anyKind_timeToLiveSwitchedOn_livesFromTheRestoreOn() {
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings())) {
      rig.backend.setCurrentKey("a");
      fill(Opened.of(rig, null));
      StateTime time = StateTime.of(clock());
      try (BackendRig<String> on = rig.restored(time)) {
        on.backend.setCurrentKey("a");
        Opened opened = Opened.of(on, TEN);
        pass(time, 9);
        assertThat(opened.all()).containsExactly(1L, List.of(2L), 3L, 4L, 5L);
        pass(time, 1);
        assertThat(opened.all()).containsExactly(null, null, null, null, null);
      }
    }
  }

  @Test
  void anyKind_eventTimeSwitchedOnBeforeAnyWatermark_livesFromTheFirstOn() {
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings())) {
      rig.backend.setCurrentKey("a");
      fill(Opened.of(rig, null));
      StateTime time = StateTime.withWatermarks(clock());
      try (BackendRig<String> on = rig.restored(time)) {
        Opened.of(on, TEN.withEventTime());
        StateTime later = after(time);
        try (BackendRig<String> again = on.restored(later)) {
          again.backend.setCurrentKey("a");
          Opened opened = Opened.of(again, TEN.withEventTime());
          assertThat(opened.all()).containsExactly(1L, List.of(2L), 3L, 4L, 5L);
          later.advanceWatermark(5_000);
          later.advanceWatermark(5_009);
          StateTime last = after(later);
          try (BackendRig<String> once = again.restored(last)) {
            once.backend.setCurrentKey("a");
            Opened reopened = Opened.of(once, TEN.withEventTime());
            assertThat(reopened.all()).containsExactly(1L, List.of(2L), 3L, 4L, 5L);
            last.advanceWatermark(5_010);
            assertThat(reopened.all()).containsExactly(null, null, null, null, null);
          }
        }
      }
    }
  }

  /** The time of whoever is restored. */
  private StateTime after(StateTime time) {
    StateTime restored = StateTime.withWatermarks(clock());
    restored.goOnFrom(time.eventTime());
    return restored;
  }

  @Test
  void anyKind_timeToLiveSwitchedOff_staysForEver() {
    StateTime time = StateTime.of(clock());
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), time)) {
      rig.backend.setCurrentKey("a");
      fill(Opened.of(rig, TEN));
      pass(time, 9);
      try (BackendRig<String> off = rig.restored()) {
        pass(time, 1_000);
        off.backend.setCurrentKey("a");
        assertThat(Opened.of(off, null).all()).containsExactly(1L, List.of(2L), 3L, 4L, 5L);
      }
    }
  }

  @Test
  @Tag("FLINK-40354")
  void anyKind_writtenForEverNewKeysAndOpenedForEach_isBoundedBySweeps() {
    StateTime time = StateTime.of(clock());
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), time)) {
      for (int i = 0; i < 10_000; i++) {
        rig.backend.setCurrentKey("key" + i);
        fill(Opened.of(rig, TimeToLive.of(Duration.ofMillis(1_000))));
        pass(time, 1);
      }
      assertThat(rig.backend.entries()).isBetween(5 * 1_000L, 5 * 2_200L);
    }
  }

  @Test
  @Tag("FLINK-40354")
  void anyKind_sweptByElements_isRemovedThoughNobodyUsesIt() {
    StateTime time = StateTime.of(clock());
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), time)) {
      rig.backend.setCurrentKey("a");
      fill(Opened.of(rig, TEN.withSweep(0, 50)));
      pass(time, 10);
      for (int i = 0; i < 100; i++) {
        rig.backend.setCurrentKey("other");
      }
      assertThat(rig.backend.entries()).isZero();
    }
  }

  @Test
  void open_withAnotherPolicy_isRefused() {
    StateTime time = StateTime.withWatermarks(clock());
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), time)) {
      rig.backend.getState(value(TEN));
      assertThatThrownBy(() -> rig.backend.getState(value(TEN.withRenewalOnRead())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"value\"")
          .hasMessageContaining("the same time to live");
    }
  }

  @Test
  void open_byTheOtherTimeThanItWasWrittenBy_isRefusedAndNamesTheWayOut() {
    for (boolean toEventTime : new boolean[] {true, false}) {
      TimeToLive written = toEventTime ? TEN : TEN.withEventTime();
      TimeToLive declared = toEventTime ? TEN.withEventTime() : TEN;
      StateTime time = StateTime.withWatermarks(clock());
      try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), time)) {
        rig.backend.setCurrentKey("a");
        fill(Opened.of(rig, written));
        try (BackendRig<String> restored = rig.restored(StateTime.withWatermarks(clock()))) {
          assertThatThrownBy(() -> restored.backend.getState(value(declared)))
              .isInstanceOf(IncompatibleStateException.class)
              .hasMessageContaining("Restore once without a time to live");
        }
      }
    }
  }

  @Test
  void look_atStateThatReadingRenews_renewsAndRemovesNothing() {
    StateTime time = StateTime.of(clock());
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), time)) {
      rig.backend.setCurrentKey("a");
      Opened opened = Opened.of(rig, TEN.withRenewalOnRead().withSweep(2, 1));
      fill(opened);
      pass(time, 9);
      assertThat(rig.backend.looking(opened::all)).containsExactly(1L, List.of(2L), 3L, 4L, 5L);
      pass(time, 1);
      assertThat(rig.backend.looking(opened::all)).containsExactly(null, null, null, null, null);
      assertThat(rig.backend.entries()).isEqualTo(5);
    }
  }

  @Test
  void anyKind_readOutOfOrderByEventTime_doesNotLiveShorterForIt() {
    StateTime time = StateTime.withWatermarks(clock());
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), time)) {
      rig.backend.setCurrentKey("a");
      Opened opened = Opened.of(rig, TEN.withEventTime().withRenewalOnRead());
      time.advanceWatermark(100);
      time.handling(105);
      fill(opened);
      time.handling(101);
      opened.all();
      opened.sum.add(0L);
      opened.joined.add(0);
      time.advanceWatermark(114);
      assertThat(rig.backend.looking(opened::all)).containsExactly(1L, List.of(2L), 3L, 4L, 5L);
      time.advanceWatermark(115);
      assertThat(opened.all()).containsExactly(null, null, null, null, null);
    }
  }

  @Test
  void map_askedWhetherItIsEmpty_renewsNothing() {
    StateTime time = StateTime.of(clock());
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), time)) {
      rig.backend.setCurrentKey("a");
      Opened opened = Opened.of(rig, TEN.withRenewalOnRead());
      opened.map.put("x", 1L);
      pass(time, 9);
      assertThat(opened.map.isEmpty()).isFalse();
      assertThat(((Collection<?>) opened.map.entries()).size()).isOne();
      assertThat(opened.map.iterator().hasNext()).isTrue();
      pass(time, 1);
      assertThat(opened.map.isEmpty()).isTrue();
    }
  }

  @Test
  void open_withoutATime_isRefusedAndSaysWhatIsMissing() {
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings())) {
      assertThatThrownBy(() -> rig.backend.getState(value(TEN)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"value\" has a time to live")
          .hasMessageContaining("no clock");
    }
    StateTime clockAlone = StateTime.of(clock());
    try (BackendRig<String> rig = new BackendRig<>(factory(), Serializers.strings(), clockAlone)) {
      assertThatThrownBy(() -> rig.backend.getState(value(TEN.withEventTime())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("watermarks");
    }
  }

  private static ValueStateDescriptor<Long> value(TimeToLive policy) {
    return new ValueStateDescriptor<>("value", Serializers.longs()).withTimeToLive(policy);
  }

  private static void fill(Opened opened) {
    opened.value.update(1L);
    opened.list.add(2L);
    opened.map.put("x", 3L);
    opened.sum.add(4L);
    opened.joined.add(5);
  }

  /** One state of each kind. */
  private record Opened(
      ValueKind<String, ?, Long> value,
      ListKind<String, ?, Long> list,
      MapKind<String, ?, String, Long> map,
      ReducingKind<String, ?, Long> sum,
      AggregatingKind<String, ?, Integer, Long, Long> joined) {

    static Opened of(BackendRig<String> rig, TimeToLive policy) {
      var space = Serializers.unit();
      return new Opened(
          rig.backend.open(TimeToLiveContract.value(policy), space),
          rig.backend.open(
              new ListStateDescriptor<>("list", Serializers.longs()).withTimeToLive(policy), space),
          rig.backend.open(
              new MapStateDescriptor<>("map", Serializers.strings(), Serializers.longs())
                  .withTimeToLive(policy),
              space),
          rig.backend.open(
              new ReducingStateDescriptor<>("sum", Serializers.longs(), Long::sum)
                  .withTimeToLive(policy),
              space),
          rig.backend.open(ExpiringPlay.summing("joined", policy), space));
    }

    List<Object> all() {
      List<Object> all = new ArrayList<>();
      all.add(value.value());
      all.add(list.get());
      all.add(map.get("x"));
      all.add(sum.get());
      all.add(joined.get());
      return all;
    }
  }
}
