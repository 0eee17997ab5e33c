package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Order and change under the walk, in maps of either form. */
class HeapMapTableWalkTest {
  private static final long SEED = Long.getLong("streambed.seed", 47L);

  /** More entries than a dense map takes. */
  private static final int LARGE = 3 * DenseMap.MAX_ENTRIES / 2;

  private final HeapKeyedStore<String> store = newStore();

  private static HeapKeyedStore<String> newStore() {
    return new HeapKeyedStore<>(
        StoreContext.alone(Serializers.strings(), 4, new KeyGroupRange(0, 3)));
  }

  private static <U, V> MapTable<String, VoidNamespace, U, V> open(
      HeapKeyedStore<String> store, Serializer<U> userKeys, Serializer<V> values) {
    MapTable<String, VoidNamespace, U, V> table =
        store.openMaps(new TableSpec<>("map", StateKind.MAP, Serializers.unit(), userKeys, values));
    store.context().setKey("key");
    return table;
  }

  private MapTable<String, VoidNamespace, Long, Integer> numbers(int count) {
    MapTable<String, VoidNamespace, Long, Integer> table =
        open(store, Serializers.longs(), Serializers.ints());
    LongStream.range(0, count).forEach(i -> table.put(i, (int) i, 0));
    return table;
  }

  private static <U> List<U> walk(MapTable<?, ?, U, ?> table) {
    return rest(table.entriesCursor());
  }

  private static <U> List<U> rest(MapCursor<U, ?> cursor) {
    List<U> met = new ArrayList<>();
    while (cursor.advance()) {
      met.add(cursor.key());
    }
    return met;
  }

  @Test
  void cursor_intsPutInAscendingOrder_keepsItThroughUpdatesAFreezeAndRemovals() {
    MapTable<String, VoidNamespace, Integer, String> table =
        open(store, Serializers.ints(), Serializers.strings());
    List<Integer> expected = new ArrayList<>(IntStream.range(0, 4096).boxed().toList());
    expected.forEach(i -> table.put(i, "first", 0));
    assertThat(walk(table)).isEqualTo(expected);
    for (int i = 4095; i >= 0; i--) {
      table.put(i, "second", 0);
    }
    assertThat(walk(table)).isEqualTo(expected);
    store.freeze(1);
    MapCursor<Integer, String> cursor = table.entriesCursor();
    for (int i = 0; cursor.advance(); i++) {
      assertThat(cursor.key()).isEqualTo(i);
      if (i % 3 > 0) {
        table.remove(cursor.key());
      }
    }
    expected.removeIf(i -> i % 3 > 0);
    assertThat(walk(table)).isEqualTo(expected);
    table.put(5000, "last", 0);
    expected.add(5000);
    assertThat(walk(table)).isEqualTo(expected);
    store.checkInvariants();
  }

  @Test
  void load_denseMap_keepsTheOrder() throws IOException {
    MapTable<String, VoidNamespace, Long, Integer> table =
        open(store, Serializers.longs(), Serializers.ints());
    for (long userKey : new long[] {50, -3, 17, 4, 99, 0, -100, 23, 24, 1, 7}) {
      table.put(userKey, 1, 0);
    }
    table.remove(4L);
    HeapKeyedStore<String> other = newStore();
    try (FrozenView view = store.freeze(1)) {
      other.load(view);
    }
    assertThat(walk(open(other, Serializers.longs(), Serializers.ints())))
        .containsExactly(50L, -3L, 17L, 99L, 0L, -100L, 23L, 24L, 1L, 7L);
  }

  @Test
  void cursor_mapBecomesSegmentedUnderTheWalk_givesEachEntryOnceInTheOldOrder() {
    MapTable<String, VoidNamespace, Long, Integer> table = numbers(DenseMap.MAX_ENTRIES);
    table.remove(5L);
    MapCursor<Long, Integer> cursor = table.entriesCursor();
    for (int i = 0; i < 4; i++) {
      assertThat(cursor.advance()).isTrue();
    }
    LongStream.range(0, 3000).forEach(i -> table.put(20_000 + i, 0, 0));
    table.put(5L, 5, 0);
    table.remove(8000L);
    table.put(8001L, -8001, 0);
    store.freeze(1).close();
    List<Long> expected = new ArrayList<>();
    LongStream.range(4, DenseMap.MAX_ENTRIES).forEach(expected::add);
    expected.removeAll(List.of(5L, 8000L));
    List<Long> met = new ArrayList<>();
    while (cursor.advance()) {
      met.add(cursor.key());
      assertThat(cursor.value())
          .isEqualTo((int) (cursor.key() == 8001 ? -8001 : (long) cursor.key()));
    }
    assertThat(met).isEqualTo(expected);
    assertThat(walk(table)).hasSize(DenseMap.MAX_ENTRIES + 3000 - 1).doesNotHaveDuplicates();
    store.checkInvariants();
  }

