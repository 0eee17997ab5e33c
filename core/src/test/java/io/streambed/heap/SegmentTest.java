package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Segments of every layout against a plain map, with hashes that collide and wrap around. */
class SegmentTest {
  private static final long SEED = Long.getLong("streambed.seed", 11L);
  private static final int CAPACITY = 64;

  static List<Layout> layouts() {
    List<Layout> layouts = new ArrayList<>();
    for (int bits = 0; bits < 32; bits++) {
      boolean longValues = (bits & 4) != 0;
      boolean tracked = (bits & 8) != 0;
      if (!(longValues && tracked)) {
        layouts.add(
            new Layout((bits & 1) != 0, (bits & 2) != 0, longValues, tracked, (bits & 16) != 0));
      }
    }
    return layouts;
  }

  /** One entry as the model has it. */
  private record Held(int hash, Object value, long stamp) {}

  private record Key(long number, String namespace) {}

  private final SplittableRandom random = new SplittableRandom(SEED);

  /** Few hashes, many of them at the end of the table, so that probes wrap around. */
  private static int hashOf(long number) {
    return (int) (CAPACITY - 3 + number % 7) | 0x5A00_0000;
  }

  /** A key whose bits are hashed to what is wanted, where they are the whole key. */
  private static long bitsOf(long number) {
    return Hashes.bitsOf(hashOf(number), (int) number);
  }

  private static int find(Segment segment, Key key) {
    return segment.find(hashOf(key.number), bitsOf(key.number), "key" + key.number, key.namespace);
  }

  private Key anyKey(Layout layout) {
    return new Key(
        random.nextInt(60), layout.namespaced() ? "namespace" + random.nextInt(2) : "none");
  }

  private static void put(Segment segment, Layout layout, Key key, Held held) {
    int slot = find(segment, key);
    if (slot < 0) {
      slot = ~slot;
      segment.claim(slot, held.hash, bitsOf(key.number), "key" + key.number, key.namespace);
    }
    if (layout.longValues()) {
      segment.setNull(slot, held.value == null);
      segment.setLongValue(slot, held.value == null ? 0 : (Long) held.value);
    } else {
      segment.setValue(slot, held.value);
    }
    if (layout.tracked()) {
      segment.setValueEpoch(slot, (int) held.stamp);
    }
    if (layout.stamped()) {
      segment.setStamp(slot, held.stamp);
    }
  }

  private static void check(Segment segment, Layout layout, Map<Key, Held> model) {
    segment.checkInvariants();
    assertThat(segment.size).isEqualTo(model.size());
    model.forEach(
        (key, held) -> {
          int slot = find(segment, key);
          assertThat(slot).as("%s, seed %s", key, SEED).isNotNegative();
          if (layout.longValues()) {
            assertThat(segment.isNull(slot)).isEqualTo(held.value == null);
            if (held.value != null) {
              assertThat(segment.longValue(slot)).isEqualTo(held.value);
            }
          } else {
            assertThat(segment.value(slot)).isEqualTo(held.value);
          }
          if (layout.tracked()) {
            assertThat(segment.valueEpoch(slot)).isEqualTo((int) held.stamp);
          }
          if (layout.stamped()) {
            assertThat(segment.stamp(slot)).isEqualTo(held.stamp);
          }
        });
  }

