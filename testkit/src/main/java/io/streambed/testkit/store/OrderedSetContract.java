package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteWriter;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.NumberOrder;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/**
 * What every store's {@link OrderedSet} owes the timers. Subclass it in a test and name the store;
 * {@code -Dstreambed.seed=N} sets the seed of the random tests.
 */
public abstract class OrderedSetContract {
  private static final int KEY_GROUPS = 6;
  private static final KeyGroupRange OWNED = new KeyGroupRange(1, 4);
  private static final Serializer<Item> ITEMS = Serializers.records(Item.class);

  private static final Comparator<Item> ORDER =
      Comparator.comparing(OrderedSetContract::bytes, Arrays::compareUnsigned);

  private static final QueueSpec<Item> SPEC =
      new QueueSpec<>("queue", ITEMS, item -> (item.id & 0x7FFFFFFF) % KEY_GROUPS);

  /** Elements whose bytes are of many lengths; the number decides on the key group. */
  record Item(String text, int id) {}

  private final long seed = Long.getLong("streambed.seed", 7_004L);

  /** A contract over the stores that a subclass names. */
  protected OrderedSetContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private KeyedStore<String> store() {
    return factory().create(StoreContext.alone(Serializers.strings(), KEY_GROUPS, OWNED));
  }

  private static byte[] bytes(Item item) {
    ByteWriter out = new ByteWriter();
    ITEMS.write(item, out);
    return out.toByteArray();
  }

  /** An item of an owned key group. */
  private static Item item(int number) {
    int group = OWNED.first() + number % OWNED.size();
    int turn = number / OWNED.size();
    return new Item("t".repeat(turn % 5) + turn % 97, turn * KEY_GROUPS + group);
  }

  private static List<Item> drain(OrderedSet<Item> queue) {
    List<Item> items = new ArrayList<>();
    Item item;
    while ((item = queue.poll()) != null) {
      items.add(item);
    }
    return items;
  }

  @Test
  void poll_elementsOfSeveralKeyGroups_comeInTheOrderOfTheirBytes() {
    try (KeyedStore<String> store = store()) {
      OrderedSet<Item> queue = store.openQueue(SPEC);
      TreeSet<Item> expected = new TreeSet<>(ORDER);
      assertThat(queue.peek()).isNull();
      assertThat(queue.poll()).isNull();
      for (int i = 0; i < 5000; i++) {
        int number = i * 7919 % 5000;
        assertThat(queue.add(item(number))).isTrue();
        assertThat(queue.add(item(number))).as("a second time").isFalse();
        expected.add(item(number));
        assertThat(queue.peek()).isEqualTo(expected.first());
      }
      assertThat(queue.size()).isEqualTo(5000);
      store.checkInvariants();
      assertThat(drain(queue)).isEqualTo(new ArrayList<>(expected));
      assertThat(queue.size()).isZero();
      store.checkInvariants();
    }
  }

  @Test
  void poll_equalBytesInSeveralKeyGroups_lowerKeyGroupFirst() {
    // The key group is not in the bytes here: one element, asked for at different times, differs.
    int[] group = new int[1];
    try (KeyedStore<String> store = store()) {
      OrderedSet<String> queue =
          store.openQueue(new QueueSpec<>("queue", Serializers.strings(), text -> group[0]));
      for (int g : new int[] {3, 1, 4, 2}) {
        group[0] = g;
        assertThat(queue.add("b")).isTrue();
        assertThat(queue.add("c" + g)).isTrue();
      }
      assertThat(queue.inKeyGroup(4)).containsExactly("b", "c4");
      group[0] = 2;
      assertThat(queue.remove("b")).isTrue();
      assertThat(queue.remove("b")).isFalse();
      for (int left : new int[] {1, 3, 4}) {
        assertThat(queue.poll()).isEqualTo("b");
        assertThat(queue.inKeyGroup(left)).containsExactly("c" + left);
      }
      assertThat(queue.poll()).isEqualTo("c1");
      store.checkInvariants();
    }
  }

  @Test
  void poll_orderOfItsOwn_decidesBetweenKeyGroupsAndTiesGoToTheLower() {
    // Longs are written with the sign bit as it is: by their bytes, negative ones would come last.
    Comparator<Long> tens = Comparator.comparing(n -> Math.floorDiv(n, 10));
    try (KeyedStore<String> store = store()) {
      OrderedSet<Long> queue =
          store.openQueue(
              new QueueSpec<>("queue", Serializers.longs(), n -> Math.floorMod(n, 4) + 1, tens));
      // Key groups 3, 1, 4, 2 and 1.
      for (long n : new long[] {-10, 8, 3, 5, 20}) {
        assertThat(queue.add(n)).isTrue();
      }
      List<Long> polled = new ArrayList<>();
      polled.add(queue.poll());
      assertThat(queue.remove(8L)).isTrue();
      assertThat(queue.peek()).isEqualTo(5);
      assertThat(queue.add(8L)).isTrue();
      store.checkInvariants();
      while (queue.peek() != null) {
        polled.add(queue.peek());
        assertThat(queue.poll()).isEqualTo(polled.get(polled.size() - 1));
      }
      assertThat(polled).containsExactly(-10L, 8L, 5L, 3L, 20L);
    }
  }

