package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One dense map against a plain one in the order of insertion, with frozen copies. */
class DenseMapTest {
  private static final long SEED = Long.getLong("streambed.seed", 31L);

  /** What is kept of an entry, and what the hashes of its user keys are like. */
  enum Form {
    /** Keys and values of 64 bits, with stamps. */
    LONGS(new Layout(true, false, true, false, true)),
    /** Keys of 64 bits, values as objects with epochs. */
    TRACKED(new Layout(true, false, false, true, false)),
    /** Keys as objects, many with the same tag and home slot, values of 64 bits. */
    CROWDED(new Layout(false, false, true, false, false)),
    /** Keys as objects of one hash, values as objects with epochs and stamps. */
    ONE_HASH(new Layout(false, false, false, true, true));

    final Layout layout;

    Form(Layout layout) {
      this.layout = layout;
    }

    int hash(long number) {
      return switch (this) {
        case LONGS, TRACKED -> Hashing.mix(number);
        case CROWDED -> Hashing.mix(number % 7);
        case ONE_HASH -> 0x01000000;
      };
    }
  }

  /** A dense map with its owner's epochs, as a table uses it. */
  private static final class Owner {
    final Epochs epochs = new Epochs();
    final Form form;
    final DenseShape shape;
    DenseMap map;
    int numberings;

    Owner(Form form) {
      this.form = form;
      this.shape = DenseShape.of(form.layout);
      this.map = new DenseMap(shape, 0, 0);
    }

    private long bits(long number) {
      return shape.longKeys() ? number : form.hash(number);
    }

    private Object key(long number) {
      return shape.longKeys() ? null : "n" + number;
    }

    int find(DenseMap in, long number) {
      return in.find(form.hash(number), bits(number), key(number));
    }

    private void makeWritable() {
      if (map.epoch <= epochs.maxFrozen) {
        map = map.copy(epochs.current());
      }
    }

    void put(long number, Long value) {
      makeWritable();
      int slot = find(map, number);
      if (slot < 0) {
        if (map.full()) {
          map = map.withRoom(epochs.current(), ++numberings);
        }
        slot = map.add(form.hash(number), bits(number), key(number), epochs);
      }
      if (shape.longValues()) {
        map.setLongValue(slot, value == null ? 0 : value, value == null);
      } else {
        map.setValue(slot, value);
        map.setValueEpoch(slot, (int) number);
      }
      if (shape.stampAt() >= 0) {
        map.setStamp(slot, -number);
      }
    }

    void remove(long number) {
      int slot = find(map, number);
      if (slot >= 0) {
        makeWritable();
        map.remove(slot, epochs);
        if (map.sparse()) {
          map = map.compacted(epochs.current(), ++numberings);
        }
      }
    }

    /** The entries in the order of the walk, each with all that is kept of it. */
    Map<Long, Long> contents(DenseMap from) {
      Map<Long, Long> found = new LinkedHashMap<>();
      from.forEach(
          (at, slot) -> {
            long number =
                shape.longKeys()
                    ? at.word(slot)
                    : Long.parseLong(((String) at.userKey(slot)).substring(1));
            assertThat(at.word(slot)).isEqualTo(bits(number));
            if (shape.stampAt() >= 0) {
              assertThat(at.stamp(slot)).isEqualTo(-number);
            }
            if (shape.epochAt() >= 0) {
              assertThat(at.valueEpoch(slot)).isEqualTo((int) number);
            }
            Long value =
                !shape.longValues()
                    ? (Long) at.value(slot)
                    : at.isNull(slot) ? null : (Long) at.longValue(slot);
            assertThat(found.containsKey(number)).isFalse();
            found.put(number, value);
          });
      return found;
    }

    void check(DenseMap actual, Map<Long, Long> expected, int numbers) {
      actual.checkInvariants();
      assertThat(actual.size()).as("seed %s", SEED).isEqualTo(expected.size());
      Map<Long, Long> found = contents(actual);
      assertThat(found).as("seed %s", SEED).isEqualTo(expected);
      assertThat(found.keySet()).as("seed %s", SEED).containsExactlyElementsOf(expected.keySet());
      for (long number = 0; number < numbers; number++) {
        assertThat(find(actual, number) >= 0).isEqualTo(expected.containsKey(number));
      }
    }
  }

  private record Frozen(int epoch, DenseMap map, Map<Long, Long> copy) {}