  private Held any(Layout layout, Key key, int step) {
    boolean isNull = random.nextInt(5) == 0;
    Object value = isNull ? null : layout.longValues() ? (Object) (long) step : "value" + step;
    return new Held(hashOf(key.number), value, step);
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void randomOperations_collidingHashes_agreeWithAPlainMap(Layout layout) {
    Segment segment = new Segment(layout, 0, 0, CAPACITY);
    Map<Key, Held> model = new HashMap<>();
    List<Segment> copies = new ArrayList<>();
    List<Map<Key, Held>> modelCopies = new ArrayList<>();
    for (int step = 0; step < 4000; step++) {
      Key key = anyKey(layout);
      int slot = find(segment, key);
      assertThat(slot >= 0).as("step %s, seed %s", step, SEED).isEqualTo(model.containsKey(key));
      if (random.nextInt(5) < 2) {
        if (slot >= 0) {
          segment.remove(slot);
          model.remove(key);
        }
      } else if (slot >= 0 || !segment.full()) {
        Held held = any(layout, key, step);
        put(segment, layout, key, held);
        model.put(key, held);
      }
      if (step % 100 == 0) {
        check(segment, layout, model);
      }
      if (step % 1000 == 500) {
        copies.add(segment);
        modelCopies.add(new HashMap<>(model));
        segment = new Segment(segment, step);
        assertThat(segment.epoch).isEqualTo(step);
      }
    }
    assertThat(model).hasSizeGreaterThan(10);
    check(segment, layout, model);
    check(segment.resized(9, 2 * CAPACITY), layout, model);
    for (int i = 0; i < copies.size(); i++) {
      check(copies.get(i), layout, modelCopies.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void remove_entryOfALane_leavesNoReferenceBehind(Layout layout) {
    Segment segment = new Segment(layout, 0, 0, CAPACITY);
    for (int i = 0; i < 40; i++) {
      put(segment, layout, new Key(i, "n"), any(layout, new Key(i, "n"), i));
    }
    for (int i = 0; i < 40; i++) {
      segment.remove(find(segment, new Key(i, "n")));
    }
    segment.checkInvariants();
    assertThat(segment.size).isZero();
    for (int slot = 0; slot < CAPACITY; slot++) {
      assertThat(segment.occupied(slot)).isFalse();
      if (!layout.longKeys()) {
        assertThat(segment.key(slot)).isNull();
      }
      if (layout.namespaced()) {
        assertThat(segment.namespace(slot)).isNull();
      }
      if (!layout.longValues()) {
        assertThat(segment.value(slot)).isNull();
      }
    }
  }

  @Test
  void joined_halvesWithOtherPatternsOfFreeSlots_haveTheEntriesOfBoth() {
    Layout layout = new Layout(true, false, true, false, false);
    Segment whole = new Segment(layout, 0, 0, CAPACITY);
    for (int i = 0; i < 20; i++) {
      put(whole, Hashes.bitsOf(i << 28 | 5, i), i);
    }
    Segment[] halves = whole.split(1);
    // Each half gets a key that is the pattern of free slots in the other one.
    long zero = 0;
    long pattern = 0x9E37_79B9_7F4A_7C15L;
    Segment withZero = Hashing.mix(zero) < 0 ? halves[1] : halves[0];
    put(withZero, zero, 100);
    Segment withPattern = Hashing.mix(pattern) < 0 ? halves[1] : halves[0];
    put(withPattern, pattern, 101);
    Segment joined = halves[0].joined(halves[1], 2);
    Segment reversed = halves[1].joined(halves[0], 2);
    for (Segment each : List.of(joined, reversed)) {
      each.checkInvariants();
      assertThat(each.depth).isZero();
      assertThat(each.size).isEqualTo(22);
      assertThat(each.longValue(each.find(Hashing.mix(zero), zero))).isEqualTo(100);
      assertThat(each.longValue(each.find(Hashing.mix(pattern), pattern))).isEqualTo(101);
      for (int i = 0; i < 20; i++) {
        long bits = Hashes.bitsOf(i << 28 | 5, i);
        assertThat(each.longValue(each.find(Hashing.mix(bits), bits))).isEqualTo(i);
      }
    }
  }

  private static void put(Segment segment, long bits, long value) {
    int slot = ~segment.find(Hashing.mix(bits), bits);
    segment.claim(slot, Hashing.mix(bits), bits, null, null);
    segment.setLongValue(slot, value);
  }

  @Test
  void claim_keyWithThePatternOfFreeSlots_isFoundAndTheOthersStay() {
    Layout layout = new Layout(true, false, true, false, false);
    Segment segment = new Segment(layout, 0, 0, CAPACITY);
    // The second and third are the patterns that are chosen when zero and the second come.
    long[] keys = {0, 0x9E37_79B9_7F4A_7C15L, 2 * 0x9E37_79B9_7F4A_7C15L, 5, -1};
    for (int i = 0; i < keys.length; i++) {
      int hash = Hashing.mix(keys[i]);
      int slot = segment.find(hash, keys[i]);
      assertThat(slot).as("key %s is not there yet", keys[i]).isNegative();
      segment.claim(~slot, hash, keys[i], null, null);
      segment.setLongValue(~slot, i);
      segment.checkInvariants();
    }
    for (Segment each :
        List.of(segment, new Segment(segment, 1), segment.resized(1, 2 * CAPACITY))) {
      each.checkInvariants();
      for (int i = 0; i < keys.length; i++) {
        assertThat(each.longValue(each.find(Hashing.mix(keys[i]), keys[i]))).isEqualTo(i);
      }
    }
    for (long key : keys) {
      segment.remove(segment.find(Hashing.mix(key), key));
      segment.checkInvariants();
      assertThat(segment.find(Hashing.mix(key), key)).isNegative();
    }
  }

  @Test
  void split_entriesOfBothHalves_areAllInTheirs() {
    Layout layout = new Layout(true, false, true, false, false);
    Segment segment = new Segment(layout, 0, 0, CAPACITY);
    for (long key = 0; key < 40; key++) {
      int hash = Hashing.mix(key);
      segment.claim(~segment.find(hash, key), hash, key, null, null);
    }
    Segment[] halves = segment.split(7);
    assertThat(halves[0].size + halves[1].size).isEqualTo(40);
    for (Segment half : halves) {
      half.checkInvariants();
      assertThat(half.depth).isEqualTo(1);
      assertThat(half.epoch).isEqualTo(7);
    }
    for (long key = 0; key < 40; key++) {
      int hash = Hashing.mix(key);
      assertThat(halves[hash >>> 31].find(hash, key)).isNotNegative();
      assertThat(halves[~hash >>> 31].find(hash, key)).isNegative();
    }
  }
}
