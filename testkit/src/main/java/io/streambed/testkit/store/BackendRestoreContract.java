package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyAndNamespace;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.keyed.MapKind;
import io.streambed.keyed.ValueKind;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.timer.KeyedTimer;
import io.streambed.timer.TimerService;
import io.streambed.timer.TimerTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a keyed backend owes those who restore it, over any store: each state's own values, each key
 * group's own keys, no timer that was removed. A store that writes increments writes them here.
 * Subclass it in a test and name the store.
 */
public abstract class BackendRestoreContract {
  private static final KeyGroupRange ALL = new KeyGroupRange(0, BackendRig.MAX_PARALLELISM - 1);
  private static final KeyGroupRange LOW = new KeyGroupRange(0, 3);
  private static final KeyGroupRange HIGH = new KeyGroupRange(4, BackendRig.MAX_PARALLELISM - 1);

  private static final ValueStateDescriptor<String> HOME =
      new ValueStateDescriptor<>("home", Serializers.strings());
  private static final ValueStateDescriptor<String> AWAY =
      new ValueStateDescriptor<>("away", Serializers.strings());
  private static final MapStateDescriptor<UUID, Integer> VISITS =
      new MapStateDescriptor<>("visits", Serializers.uuids(), Serializers.ints());

  /** A contract over the stores that a subclass names. */
  protected BackendRestoreContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private <K> BackendRig<K> rig(Serializer<K> keys) {
    return new BackendRig<>(factory(), keys);
  }

  private static int groupOf(String key) {
    return KeyGroups.assign(
        Serializers.strings().keyHasher().hash(key), BackendRig.MAX_PARALLELISM);
  }

  /** The keys of some key groups, of {@code key0} to {@code key99}. */
  private static List<String> keysOf(KeyGroupRange range) {
    return IntStream.range(0, 100)
        .mapToObj(i -> "key" + i)
        .filter(key -> range.contains(groupOf(key)))
        .toList();
  }

  private static void fill(KeyedStateBackend<String> backend) {
    for (String key : keysOf(backend.keyGroupRange())) {
      backend.setCurrentKey(key);
      backend.getState(HOME).update("home of " + key);
      backend.getState(AWAY).update("away of " + key);
    }
  }

  /** The two states have one type, so that nothing but their names tells them apart. */
  @Test
  @Tag("FLINK-16576")
  void restore_handlesWithTheirStatesInAnotherOrder_givesEachStateItsValues() {
    try (BackendRig<String> rig = rig(Serializers.strings());
        BackendRig<String> low = rig.restored(LOW, List.of());
        BackendRig<String> high = rig.restored(HIGH, List.of())) {
      low.backend.getState(HOME);
      low.backend.getState(AWAY);
      high.backend.getState(AWAY);
      high.backend.getState(HOME);
      fill(low.backend);
      fill(high.backend);
      List<KeyedStateHandle> handles = List.of(low.increment(1), high.increment(2));
      try (BackendRig<String> joined = rig.restored(ALL, handles)) {
        for (String key : keysOf(ALL)) {
          joined.backend.setCurrentKey(key);
          assertThat(joined.backend.getState(AWAY).value()).isEqualTo("away of " + key);
          assertThat(joined.backend.getState(HOME).value()).isEqualTo("home of " + key);
        }
        assertThat(joined.backend.entries()).isEqualTo(200);
      }
    }
  }

  @Test
  @Tag("FLINK-19748")
  void restore_keysInFewKeyGroups_eachIsWhereItsKeyGroupIs() {
    try (BackendRig<String> rig = rig(Serializers.strings())) {
      List<String> keys =
          List.of(
              EntryCollector.keyOf(1, BackendRig.MAX_PARALLELISM, 0),
              EntryCollector.keyOf(6, BackendRig.MAX_PARALLELISM, 0));
      for (String key : keys) {
        rig.backend.setCurrentKey(key);
        rig.backend.getState(HOME).update("home of " + key);
      }
      List<KeyedStateHandle> whole = List.of(rig.increment(1));
      List<KeyedStateHandle> parts = new ArrayList<>();
      for (int group = 0; group < BackendRig.MAX_PARALLELISM; group++) {
        try (BackendRig<String> part = rig.restored(new KeyGroupRange(group, group), whole)) {
          part.backend.getState(HOME);
          assertThat(part.backend.entries())
              .as("key group %d", group)
              .isEqualTo(group == 1 || group == 6 ? 1 : 0);
          parts.add(part.increment(2 + group));
        }
      }
      try (BackendRig<String> joined = rig.restored(ALL, parts)) {
        for (String key : keys) {
          joined.backend.setCurrentKey(key);
          assertThat(joined.backend.getState(HOME).value()).isEqualTo("home of " + key);
        }
        assertThat(joined.backend.entries()).isEqualTo(2);
      }
    }
  }