  @Test
  void cursor_userKeyRemovedBeforeAndPutAgain_isGivenOnceAfterACompaction() {
    MapTable<String, VoidNamespace, Long, Integer> table = numbers(10);
    table.remove(2L);
    table.put(2L, 22, 0);
    MapCursor<Long, Integer> cursor = table.entriesCursor();
    assertThat(cursor.advance()).isTrue();
    table.remove(3L);
    table.remove(4L);
    // The lanes take 12: this compacts.
    table.put(11L, 11, 0);
    table.put(12L, 12, 0);
    table.put(4L, 44, 0);
    assertThat(rest(cursor)).containsExactly(1L, 5L, 6L, 7L, 8L, 9L, 2L);
    assertThat(walk(table)).containsExactly(0L, 1L, 5L, 6L, 7L, 8L, 9L, 2L, 11L, 12L, 4L);
  }

  @Test
  void cursor_segmentedMapDroppedAndFilledAgain_givesNothingTwice() {
    MapTable<String, VoidNamespace, Long, Integer> table = numbers(LARGE);
    MapCursor<Long, Integer> cursor = table.entriesCursor();
    Set<Long> met = new HashSet<>();
    for (int i = 0; i < LARGE / 2; i++) {
      assertThat(cursor.advance()).isTrue();
      met.add(cursor.key());
    }
    table.clear();
    numbers(100);
    for (long userKey : rest(cursor)) {
      assertThat(met.add(userKey)).as("%s only once", userKey).isTrue();
      assertThat(userKey).isLessThan(100);
    }
    assertThat(walk(table)).hasSize(100);
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 14, 40, DenseMap.MAX_ENTRIES - 2, LARGE})
  void cursor_randomChangesUnderTheWalk_keepsItsRules(int count) {
    SplittableRandom random = new SplittableRandom(SEED + count);
    for (int round = 0; round < (count > 1000 ? 2 : 200); round++) {
      MapTable<String, VoidNamespace, Long, Integer> table = numbers(count);
      Map<Long, Integer> model = new HashMap<>();
      LongStream.range(0, count).forEach(i -> model.put(i, (int) i));
      Set<Long> stays = new HashSet<>(model.keySet());
      Set<Long> met = new HashSet<>();
      MapCursor<Long, Integer> cursor = table.entriesCursor();
      while (cursor.advance()) {
        long here = cursor.key();
        assertThat(met.add(here)).as("%s once, seed %s", here, SEED).isTrue();
        assertThat(cursor.value()).as("seed %s", SEED).isEqualTo(model.get(here));
        for (int i = random.nextInt(4); i > 0; i--) {
          long other = random.nextInt(2 * count);
          if (random.nextInt(3) == 0) {
            stays.remove(other);
            table.remove(other);
            model.remove(other);
          } else {
            int value = random.nextInt();
            table.put(other, value, 0);
            model.put(other, value);
          }
        }
        if (random.nextInt(count) < 3) {
          store.freeze(1).close();
          store.freeze(2);
        }
      }
      assertThat(met).as("seed %s", SEED).containsAll(stays);
      assertThat(walk(table)).containsExactlyInAnyOrderElementsOf(model.keySet());
      store.checkInvariants();
      table.clear();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 100, LARGE})
  void cursor_mutableValuesAfterAFreeze_copiesEachOnce(int count) {
    Counting values = new Counting();
    MapTable<String, VoidNamespace, Long, int[]> table = open(store, Serializers.longs(), values);
    LongStream.range(0, count).forEach(i -> table.put(i, new int[] {(int) i}, 0));
    // The first value was copied, to try the serializer.
    values.copies = 0;
    walk(table);
    assertThat(values.copies).isZero();
    store.freeze(1);
    MapCursor<Long, int[]> cursor = table.entriesCursor();
    while (cursor.advance()) {
      long userKey = cursor.key();
      assertThat(cursor.value()).containsExactly((int) userKey);
      assertThat(table.get(userKey)).isSameAs(cursor.value());
      table.put(userKey, cursor.value(), 0);
    }
    walk(table);
    assertThat(values.copies).isEqualTo(count);
    store.checkInvariants();
  }

  /** Counts the copies of mutable values. */
  private static final class Counting implements Serializer<int[]> {
    private final Serializer<int[]> arrays = Serializers.intArrays();
    int copies;

    @Override
    public int[] copy(int[] value) {
      copies++;
      return arrays.copy(value);
    }

    @Override
    public void write(int[] value, ByteWriter out) {
      arrays.write(value, out);
    }

    @Override
    public int[] read(ByteReader in) {
      return arrays.read(in);
    }

    @Override
    public boolean immutable() {
      return false;
    }

    @Override
    public Serializer<int[]> duplicate() {
      return arrays.duplicate();
    }

    @Override
    public SerializerSnapshot snapshot() {
      return arrays.snapshot();
    }
  }
}
