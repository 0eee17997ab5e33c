package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.InvariantViolationException;
import io.streambed.store.IndexField;
import io.streambed.store.NumberOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PriorityBucketsTest {
  private static final long SEED = Long.getLong("streambed.seed", 7_005L);
  private static final int MANY = 20_000;

  /** An element: its number in the order, its tie, and a name that no other one has. */
  private record Item(long time, int tie, int name, int[] place) {
    Item(long time, int tie, int name) {
      this(time, tie, name, new int[] {name});
    }
  }

  /** What is found in the field of an element. */
  private record Place(IntUnaryOperator found) implements IndexField<Item> {
    @Override
    public int get(Item item) {
      return found.applyAsInt(item.place[0]);
    }

    @Override
    public void set(Item item, int index) {
      item.place[0] = index;
    }
  }

  private static final Comparator<Item> EXACT =
      Comparator.comparingLong(Item::time).thenComparingInt(Item::tie);

  /** The ways in which an order can be declared. */
  private enum Declared {
    BY_NUMBER(new NumberOrder<>(Item::time), null),
    BY_COMPARATOR(Comparator.comparingLong(Item::time), null),
    WITH_A_FIELD(new NumberOrder<>(Item::time), new Place(index -> index)),
    WITH_A_FIELD_OFTEN_SPOILED(
        new NumberOrder<>(Item::time), new Place(index -> index % 3 == 0 ? index : index - 4099)),
    WITH_A_FIELD_NOT_WRITTEN(new NumberOrder<>(Item::time), new Place(index -> -1));

    private final Comparator<Item> order;
    private final IndexField<Item> field;

    Declared(Comparator<Item> order, IndexField<Item> field) {
      this.order = order;
      this.field = field;
    }

    PriorityBuckets<Item> empty() {
      return new PriorityBuckets<>(new ElementOrder<>(order, Item::tie), field);
    }
  }

  private static void add(PriorityBuckets<Item> buckets, Item item) {
    buckets.add(item, item.tie);
  }

  private static List<Item> drain(PriorityBuckets<Item> buckets) {
    List<Item> items = new ArrayList<>();
    for (Item item = buckets.peek(); item != null; item = buckets.peek()) {
      items.add(item);
      buckets.removeFirst();
    }
    return items;
  }

  /** Adds many, checks, removes half of them and takes the rest in order. */
  private static void roundTrip(Declared declared, IntUnaryOperator time, IntUnaryOperator tie) {
    PriorityBuckets<Item> buckets = declared.empty();
    List<Item> kept = new ArrayList<>();
    List<Item> dropped = new ArrayList<>();
    for (int name = 0; name < MANY; name++) {
      Item item = new Item(time.applyAsInt(name), tie.applyAsInt(name), name);
      add(buckets, item);
      (name % 2 == 0 ? kept : dropped).add(item);
    }
    buckets.checkInvariants();
    for (Item item : dropped) {
      buckets.remove(item, item.tie);
    }
    buckets.checkInvariants();
    List<Item> taken = drain(buckets);
    assertThat(taken).isSortedAccordingTo(EXACT).containsExactlyInAnyOrderElementsOf(kept);
    assertThat(buckets.peek()).isNull();
  }

  @ParameterizedTest
  @EnumSource(Declared.class)
  void removeFirst_timesInAnyOrder_givesThemInOrder(Declared declared) {
    roundTrip(declared, name -> name, name -> 0);
    roundTrip(declared, name -> MANY - name, name -> 0);
    roundTrip(declared, name -> (int) (name * 2654435761L % MANY), name -> name);
  }

  @ParameterizedTest
  @EnumSource(Declared.class)
  void removeFirst_oneTimeForAll_givesThemInTheOrderOfTies(Declared declared) {
    roundTrip(declared, name -> 60_000, name -> (int) (name * 2654435761L % MANY));
    roundTrip(declared, name -> name % 3, name -> name * 31 % 1000);
  }

  @ParameterizedTest
  @EnumSource(Declared.class)
  void add_elementsThatNothingTellsApart_growsTheBucket(Declared declared) {
    roundTrip(declared, name -> Integer.MAX_VALUE, name -> 7);
  }

  @ParameterizedTest
  @EnumSource(Declared.class)
  void removeFirst_extremeTimes_comeFirstAndLast(Declared declared) {
    PriorityBuckets<Item> buckets = declared.empty();
    long[] times = {0, Long.MAX_VALUE, -1, Long.MIN_VALUE, 1};
    for (int name = 0; name < times.length; name++) {
      add(buckets, new Item(times[name], 0, name));
    }
    assertThat(drain(buckets))
        .extracting(Item::time)
        .containsExactly(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE);
  }

  @ParameterizedTest
  @EnumSource(Declared.class)
  void remove_elementThatIsNotThere_isNoticed(Declared declared) {
    PriorityBuckets<Item> buckets = declared.empty();
    for (int name = 0; name < 1000; name++) {
      add(buckets, new Item(name, 0, name));
    }
    for (long time : new long[] {3, 900}) {
      Item missing = new Item(time, 0, 0);
      assertThatThrownBy(() -> buckets.remove(missing, 0))
          .isInstanceOf(InvariantViolationException.class);
    }
    buckets.checkInvariants();
  }

  /** Were a search done, it would ask for the number of each element that is removed. */
  @Test
  void remove_elementsWithAField_areNotSearched() {
    int[] asked = new int[1];
    NumberOrder<Item> counting =
        new NumberOrder<>(
            item -> {
              asked[0]++;
              return item.time;
            });
    PriorityBuckets<Item> buckets =
        new PriorityBuckets<>(new ElementOrder<>(counting, Item::tie), new Place(index -> index));
    List<Item> items = new ArrayList<>();
    for (int name = 0; name < MANY; name++) {
      items.add(new Item(name * 2654435761L % MANY, name, name));
      add(buckets, items.get(name));
    }
    asked[0] = 0;
    for (int name = 0; name < MANY; name += 10) {
      buckets.remove(items.get(name), name);
    }
    // Buckets that got small are searched.
    assertThat(asked[0]).isLessThan(MANY / 10 / 4);
    buckets.checkInvariants();
  }

  @ParameterizedTest
  @EnumSource(Declared.class)
  void randomOperations_agreeWithASortedSet(Declared declared) {
    SplittableRandom random = new SplittableRandom(SEED);
    PriorityBuckets<Item> buckets = declared.empty();
    TreeSet<Item> model = new TreeSet<>(EXACT.thenComparingInt(Item::name));
    List<Item> there = new ArrayList<>();
    List<Item> gone = new ArrayList<>();
    for (int step = 0; step < 60_000; step++) {
      // Rises to more elements than one bucket takes, and falls: parts and joins of every kind.
      boolean rising = step / 15_000 % 2 == 0;
      if (there.isEmpty() || random.nextInt(10) < (rising ? 9 : 1)) {
        int time = random.nextBoolean() ? random.nextInt(100_000) : random.nextInt(4);
        // Some come again, with what their field says of the place where they were.
        boolean again = !gone.isEmpty() && random.nextInt(3) == 0;
        Item item =
            again
                ? gone.remove(random.nextInt(gone.size()))
                : new Item(time, random.nextInt(500), step);
        add(buckets, item);
        model.add(item);
        there.add(item);
      } else if (random.nextInt(3) == 0) {
        Item first = buckets.peek();
        assertThat(EXACT.compare(first, model.first())).as("seed %s, step %s", SEED, step).isZero();
        buckets.removeFirst();
        assertThat(model.remove(first)).as("seed %s, step %s", SEED, step).isTrue();
        there.remove(first);
        gone.add(first);
      } else {
        int at = random.nextInt(there.size());
        Item item = there.get(at);
        there.set(at, there.get(there.size() - 1));
        there.remove(there.size() - 1);
        buckets.remove(item, item.tie);
        model.remove(item);
        gone.add(item);
      }
      if (step % 1000 == 0) {
        buckets.checkInvariants();
      }
    }
    assertThat(drain(buckets)).containsExactlyInAnyOrderElementsOf(model);
  }
}