  /** Keys of both signs, namespaces of which one begins with the other, and a second state. */
  @Test
  @Tag("FLINK-24597")
  @Tag("FLINK-9804")
  void getKeys_mapsOfManyEntries_giveEachKeyOnceInItsNamespacesOnly() {
    try (BackendRig<Long> rig = rig(Serializers.longs())) {
      visit(rig.backend);
      checkKeys(rig.backend);
      try (BackendRig<Long> restored = rig.restored(ALL, List.of(rig.increment(1)))) {
        restored.backend.open(VISITS, Serializers.strings());
        restored.backend.open(HOME, Serializers.strings());
        checkKeys(restored.backend);
      }
    }
  }

  private static void visit(KeyedStateBackend<Long> backend) {
    MapKind<Long, String, UUID, Integer> visits = backend.open(VISITS, Serializers.strings());
    ValueKind<Long, String, String> home = backend.open(HOME, Serializers.strings());
    for (long key = -150; key < 150; key++) {
      backend.setCurrentKey(key);
      for (String namespace : key % 2 == 0 ? List.of("n", "nn") : List.of("nn")) {
        visits.setCurrentNamespace(namespace);
        for (int i = 0; i < 4; i++) {
          visits.put(new UUID(key, i), i);
        }
      }
      backend.setCurrentKey(key + 1000);
      home.setCurrentNamespace("n");
      home.update("home");
    }
  }

  private static void checkKeys(KeyedStateBackend<Long> backend) {
    List<Long> inShort = backend.getKeys("visits", "n");
    assertThat(inShort).hasSize(150).doesNotHaveDuplicates().allMatch(key -> key % 2 == 0);
    List<Long> inLong = backend.getKeys("visits", "nn");
    assertThat(inLong).hasSize(300).doesNotHaveDuplicates().allMatch(key -> key < 150);
    List<KeyAndNamespace<Long, String>> all = backend.getKeysAndNamespaces("visits");
    assertThat(all).hasSize(450).doesNotHaveDuplicates();
    assertThat(backend.getKeys("home", "n")).hasSize(300).doesNotHaveDuplicates();
  }

  /** Writes down the times at which timers fire. */
  private static final class Fired implements TimerTarget<String, Long> {
    private final TreeSet<Long> times = new TreeSet<>();
    private final TimerService<String, Long> service;

    Fired(KeyedStateBackend<String> backend) {
      service = new TimerService<>("timers", backend, Serializers.longs(), this);
    }

    @Override
    public void onEventTime(KeyedTimer<String, Long> timer) {
      times.add(timer.timestampMillis());
    }

    @Override
    public void onProcessingTime(KeyedTimer<String, Long> timer) {
      throw new AssertionError(timer);
    }
  }

  @Test
  @Tag("FLINK-26062")
  @Tag("FLINK-26063")
  void restore_timersRemovedSinceTheLastCheckpoint_stayRemovedAtOtherParallelisms() {
    try (BackendRig<String> rig = rig(Serializers.strings())) {
      Fired fired = new Fired(rig.backend);
      for (long time = 0; time < 300; time++) {
        rig.backend.setCurrentKey("key" + time % 100);
        fired.service.registerEventTimeTimer(7L, time);
      }
      rig.increment(1);
      fired.service.advanceWatermark(99);
      for (long time = 100; time < 200; time++) {
        rig.backend.setCurrentKey("key" + time % 100);
        assertThat(fired.service.deleteEventTimeTimer(7L, time)).isTrue();
      }
      List<KeyedStateHandle> second = List.of(rig.increment(2));
      for (int parallelism : new int[] {1, 3, 8}) {
        List<Long> times = new ArrayList<>();
        for (int subtask = 0; subtask < parallelism; subtask++) {
          KeyGroupRange range = KeyGroups.rangeOf(BackendRig.MAX_PARALLELISM, parallelism, subtask);
          try (BackendRig<String> part = rig.restored(range, second)) {
            Fired restored = new Fired(part.backend);
            restored.service.advanceWatermark(Long.MAX_VALUE);
            times.addAll(restored.times);
          }
        }
        assertThat(times)
            .as("parallelism %d", parallelism)
            .containsExactlyInAnyOrderElementsOf(
                IntStream.range(200, 300).mapToObj(Long::valueOf).toList());
      }
    }
  }
}
