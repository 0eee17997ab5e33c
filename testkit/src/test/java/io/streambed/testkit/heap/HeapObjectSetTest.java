package io.streambed.testkit.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.error.SerializationException;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.NumberOrder;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.testkit.store.ByteStoreFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A queue with an order of its own tells elements apart by {@code equals} on the heap. */
class HeapObjectSetTest {
  private static final long SEED = Long.getLong("streambed.seed", 7_006L);
  private static final int KEY_GROUPS = 6;
  private static final KeyGroupRange OWNED = new KeyGroupRange(1, 4);
  private static final QueueSpec<Alarm> SPEC =
      new QueueSpec<>(
          "alarms", new AlarmSerializer(), Alarm::keyGroup, new NumberOrder<>(Alarm::time));

  /** An element of which one part does not count. */
  private static class Alarm {
    private final long time;
    private int id;
    private final String note;

    Alarm(long time, int id, String note) {
      this.time = time;
      this.id = id;
      this.note = note;
    }

    long time() {
      return time;
    }

    int keyGroup() {
      return OWNED.first() + id % OWNED.size();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Alarm alarm && time == alarm.time && id == alarm.id;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(time) * 31 + id;
    }

    @Override
    public String toString() {
      return time + "/" + id + "/" + note;
    }
  }

  private static class AlarmSerializer implements Serializer<Alarm> {
    @Override
    public void write(Alarm alarm, ByteWriter out) {
      out.writeLong(alarm.time);
      out.writeInt(alarm.id);
      Serializers.strings().write(alarm.note, out);
    }

    @Override
    public Alarm read(ByteReader in) {
      return new Alarm(in.readLong(), in.readInt(), Serializers.strings().read(in));
    }

    @Override
    public Alarm copy(Alarm alarm) {
      return alarm;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<Alarm> duplicate() {
      return new AlarmSerializer();
    }

    @Override
    public SerializerSnapshot snapshot() {
      return SerializerSnapshot.of("alarm");
    }

    @Override
    public Compatibility<Alarm> resolve(SerializerSnapshot written) {
      return Compatibility.asIs();
    }
  }

  private static KeyedStore<String> heap() {
    return new HeapKeyedStoreFactory()
        .create(StoreContext.alone(Serializers.strings(), KEY_GROUPS, OWNED));
  }

  private static KeyedStore<String> bytes() {
    return new ByteStoreFactory()
        .create(StoreContext.alone(Serializers.strings(), KEY_GROUPS, OWNED));
  }

  private static List<Alarm> drain(OrderedSet<Alarm> queue) {
    List<Alarm> alarms = new ArrayList<>();
    for (Alarm alarm = queue.poll(); alarm != null; alarm = queue.poll()) {
      alarms.add(alarm);
    }
    return alarms;
  }

  @Test
  void add_equalElementOfOtherBytes_leavesTheOneThatWasThere() {
    try (KeyedStore<String> store = heap()) {
      OrderedSet<Alarm> queue = store.openQueue(SPEC);
      assertThat(queue.add(new Alarm(10, 1, "first"))).isTrue();
      assertThat(queue.add(new Alarm(10, 1, "second"))).isFalse();
      assertThat(queue.add(new Alarm(10, 2, "second"))).isTrue();
      assertThat(queue.add(new Alarm(11, 1, "second"))).isTrue();
      assertThat(queue.size()).isEqualTo(3);
      assertThat(drain(queue).stream().map(Alarm::toString))
          .containsExactly("10/1/first", "10/2/second", "11/1/second");
      store.checkInvariants();
    }
  }

  @Test
  void add_firstElementOfAnotherHashCodeOnceItIsRead_isRefused() {
    AlarmSerializer unhashed =
        new AlarmSerializer() {
          @Override
          public Alarm read(ByteReader in) {
            Alarm read = super.read(in);
            return new Alarm(read.time, read.id, read.note) {
              @Override
              public int hashCode() {
                return ~super.hashCode();
              }
            };
          }
        };
    try (KeyedStore<String> store = heap()) {
      OrderedSet<Alarm> queue =
          store.openQueue(new QueueSpec<>("alarms", unhashed, Alarm::keyGroup, SPEC.order()));
      assertThatThrownBy(() -> queue.add(new Alarm(10, 1, "first")))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("correct hashCode() of " + Alarm.class.getName());
      assertThat(queue.size()).isZero();
    }
  }