  @ParameterizedTest
  @EnumSource(Form.class)
  void randomOperations_withFrozenCopies_agreeWithPlainCopies(Form form) {
    SplittableRandom random = new SplittableRandom(SEED);
    // Tiny ones, some around the size where an index comes, large ones.
    for (int numbers : new int[] {3, 12, 24, 60, form == Form.ONE_HASH ? 300 : 3000}) {
      Owner owner = new Owner(form);
      Map<Long, Long> model = new LinkedHashMap<>();
      List<Frozen> live = new ArrayList<>();
      int steps = Math.max(600, 6 * numbers);
      for (int step = 0; step < steps; step++) {
        long number = random.nextInt(numbers);
        if (random.nextInt(10) < (step < steps / 2 ? 2 : 6)) {
          owner.remove(number);
          model.remove(number);
        } else {
          Long value = step % 9 == 0 ? null : (Long) (long) step;
          owner.put(number, value);
          model.put(number, value);
        }
        if (step % (steps / 10) == steps / 50) {
          DenseMap frozen = owner.map;
          live.add(new Frozen(owner.epochs.freeze(), frozen, new LinkedHashMap<>(model)));
        } else if (step % (steps / 7) == steps / 10) {
          Frozen frozen = live.remove(random.nextInt(live.size()));
          owner.check(frozen.map, frozen.copy, numbers);
          owner.epochs.release(frozen.epoch);
          owner.check(owner.map, model, numbers);
        }
      }
      owner.check(owner.map, model, numbers);
      assertThat(live).isNotEmpty();
      live.forEach(frozen -> owner.check(frozen.map, frozen.copy, numbers));
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void withRoom_fewDead_keepsTheNumbersAndTheOldMap(Form form) {
    Owner owner = new Owner(form);
    Map<Long, Long> model = new LinkedHashMap<>();
    for (long number = 0; number < 24; number++) {
      owner.put(number, number);
      model.put(number, number);
    }
    owner.remove(3);
    model.remove(3L);
    DenseMap full = owner.map;
    assertThat(full.full()).isTrue();
    owner.put(24, 24L);
    assertThat(owner.map).isNotSameAs(full);
    assertThat(owner.map.numbering).isEqualTo(full.numbering);
    assertThat(owner.find(owner.map, 24)).isEqualTo(24);
    owner.remove(5);
    owner.check(full, model, 30);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void withRoom_aQuarterDead_compactsIntoAnotherMap(Form form) {
    Owner owner = new Owner(form);
    for (long number = 0; number < 24; number++) {
      owner.put(number, number);
    }
    for (long number = 1; number < 24; number += 4) {
      owner.remove(number);
    }
    DenseMap full = owner.map;
    Map<Long, Long> before = owner.contents(full);
    owner.put(1, 100L);
    assertThat(owner.map.numbering).isNotEqualTo(full.numbering);
    assertThat(owner.map.used()).isEqualTo(19);
    assertThat(owner.find(owner.map, 1)).as("the last one now").isEqualTo(18);
    assertThat(owner.contents(owner.map).keySet()).startsWith(0L, 2L, 3L, 4L, 6L);
    owner.check(full, before, 30);
  }

  @Test
  void atLimit_fullOfEntries_isTheEndUnlessAQuarterIsDead() {
    Owner owner = new Owner(Form.LONGS);
    for (long number = 0; number < DenseMap.MAX_ENTRIES; number++) {
      assertThat(owner.map.atLimit()).isFalse();
      owner.put(number, number);
    }
    assertThat(owner.map.atLimit()).isTrue();
    for (long number = 0; number < DenseMap.MAX_ENTRIES / 4; number++) {
      assertThat(owner.map.atLimit()).isTrue();
      owner.remove(number);
    }
    assertThat(owner.map.atLimit()).isFalse();
    owner.put(-1, 1L);
    assertThat(owner.map.used()).isEqualTo(DenseMap.MAX_ENTRIES / 4 * 3 + 1);
    owner.map.checkInvariants();
  }

  @Test
  void withRoom_oneKeyPutAndRemovedAgainAndAgain_staysSmall() {
    Owner owner = new Owner(Form.CROWDED);
    owner.put(1, 1L);
    for (long i = 0; i < 10_000; i++) {
      owner.put(2, i);
      owner.remove(2);
      assertThat(owner.map.used()).isLessThanOrEqualTo(4);
    }
    owner.check(owner.map, Map.of(1L, 1L), 5);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void compacted_afterAPeak_hasAtMostTwiceTheRoomOfAFreshMap(Form form) {
    Owner owner = new Owner(form);
    int peak = form == Form.ONE_HASH ? 500 : DenseMap.MAX_ENTRIES;
    for (long number = 0; number < peak; number++) {
      owner.put(number, number);
    }
    for (int left = peak - 1; left > 0; left--) {
      owner.remove(left);
      Owner fresh = new Owner(form);
      if (left < 50 || left % 500 == 0) {
        for (long number = 0; number < left; number++) {
          fresh.put(number, number);
        }
        assertThat(owner.map.capacity()).isLessThanOrEqualTo(2 * fresh.map.capacity());
        owner.check(owner.map, fresh.contents(fresh.map), left + 5);
      }
    }
  }

  @Test
  void compacted_entriesComeAndGoAtOneSize_isRare() {
    Owner owner = new Owner(Form.LONGS);
    for (long number = 0; number < 6000; number++) {
      owner.put(number, number);
    }
    for (int size : new int[] {4000, 2000, 100, 30, 10}) {
      for (long number = size; owner.find(owner.map, number) >= 0; number++) {
        owner.remove(number);
      }
      int before = owner.numberings;
      for (int round = 0; round < 100; round++) {
        for (long number = size; number < size + 1 + size / 10; number++) {
          owner.put(number, number);
        }
        for (long number = size; number < size + 1 + size / 10; number++) {
          owner.remove(number);
        }
      }
      // Each compaction is paid by the insertions that used up a quarter of the room.
      assertThat(owner.numberings - before).as("size %s", size).isLessThanOrEqualTo(51);
    }
  }
}
