package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteWriter;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.timer.KeyedTimer;
import io.streambed.timer.TimerService;
import io.streambed.timer.TimerTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The rules of package {@code timer}, over any store. Subclass it in a test and name the store. */
public abstract class TimerServiceContract {
  private static final Serializer<String> KEYS = Serializers.strings();
  private static final Serializer<Long> NAMESPACES = Serializers.longs();

  /** The order of firing, as the package states it. */
  private static final Comparator<KeyedTimer<String, Long>> ORDER =
      Comparator.<KeyedTimer<String, Long>>comparingLong(KeyedTimer::timestampMillis)
          .thenComparingInt(timer -> bytes(KEYS, timer.key()).length)
          .thenComparing(timer -> bytes(KEYS, timer.key()), Arrays::compareUnsigned)
          .thenComparing(timer -> bytes(NAMESPACES, timer.namespace()), Arrays::compareUnsigned);

  /** A contract over the stores that a subclass names. */
  protected TimerServiceContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private static <T> byte[] bytes(Serializer<T> serializer, T value) {
    ByteWriter out = new ByteWriter();
    serializer.write(value, out);
    return out.toByteArray();
  }

  /** A service that writes down what fires, and checks that its key is current then. */
  private static final class Fired implements TimerTarget<String, Long> {
    final List<KeyedTimer<String, Long>> event = new ArrayList<>();
    final List<KeyedTimer<String, Long>> processing = new ArrayList<>();
    final TimerService<String, Long> service;
    private final KeyedStateBackend<String> backend;
    Consumer<KeyedTimer<String, Long>> onEvent = timer -> {};
    Consumer<KeyedTimer<String, Long>> onProcessing = timer -> {};

    Fired(KeyedStateBackend<String> backend) {
      this.backend = backend;
      this.service = new TimerService<>("timers", backend, NAMESPACES, this);
    }

    @Override
    public void onEventTime(KeyedTimer<String, Long> timer) {
      assertThat(backend.currentKey()).isEqualTo(timer.key());
      event.add(timer);
      onEvent.accept(timer);
    }

    @Override
    public void onProcessingTime(KeyedTimer<String, Long> timer) {
      assertThat(backend.currentKey()).isEqualTo(timer.key());
      processing.add(timer);
      onProcessing.accept(timer);
    }

    KeyedTimer<String, Long> register(String key, long namespace, long timestamp) {
      backend.setCurrentKey(key);
      assertThat(service.registerEventTimeTimer(namespace, timestamp)).isTrue();
      return new KeyedTimer<>(timestamp, key, namespace);
    }
  }

  private BackendRig<String> rig() {
    return new BackendRig<>(factory(), KEYS);
  }