  @Test
  void remove_equalElementOfOtherBytes_removesTheOneThatIsThere() {
    try (KeyedStore<String> store = heap()) {
      OrderedSet<Alarm> queue = store.openQueue(SPEC);
      queue.add(new Alarm(10, 1, "first"));
      assertThat(queue.remove(new Alarm(10, 1, "second"))).isTrue();
      assertThat(queue.remove(new Alarm(10, 1, "first"))).isFalse();
      assertThat(queue.peek()).isNull();
      store.checkInvariants();
    }
  }

  @Test
  void load_equalElementsThatAStoreOfBytesKeptApart_makesThemOne() throws IOException {
    try (KeyedStore<String> apart = bytes();
        KeyedStore<String> early = heap();
        KeyedStore<String> late = heap()) {
      OrderedSet<Alarm> written = apart.openQueue(SPEC);
      written.add(new Alarm(10, 1, "first"));
      written.add(new Alarm(10, 1, "second"));
      written.add(new Alarm(10, 2, "second"));
      assertThat(written.size()).isEqualTo(3);
      OrderedSet<Alarm> opened = early.openQueue(SPEC);
      try (FrozenView view = apart.freeze(1)) {
        early.load(view);
        late.load(view);
      }
      for (OrderedSet<Alarm> queue : List.of(opened, late.openQueue(SPEC))) {
        assertThat(queue.size()).isEqualTo(2);
        assertThat(drain(queue)).containsExactly(new Alarm(10, 1, ""), new Alarm(10, 2, ""));
      }
    }
  }

  @Test
  void closeState_andOpenedAgain_keepsWhatWasThere() {
    try (KeyedStore<String> store = heap()) {
      OrderedSet<Alarm> queue = store.openQueue(SPEC);
      queue.add(new Alarm(10, 1, "first"));
      queue.add(new Alarm(9, 2, "first"));
      store.closeState("alarms");
      OrderedSet<Alarm> again = store.openQueue(SPEC);
      assertThat(again.add(new Alarm(10, 1, "second"))).isFalse();
      assertThat(drain(again)).containsExactly(new Alarm(9, 2, ""), new Alarm(10, 1, ""));
    }
  }

  @Test
  void inKeyGroup_equalTimes_hasThoseOfTheKeyGroupInOrder() {
    try (KeyedStore<String> store = heap()) {
      OrderedSet<Alarm> queue = store.openQueue(SPEC);
      List<Alarm> expected = new ArrayList<>();
      for (int id = 0; id < 2000; id++) {
        Alarm alarm = new Alarm(id * 7 % 3, id, "");
        queue.add(alarm);
        if (alarm.keyGroup() == 2) {
          expected.add(alarm);
        }
      }
      List<Alarm> group = queue.inKeyGroup(2);
      assertThat(group)
          .isSortedAccordingTo(Comparator.comparingLong(Alarm::time))
          .containsExactlyInAnyOrderElementsOf(expected);
      drain(queue);
      assertThat(group).hasSize(500);
    }
  }

  /** A heap that adds what it reads one by one, as Flink's does, then keeps that order. */
  @Test
  void freeze_keyGroupIsRead_givesItsElementsInOrder() throws IOException {
    try (KeyedStore<String> store = heap()) {
      OrderedSet<Alarm> queue = store.openQueue(SPEC);
      for (int id = 0; id < 2000; id++) {
        queue.add(new Alarm(id * 7919L % 2003, id, ""));
      }
      try (FrozenView view = store.freeze(1)) {
        List<Long> times = new ArrayList<>();
        view.read(2, (keyGroup, state, entry) -> times.add(timeIn(entry)));
        assertThat(times).hasSize(500).isSorted();
      }
    }
  }

