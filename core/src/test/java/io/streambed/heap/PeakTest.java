package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.MapCursor;
import io.streambed.store.StoreContext;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables that grow to a peak and shrink again: what they hold, what is walked, and what they keep.
 */
class PeakTest {
  private static final long SEED = Long.getLong("streambed.seed", 91L);

  /** The slots of the groups' smallest segments, which are no measure of what is kept. */
  private static final int SMALL = 200;

  /** A store with keys of a type and one table of each shape. */
  private static final class Tables<K> {
    final IntFunction<K> key;
    final HeapKeyedStore<K> store;
    final HeapValueTable<K, Short, Integer> values;
    final HeapListTable<K, Short, String> lists;
    final HeapMapTable<K, Short, Long, int[]> maps;

    Tables(Serializer<K> keys, IntFunction<K> key) {
      this.key = key;
      this.store = new HeapKeyedStore<>(StoreContext.alone(keys, 4, new KeyGroupRange(0, 3)));
      this.values =
          (HeapValueTable<K, Short, Integer>)
              store.<Short, Integer>openValues(
                  new TableSpec<Short, Void, Integer>(
                      "v", StateKind.VALUE, Serializers.shorts(), null, Serializers.ints()));
      this.lists =
          (HeapListTable<K, Short, String>)
              store.<Short, String>openLists(
                  new TableSpec<Short, Void, String>(
                      "l", StateKind.LIST, Serializers.shorts(), null, Serializers.strings()));
      this.maps =
          (HeapMapTable<K, Short, Long, int[]>)
              store.<Short, Long, int[]>openMaps(
                  new TableSpec<>(
                      "m",
                      StateKind.MAP,
                      Serializers.shorts(),
                      Serializers.longs(),
                      Serializers.intArrays()));
    }

    private void at(int number) {
      store.context().setKey(key.apply(number));
      values.namespace((short) (number & 1));
      lists.namespace((short) (number & 1));
      maps.namespace((short) (number & 1));
    }

    void put(int number, int value) {
      at(number);
      values.put(value, 0);
      lists.append("e" + value, 0);
      maps.put((long) value, new int[] {value}, 0);
      maps.put(-1L, new int[] {number}, 0);
    }

    void remove(int number) {
      at(number);
      values.clear();
      lists.clear();
      maps.clear();
    }

    long capacity() {
      return values.capacity() + lists.capacity() + maps.capacity();
    }

    void check(Map<Integer, Integer> model) {
      store.checkInvariants();
      assertThat(values.entries()).as("seed %s", SEED).isEqualTo(model.size());
      assertThat(lists.entries()).as("seed %s", SEED).isEqualTo(model.size());
      model.forEach(
          (number, value) -> {
            at(number);
            assertThat(values.get()).as("seed %s", SEED).isEqualTo(value);
            assertThat(lists.read()).contains("e" + value);
            assertThat(maps.get((long) value)).containsExactly(value);
          });
    }
  }

  private record Frozen(FrozenView view, Map<Integer, Integer> copy) {}

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waves_withCursorsAndViews_keepContentsAndFollowTheEntries(boolean objects)
      throws IOException {
    if (objects) {
      waves(Serializers.strings(), i -> "key " + i);
    } else {
      waves(Serializers.longs(), i -> 0x9E3779B97F4A7C15L * i);
    }
  }

  private <K> void waves(Serializer<K> keys, IntFunction<K> key) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    Tables<K> tables = new Tables<>(keys, key);
    int peak = 10_000;
    List<Integer> order = new ArrayList<>();
    for (int number = 0; number < peak; number++) {
      order.add(number);
    }
    Map<Integer, Integer> model = new HashMap<>();
    List<Frozen> views = new ArrayList<>();
    for (int left : new int[] {100, 3000, 1, 0}) {
      for (int number = 0; number < peak; number++) {
        tables.put(number, number * 3);
        model.put(number, number * 3);
      }
      Collections.shuffle(order, new Random(random.nextLong()));
      TableCursor<K, Short> cursor = tables.values.cursor();
      Set<K> met = new HashSet<>();
      Set<K> stays = new HashSet<>();
      order.subList(0, left).forEach(number -> stays.add(key.apply(number)));
      for (int number : order.subList(left, peak)) {
        if (random.nextInt(peak / 300) == 0 && cursor.advance()) {
          assertThat(met.add(cursor.key())).as("%s once, seed %s", cursor.key(), SEED).isTrue();
        }
        tables.remove(number);
        model.remove(number);
        if (random.nextInt(peak / 2) == 0) {
          views.add(new Frozen(tables.store.freeze(1), new HashMap<>(model)));
        }
      }
      while (cursor.advance()) {
        assertThat(met.add(cursor.key())).as("%s once, seed %s", cursor.key(), SEED).isTrue();
      }
      assertThat(met.containsAll(stays)).as("seed %s", SEED).isTrue();
      tables.check(model);
      assertFollows(tables, keys, model);
    }
    for (Frozen frozen : views) {
      Tables<K> loaded = new Tables<>(keys, key);
      loaded.store.load(frozen.view);
      loaded.check(frozen.copy);
      frozen.view.close();
    }
    assertThat(views).isNotEmpty();
  }

  private static <K> void assertFollows(
      Tables<K> tables, Serializer<K> keys, Map<Integer, Integer> model) {
    Tables<K> fresh = new Tables<>(keys, tables.key);
    model.forEach(fresh::put);
    assertThat(tables.capacity())
        .as("slots for %s keys", model.size())
        .isLessThanOrEqualTo(2 * fresh.capacity() + SMALL);
  }

  @ParameterizedTest
  @ValueSource(ints = {40, DenseMap.MAX_ENTRIES, 40_000})
  void map_peaksUnderItsCursor_givesWhatStaysOnceAndFollowsTheEntries(int peak) {
    SplittableRandom random = new SplittableRandom(SEED + peak);
    Tables<Long> tables = new Tables<>(Serializers.longs(), i -> (long) i);
    tables.at(7);
    for (int left : new int[] {peak / 2, peak / 40, 1}) {
      for (int i = 0; i < peak; i++) {
        tables.maps.put((long) i, new int[] {i}, 0);
      }
      MapCursor<Long, int[]> cursor = tables.maps.entriesCursor();
      Set<Long> met = new HashSet<>();
      for (int i = 0; i < peak; i++) {
        if (random.nextInt(4) == 0 && cursor.advance()) {
          assertThat(met.add(cursor.key())).as("%s once, seed %s", cursor.key(), SEED).isTrue();
        }
        if (random.nextInt(peak) == 0) {
          tables.store.freeze(1);
        }
        if (i >= left) {
          tables.maps.remove((long) i);
        }
      }
      while (cursor.advance()) {
        assertThat(met.add(cursor.key())).as("%s once, seed %s", cursor.key(), SEED).isTrue();
        assertThat(cursor.value()).containsExactly((int) (long) cursor.key());
      }
      assertThat(met.stream().filter(userKey -> userKey < left)).hasSize(left);
      tables.store.checkInvariants();
      Tables<Long> fresh = new Tables<>(Serializers.longs(), i -> (long) i);
      fresh.at(7);
      for (int i = 0; i < left; i++) {
        fresh.maps.put((long) i, new int[] {i}, 0);
      }
      assertThat(tables.maps.entries()).isEqualTo(left);
      assertThat(tables.maps.capacity())
          .as("slots for %s entries", left)
          .isLessThanOrEqualTo(2 * fresh.maps.capacity() + 16);
    }
  }
}