  @Test
  void advanceWatermark_manyTimers_fireInTheOrderOfThePackage() {
    try (BackendRig<String> rig = rig()) {
      Fired fired = new Fired(rig.backend);
      List<KeyedTimer<String, Long>> expected = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        int n = i * 7919 % 3000;
        // Equal times among keys of one to hundreds of bytes, and both signs.
        String key = "k".repeat(n % 3 == 0 ? n % 400 : n % 7) + n;
        expected.add(fired.register(key, n % 5, n % 20 - 10));
        if (n % 10 == 0) {
          expected.add(fired.register(key, n % 5 - 1, n % 20 - 10));
          expected.add(fired.register(key, 300, n % 20 - 10));
        }
      }
      expected.sort(ORDER);
      assertThat(fired.service.size()).isEqualTo(3600);
      assertThat(fired.service.currentWatermark()).isEqualTo(TimerService.NO_WATERMARK);
      fired.service.advanceWatermark(-11);
      assertThat(fired.event).isEmpty();
      fired.service.advanceWatermark(4);
      assertThat(fired.event).allMatch(timer -> timer.timestampMillis() <= 4).hasSize(2850);
      fired.service.advanceWatermark(Long.MAX_VALUE);
      assertThat(fired.event).isEqualTo(expected);
      assertThat(fired.service.size()).isZero();
    }
  }

  @Test
  void register_again_changesNothing() {
    try (BackendRig<String> rig = rig()) {
      Fired fired = new Fired(rig.backend);
      rig.backend.setCurrentKey("a");
      assertThat(fired.service.registerEventTimeTimer(1L, 5)).isTrue();
      assertThat(fired.service.registerEventTimeTimer(1L, 5)).isFalse();
      assertThat(fired.service.registerProcessingTimeTimer(1L, 5)).isTrue();
      assertThat(fired.service.registerProcessingTimeTimer(1L, 5)).isFalse();
      assertThat(fired.service.registerEventTimeTimer(2L, 5)).isTrue();
      assertThat(fired.service.size()).isEqualTo(3);
      assertThat(fired.service.nextProcessingTimeMillis()).isEqualTo(5);
      fired.service.advanceWatermark(5);
      assertThat(fired.event).extracting(KeyedTimer::namespace).containsExactly(1L, 2L);
      assertThat(fired.processing).isEmpty();
      fired.service.advanceProcessingTime(4);
      assertThat(fired.processing).isEmpty();
      fired.service.advanceProcessingTime(5);
      assertThat(fired.processing).containsExactly(new KeyedTimer<>(5, "a", 1L));
      assertThat(fired.service.nextProcessingTimeMillis()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void delete_ofTheCurrentKeyOnly() {
    try (BackendRig<String> rig = rig()) {
      Fired fired = new Fired(rig.backend);
      fired.register("a", 1, 5);
      fired.register("b", 1, 5);
      assertThat(fired.service.deleteEventTimeTimer(1L, 6)).isFalse();
      assertThat(fired.service.deleteEventTimeTimer(2L, 5)).isFalse();
      assertThat(fired.service.deleteProcessingTimeTimer(1L, 5)).isFalse();
      assertThat(fired.service.deleteEventTimeTimer(1L, 5)).isTrue();
      assertThat(fired.service.deleteEventTimeTimer(1L, 5)).isFalse();
      fired.service.registerProcessingTimeTimer(3L, 1);
      assertThat(fired.service.deleteProcessingTimeTimer(3L, 1)).isTrue();
      fired.service.advanceProcessingTime(1);
      fired.service.advanceWatermark(9);
      assertThat(fired.event).containsExactly(new KeyedTimer<>(5, "a", 1L));
      assertThat(fired.processing).isEmpty();
    }
  }

  @Test
  void register_atOrBeforeTheWatermark_firesAtTheNextAdvanceEvenToTheSame() {
    try (BackendRig<String> rig = rig()) {
      Fired fired = new Fired(rig.backend);
      fired.service.advanceWatermark(100);
      fired.register("a", 1, 100);
      fired.register("a", 1, 7);
      assertThat(fired.event).isEmpty();
      fired.service.advanceWatermark(100);
      assertThat(fired.event)
          .containsExactly(new KeyedTimer<>(7, "a", 1L), new KeyedTimer<>(100, "a", 1L));
    }
  }

  @Test
  void advanceWatermark_lower_isTakenAsTheCurrent() {
    try (BackendRig<String> rig = rig()) {
      Fired fired = new Fired(rig.backend);
      fired.service.advanceWatermark(100);
      fired.register("a", 1, 60);
      fired.service.advanceWatermark(50);
      assertThat(fired.service.currentWatermark()).isEqualTo(100);
      assertThat(fired.event).containsExactly(new KeyedTimer<>(60, "a", 1L));
    }
  }

  @Test
  void onTimer_registersMore_dueOnesFireInTheSameAdvance() {
    try (BackendRig<String> rig = rig()) {
      Fired fired = new Fired(rig.backend);
      fired.onEvent =
          timer -> {
            if (timer.timestampMillis() < 5) {
              fired.service.registerEventTimeTimer(
                  timer.namespace() + 1, timer.timestampMillis() + 1);
              fired.service.registerEventTimeTimer(99L, 1000);
            }
            if (timer.key().equals("b")) {
              // One that is due and has not fired yet.
              assertThat(fired.service.deleteEventTimeTimer(50L, 10)).isTrue();
            }
          };
      fired.onProcessing =
          timer -> {
            if (timer.timestampMillis() > 1) {
              fired.service.registerProcessingTimeTimer(
                  timer.namespace(), timer.timestampMillis() - 1);
            }
          };
      fired.register("a", 1, 3);
      fired.register("b", 50, 10);
      fired.register("b", 2, 9);
      fired.service.advanceWatermark(10);
      assertThat(fired.event)
          .containsExactly(
              new KeyedTimer<>(3, "a", 1L),
              new KeyedTimer<>(4, "a", 2L),
              new KeyedTimer<>(5, "a", 3L),
              new KeyedTimer<>(9, "b", 2L));
      assertThat(fired.service.size()).isOne();
      rig.backend.setCurrentKey("c");
      fired.service.registerProcessingTimeTimer(1L, 3);
      fired.service.advanceProcessingTime(3);
      assertThat(fired.processing)
          .extracting(KeyedTimer::timestampMillis)
          .containsExactly(3L, 2L, 1L);
    }
  }

  @Test
  void restore_timersFromBeforeTheSnapshot_startAtTheLowestWatermark() {
    try (BackendRig<String> rig = rig()) {
      Fired fired = new Fired(rig.backend);
      fired.register("a", 1, 5);
      fired.register("a", 1, 50);
      fired.service.advanceWatermark(20);
      fired.register("a", 2, 10);
      try (BackendRig<String> restored = rig.restored()) {
        Fired again = new Fired(restored.backend);
        assertThat(again.service.currentWatermark()).isEqualTo(TimerService.NO_WATERMARK);
        again.service.advanceWatermark(9);
        assertThat(again.event).isEmpty();
        again.service.advanceWatermark(10);
        assertThat(again.event).containsExactly(new KeyedTimer<>(10, "a", 2L));
        again.service.advanceWatermark(50);
        assertThat(again.event).hasSize(2);
      }
      fired.service.advanceWatermark(50);
      assertThat(fired.event).as("the snapshot changed nothing here").hasSize(3);
    }
  }

  @Test
  void restore_otherParallelisms_eachTimerIsInOnePartAndCanBeDeletedThere() {
    try (BackendRig<String> rig = rig()) {
      Fired fired = new Fired(rig.backend);
      for (int i = 0; i < 600; i++) {
        fired.register("key" + i % 100, i / 100, i);
      }
      KeyedStateHandle handle = rig.snapshot();
      for (int parallelism : new int[] {3, 8}) {
        List<KeyedTimer<String, Long>> all = new ArrayList<>();
        int deleted = 0;
        for (int subtask = 0; subtask < parallelism; subtask++) {
          KeyGroupRange range = KeyGroups.rangeOf(BackendRig.MAX_PARALLELISM, parallelism, subtask);
          try (BackendRig<String> part = rig.restored(range, List.of(handle))) {
            Fired restored = new Fired(part.backend);
            for (int i = 0; i < 100; i++) {
              String key = "key" + i;
              int group = KeyGroups.assign(KEYS.keyHasher().hash(key), BackendRig.MAX_PARALLELISM);
              part.backend.setCurrentKey(key);
              if (range.contains(group)) {
                assertThat(restored.service.eventTimeTimers(group))
                    .isSortedAccordingTo(ORDER)
                    .contains(new KeyedTimer<>(i, key, 0L));
                assertThat(restored.service.deleteEventTimeTimer(2L, 200 + i)).isTrue();
                deleted++;
              } else {
                assertThatThrownBy(() -> restored.service.registerEventTimeTimer(1L, 1))
                    .isInstanceOf(IllegalArgumentException.class);
              }
            }
            restored.service.advanceWatermark(Long.MAX_VALUE);
            assertThat(restored.event).isSortedAccordingTo(ORDER);
            all.addAll(restored.event);
          }
        }
        assertThat(deleted).isEqualTo(100);
        assertThat(all).hasSize(500).doesNotHaveDuplicates();
        assertThat(all).noneMatch(timer -> timer.namespace() == 2);
      }
    }
  }
}