  private static long timeIn(Entry entry) {
    return new ByteReader().set(entry.value).readLong();
  }

  @Test
  void poll_elementChangedWhileItWasThere_isRefusedByTheNameOfTheQueue() {
    try (KeyedStore<String> store = heap()) {
      OrderedSet<Alarm> queue = store.openQueue(SPEC);
      Alarm alarm = new Alarm(10, 1, "");
      queue.add(alarm);
      alarm.id = 2;
      assertThatThrownBy(queue::poll)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("\"alarms\"")
          .hasMessageContaining("must not be changed");
    }
  }

  @Test
  void anyUse_afterClose_isRefused() {
    KeyedStore<String> store = heap();
    OrderedSet<Alarm> queue = store.openQueue(SPEC);
    queue.add(new Alarm(10, 1, ""));
    store.close();
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            queue::peek,
            queue::poll,
            queue::size,
            () -> queue.inKeyGroup(2),
            () -> queue.add(new Alarm(10, 1, "")),
            () -> queue.remove(new Alarm(10, 1, "")))) {
      assertThatThrownBy(use)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void randomOperations_equalElementsOfOtherBytesAndViewsOfEveryAge_agreeWithAPlainModel()
      throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<Alarm, String> model = new HashMap<>();
    List<FrozenView> views = new ArrayList<>();
    List<Map<Alarm, String>> copies = new ArrayList<>();
    try (KeyedStore<String> store = heap()) {
      OrderedSet<Alarm> queue = store.openQueue(SPEC);
      for (int step = 0; step < 40_000; step++) {
        Alarm alarm = new Alarm(random.nextInt(50), random.nextInt(200), "note " + step);
        int action = random.nextInt(100);
        if (action < (step / 10_000 % 2 == 0 ? 65 : 30)) {
          assertThat(queue.add(alarm))
              .as("seed %s, step %s", SEED, step)
              .isEqualTo(model.putIfAbsent(alarm, alarm.note) == null);
        } else if (action < 85) {
          assertThat(queue.remove(alarm))
              .as("seed %s, step %s", SEED, step)
              .isEqualTo(model.remove(alarm) != null);
        } else {
          Alarm first = queue.poll();
          assertThat(first == null).isEqualTo(model.isEmpty());
          if (first != null) {
            long least = model.keySet().stream().mapToLong(Alarm::time).min().getAsLong();
            assertThat(first.time).as("seed %s, step %s", SEED, step).isEqualTo(least);
            assertThat(model.remove(first)).isEqualTo(first.note);
          }
        }
        assertThat(queue.size()).isEqualTo(model.size());
        if (step % 3000 == 1000) {
          views.add(store.freeze(step));
          copies.add(new HashMap<>(model));
        } else if (step % 4000 == 3500) {
          int index = random.nextInt(views.size());
          assertThat(restored(views.get(index))).as("seed %s", SEED).isEqualTo(copies.get(index));
          views.remove(index).close();
          copies.remove(index);
          store.checkInvariants();
        }
      }
      for (int i = 0; i < views.size(); i++) {
        assertThat(restored(views.get(i))).as("seed %s", SEED).isEqualTo(copies.get(i));
        views.get(i).close();
      }
      assertThat(drain(queue))
          .isSortedAccordingTo(Comparator.comparingLong(Alarm::time))
          .containsExactlyInAnyOrderElementsOf(model.keySet());
    }
  }

  /** What a view holds, with the notes; a second one of an element would be noticed. */
  private static Map<Alarm, String> restored(FrozenView view) throws IOException {
    Map<Alarm, String> alarms = new TreeMap<>(Comparator.comparing(Alarm::toString));
    try (KeyedStore<String> store = bytes()) {
      store.load(view);
      OrderedSet<Alarm> queue = store.openQueue(SPEC);
      long size = queue.size();
      drain(queue).forEach(alarm -> alarms.put(alarm, alarm.note));
      assertThat(alarms).hasSize((int) size);
    }
    return new HashMap<>(alarms);
  }
}