  @Test
  void poll_orderByANumber_tiesGoToTheLowerKeyGroup() {
    NumberOrder<Long> hundreds = new NumberOrder<>(n -> n / 100);
    ToIntFunction<Long> keyGroup = n -> (int) (n % OWNED.size()) + OWNED.first();
    try (KeyedStore<String> store = store()) {
      OrderedSet<Long> queue =
          store.openQueue(new QueueSpec<>("queue", Serializers.longs(), keyGroup, hundreds));
      List<Long> left = new ArrayList<>();
      for (long i = 0; i < 3000; i++) {
        long n = i * 7919 % 3000;
        assertThat(queue.add(n)).isTrue();
        assertThat(queue.add(n)).as("a second time").isFalse();
        left.add(n);
      }
      for (long n = 0; n < 3000; n += 3) {
        assertThat(queue.remove(n)).isTrue();
        assertThat(queue.remove(n)).as("a second time").isFalse();
        left.remove(n);
      }
      store.checkInvariants();
      List<Long> polled = new ArrayList<>();
      while (queue.peek() != null) {
        polled.add(queue.poll());
      }
      assertThat(polled)
          .isSortedAccordingTo(hundreds.thenComparing(keyGroup::applyAsInt))
          .containsExactlyInAnyOrderElementsOf(left);
      assertThat(queue.size()).isZero();
    }
  }

  @Test
  void anyAccess_foreignKeyGroup_isRefused() {
    try (KeyedStore<String> store = store()) {
      OrderedSet<Item> queue = store.openQueue(SPEC);
      for (int foreign : new int[] {0, 5}) {
        Item item = new Item("foreign", foreign);
        assertThatThrownBy(() -> queue.add(item)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue.remove(item)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue.inKeyGroup(foreign))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(queue.size()).isZero();
    }
  }

  @Test
  void inKeyGroup_changedAfterwards_isACopyInOrder() {
    try (KeyedStore<String> store = store()) {
      OrderedSet<Item> queue = store.openQueue(SPEC);
      TreeSet<Item> expected = new TreeSet<>(ORDER);
      for (int i = 0; i < 2000; i++) {
        queue.add(item(i));
        if (SPEC.keyGroup().applyAsInt(item(i)) == 3) {
          expected.add(item(i));
        }
      }
      List<Item> copy = queue.inKeyGroup(3);
      drain(queue);
      assertThat(copy).isEqualTo(new ArrayList<>(expected));
      assertThat(queue.inKeyGroup(3)).isEmpty();
    }
  }

  @Test
  void randomOperations_withViewsOfEveryAge_agreeWithAPlainSet() {
    SplittableRandom random = new SplittableRandom(seed);
    try (KeyedStore<String> store = store()) {
      OrderedSet<Item> queue = store.openQueue(SPEC);
      TreeSet<Item> model = new TreeSet<>(ORDER);
      List<FrozenView> views = new ArrayList<>();
      List<List<Item>> copies = new ArrayList<>();
      for (int step = 0; step < 30_000; step++) {
        Item item = item(random.nextInt(6000));
        int action = random.nextInt(100);
        if (action < (step < 15_000 ? 60 : 30)) {
          assertThat(queue.add(item)).as("seed %s, step %s", seed, step).isEqualTo(model.add(item));
        } else if (action < 85) {
          assertThat(queue.remove(item))
              .as("seed %s, step %s", seed, step)
              .isEqualTo(model.remove(item));
        } else {
          assertThat(queue.peek()).isEqualTo(model.isEmpty() ? null : model.first());
          assertThat(queue.poll()).as("seed %s, step %s", seed, step).isEqualTo(model.pollFirst());
        }
        assertThat(queue.size()).isEqualTo(model.size());
        if (step % 3000 == 1000) {
          views.add(store.freeze(step));
          copies.add(List.copyOf(model));
        } else if (step % 4000 == 3500) {
          int index = random.nextInt(views.size());
          assertThat(drained(views.get(index))).isEqualTo(copies.get(index));
          views.remove(index).close();
          copies.remove(index);
          store.checkInvariants();
        }
      }
      for (int i = 0; i < views.size(); i++) {
        assertThat(drained(views.get(i))).as("seed %s", seed).isEqualTo(copies.get(i));
        views.get(i).close();
      }
      assertThat(drain(queue)).isEqualTo(List.copyOf(model));
    }
  }

  private List<Item> drained(FrozenView view) {
    try (KeyedStore<String> plain =
        new ByteStoreFactory()
            .create(StoreContext.alone(Serializers.strings(), KEY_GROUPS, OWNED))) {
      plain.load(view);
      return drain(plain.openQueue(SPEC));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void load_beforeAndAfterTheQueueIsOpened_givesTheSameElements() throws IOException {
    try (KeyedStore<String> store = store();
        KeyedStore<String> early = store();
        KeyedStore<String> late = store()) {
      OrderedSet<Item> queue = store.openQueue(SPEC);
      for (int i = 0; i < 3000; i++) {
        queue.add(item(i));
      }
      OrderedSet<Item> opened = early.openQueue(SPEC);
      try (FrozenView view = store.freeze(1)) {
        early.load(view);
        late.load(view);
      }
      List<Item> expected = drain(queue);
      assertThat(expected).hasSize(3000);
      assertThat(drain(opened)).isEqualTo(expected);
      assertThat(drain(late.openQueue(SPEC))).isEqualTo(expected);
    }
  }
}
