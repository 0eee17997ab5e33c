package io.streambed.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.FencedException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.serial.Serializers;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.time.ProcessingTime;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state layer alone. */
class KeyedStateGroupTest {
  private static final ValueStateDescriptor<Long> COUNT =
      new ValueStateDescriptor<>("count", Serializers.longs(), 0L);

  @TempDir Path directory;

  private KeyedStateGroup<String> open(int parallelism) {
    return KeyedStateGroup.open(Store.heap(directory), "visits", String.class, parallelism);
  }

  private static void visit(KeyedStateGroup<String> visits, String user) {
    ValueState<Long> count = visits.at(user).getState(COUNT);
    count.update(count.value() + 1);
  }

  @Test
  void open_atAnyParallelism_goesOnFromTheLastCheckpoint() {
    Random random = new Random(7);
    Map<String, Long> expected = new TreeMap<>();
    for (int parallelism : new int[] {1, 4, 3, 128, 2}) {
      try (KeyedStateGroup<String> visits = open(parallelism)) {
        assertThat(visits.subtasks()).hasSize(parallelism);
        expected.forEach(
            (user, count) ->
                assertThat(visits.at(user).getState(COUNT).value()).as(user).isEqualTo(count));
        for (int i = 0; i < 200; i++) {
          String user = "user-" + random.nextInt(50);
          visit(visits, user);
          expected.merge(user, 1L, Long::sum);
        }
        long before = visits.restoredId().orElse(0);
        assertThat(visits.checkpoint(1_000)).isEqualTo(before + 1);
        visit(visits, "lost");
      }
    }
    try (KeyedStateGroup<String> visits = open(1)) {
      assertThat(visits.restoredId()).hasValue(5);
      assertThat(visits.at("lost").getState(COUNT).value()).isZero();
    }
  }

  @Test
  void open_whileItIsOpen_isFenced() {
    try (KeyedStateGroup<String> visits = open(1)) {
      visit(visits, "ada");
      assertThatThrownBy(() -> open(1)).isInstanceOf(FencedException.class);
    }
    open(2).close();
  }

  @Test
  void open_withKeysOfAnotherType_isRefusedAndLetsGo() {
    try (KeyedStateGroup<String> visits = open(1)) {
      visit(visits, "ada");
      visits.checkpoint(1_000);
    }
    assertThatThrownBy(() -> KeyedStateGroup.open(Store.heap(directory), "visits", Long.class, 1))
        .isInstanceOf(IncompatibleStateException.class);
    open(1).close();
  }

  @Test
  void open_withAStateThatWasRenamed_findsItAtAnyParallelism() {
    try (KeyedStateGroup<String> visits = open(1)) {
      visit(visits, "ada");
      visit(visits, "bob");
      visits.checkpoint(1_000);
    }
    var total = new ValueStateDescriptor<>("total", Serializers.longs()).withFormerNames("count");
    try (var visits =
        KeyedStateGroup.open(Store.heap(directory), "visits", String.class, 3, null, total)) {
      assertThat(visits.at("ada").getState(total).value()).isEqualTo(1);
      assertThat(visits.at("bob").getState(total).value()).isEqualTo(1);
    }
    try (KeyedStateGroup<String> visits = open(1)) {
      assertThatThrownBy(() -> visits.at("ada").getState(total))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("when the KeyedStateGroup is opened");
    }
  }

  @Test
  void open_withATypeThatIsNoKey_isRefused() {
    assertThatThrownBy(() -> KeyedStateGroup.open(Store.heap(directory), "visits", int[].class, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be keys");
  }

  @Test
  void timeToLive_clockSetBackBeforeItIsOpenedAgain_goesOnFromTheCheckpoint() {
    var count =
        new ValueStateDescriptor<>("count", Serializers.longs())
            .withTimeToLive(TimeToLive.of(Duration.ofMillis(10)));
    try (var visits = open(new Shown(5_000))) {
      visits.at("ada").getState(count).update(1L);
      visits.checkpoint(0);
    }
    Shown behind = new Shown(1_000);
    try (var visits = open(behind)) {
      behind.pass(9);
      assertThat(visits.at("ada").getState(count).value()).isEqualTo(1);
      behind.pass(1);
      assertThat(visits.at("ada").getState(count).value()).isNull();
    }
  }

  @Test
  void timeToLive_withoutAClock_isRefused() {
    var count =
        new ValueStateDescriptor<>("count", Serializers.longs())
            .withTimeToLive(TimeToLive.of(Duration.ofMillis(10)));
    try (var visits = open(1)) {
      assertThatThrownBy(() -> visits.at("ada").getState(count))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no clock");
    }
  }

  private KeyedStateGroup<String> open(Shown clock) {
    return KeyedStateGroup.open(
        Store.heap(directory),
        "visits",
        String.class,
        1,
        new ProcessingTime(clock, clock::elapsedNanos));
  }

  /** A clock that stands still until time is told to pass. */
  private static final class Shown extends Clock {
    private final long firstMillis;
    private long passedMillis;

    Shown(long firstMillis) {
      this.firstMillis = firstMillis;
    }

    void pass(long millis) {
      passedMillis += millis;
    }

    long elapsedNanos() {
      return TimeUnit.MILLISECONDS.toNanos(passedMillis);
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(firstMillis + passedMillis);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
