package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Directory and segments against a plain map, with frozen copies checked against plain copies. */
class SegmentedHashTest {
  private static final long SEED = Long.getLong("streambed.seed", 12L);
  private static final Layout LAYOUT = new Layout(true, false, true, false, true);

  private static final int GROUPS = 3;

  /** What the hashes are like. */
  enum Spread {
    /** All bits are used. */
    EVEN,
    /** Few different hashes. */
    CLUSTERED,
    /** The upper bits, which choose the segment, are alike. */
    LOW_BITS,
    /** All the same. */
    ONE;

    int hash(long number) {
      int mixed = Hashing.mix(number);
      int hash =
          switch (this) {
            case EVEN -> mixed;
            case CLUSTERED -> Hashing.mix(number % 5);
            case LOW_BITS -> mixed & 0xFFF;
            case ONE -> 77;
          };
      return hash == 0 ? 1 : hash;
    }

    long bits(long number) {
      return Hashes.bitsOf(hash(number), (int) number);
    }

    /** Where hashes are alike, groups are not even either. */
    int group(long number) {
      return this == EVEN ? (int) (number % GROUPS) : number % 10 == 0 ? 2 : 0;
    }
  }

  /** A hash with its owner's epochs, as a table uses it. */
  private static final class Owner {
    final Epochs epochs = new Epochs();
    final Spread spread;
    SegmentedHash hash = new SegmentedHash(LAYOUT, 0, GROUPS);

    Owner(Spread spread) {
      this.spread = spread;
    }

    private SegmentedHash writable() {
      if (hash.epoch <= epochs.maxFrozen) {
        hash = hash.copy(epochs.current());
      }
      return hash;
    }

    void put(long number, long value) {
      int group = spread.group(number);
      int h = spread.hash(number);
      long bits = spread.bits(number);
      SegmentedHash target = writable();
      int slot = target.segment(group, h).find(h, bits);
      Segment segment;
      if (slot >= 0) {
        segment = target.writableSegment(group, h, epochs);
      } else {
        segment = target.segmentWithRoom(group, h, epochs);
        slot = ~segment.find(h, bits);
        segment.claim(slot, h, bits, null, null);
        target.added();
      }
      segment.setLongValue(slot, value);
      segment.setStamp(slot, -value);
    }

    void remove(long number) {
      int group = spread.group(number);
      int h = spread.hash(number);
      if (hash.segment(group, h).find(h, spread.bits(number)) >= 0) {
        Segment segment = writable().segment(group, h);
        hash.remove(segment, segment.find(h, spread.bits(number)), group, h, epochs);
      }
    }
  }

  private record Frozen(int epoch, SegmentedHash hash, Map<Long, Long> copy) {}

  private static void check(SegmentedHash hash, Spread spread, Map<Long, Long> expected) {
    hash.checkInvariants();
    assertThat(hash.size()).as("seed %s", SEED).isEqualTo(expected.size());
    Map<Long, Long> found = new HashMap<>();
    for (int group = 0; group < GROUPS; group++) {
      for (SegmentedHash.Slots slots = hash.slots(group); slots.advance(); ) {
        long value = slots.segment.longValue(slots.slot);
        assertThat(slots.segment.stamp(slots.slot)).isEqualTo(-value);
        found.put(slots.segment.longKey(slots.slot), value);
      }
    }
    Map<Long, Long> expectedBits = new HashMap<>();
    expected.forEach((number, value) -> expectedBits.put(spread.bits(number), value));
    assertThat(found).as("seed %s", SEED).isEqualTo(expectedBits);
    expected.forEach(
        (number, value) -> {
          int h = spread.hash(number);
          Segment segment = hash.segment(spread.group(number), h);
          assertThat(segment.find(h, spread.bits(number))).isNotNegative();
        });
  }

  @ParameterizedTest
  @EnumSource(Spread.class)
  @Tag("FLINK-26967")
  void randomOperations_withFrozenCopies_agreeWithPlainCopies(Spread spread) {
    SplittableRandom random = new SplittableRandom(SEED);
    Owner owner = new Owner(spread);
    Map<Long, Long> model = new HashMap<>();
    List<Frozen> live = new ArrayList<>();
    int keys = spread == Spread.EVEN ? 20_000 : 3000;
    int steps = spread == Spread.EVEN ? 60_000 : 9000;
    for (int step = 0; step < steps; step++) {
      long number = random.nextInt(keys);
      if (random.nextInt(10) < (step < steps / 2 ? 2 : 6)) {
        owner.remove(number);
        model.remove(number);
      } else {
        owner.put(number, step);
        model.put(number, (long) step);
      }
      if (step % (steps / 10) == 100) {
        SegmentedHash root = owner.hash;
        live.add(new Frozen(owner.epochs.freeze(), root, new HashMap<>(model)));
      } else if (step % (steps / 7) == 900) {
        Frozen frozen = live.remove(random.nextInt(live.size()));
        check(frozen.hash, spread, frozen.copy);
        owner.epochs.release(frozen.epoch);
        check(owner.hash, spread, model);
      }
    }
    check(owner.hash, spread, model);
    assertThat(live).isNotEmpty();
    live.forEach(frozen -> check(frozen.hash, spread, frozen.copy));
  }

  @ParameterizedTest
  @EnumSource(Spread.class)
  void removed_severalPeaks_keepsContentsOfOwnerAndFrozenCopies(Spread spread) {
    SplittableRandom random = new SplittableRandom(SEED);
    Owner owner = new Owner(spread);
    Map<Long, Long> model = new HashMap<>();
    List<Frozen> live = new ArrayList<>();
    int peak = spread == Spread.EVEN ? 20_000 : 1500;
    for (int wave = 0; wave < 4; wave++) {
      for (long number = 0; number < peak; number++) {
        owner.put(number, number + wave);
        model.put(number, number + wave);
      }
      int left = new int[] {peak / 100, 1, 0, peak / 3}[wave];
      while (model.size() > left) {
        long number = random.nextInt(peak);
        owner.remove(number);
        model.remove(number);
        if (random.nextInt(peak / 3) == 0) {
          live.add(new Frozen(owner.epochs.freeze(), owner.hash, new HashMap<>(model)));
        } else if (random.nextInt(peak / 2) == 0 && !live.isEmpty()) {
          Frozen frozen = live.remove(0);
          check(frozen.hash, spread, frozen.copy);
          owner.epochs.release(frozen.epoch);
        }
      }
      check(owner.hash, spread, model);
    }
    live.forEach(frozen -> check(frozen.hash, spread, frozen.copy));
  }

  @ParameterizedTest
  @EnumSource(Spread.class)
  void removed_afterAPeak_leavesAtMostTwiceTheSlotsOfAFreshTable(Spread spread) {
    int peak = spread == Spread.EVEN ? 200_000 : 3000;
    Owner owner = new Owner(spread);
    for (long number = 0; number < peak; number++) {
      owner.put(number, number);
    }
    long left = peak;
    for (int each : new int[] {2, 3, 7, 20, 100, 1000, peak}) {
      Owner fresh = new Owner(spread);
      for (; left > peak / each; left--) {
        owner.remove(left - 1);
      }
      for (long number = 0; number < left; number++) {
        fresh.put(number, number);
      }
      assertThat(owner.hash.size()).isEqualTo(left);
      assertThat(owner.hash.capacity())
          .as("slots for %s entries", left)
          // The directory may have a slot for each four entries before it is halved.
          .isLessThanOrEqualTo(2 * fresh.hash.capacity() + left / 16);
    }
    owner.remove(0);
    assertThat(owner.hash.capacity()).as("nothing but the directory").isEqualTo(GROUPS / 4);
  }

  @Test
  void removed_entriesComeAndGoAtOneSize_seldomReplacesSegments() {
    for (int size : new int[] {20, 190, 640 * GROUPS, 768 * GROUPS, 10_000}) {
      Owner owner = new Owner(Spread.EVEN);
      for (long number = 0; number < size; number++) {
        owner.put(number, number);
      }
      int replaced = 0;
      for (long number = size; number < 5L * size; number++) {
        int group = Spread.EVEN.group(number);
        owner.put(number, number);
        Segment before = owner.hash.segment(group, Spread.EVEN.hash(number));
        owner.remove(number);
        replaced += owner.hash.segment(group, Spread.EVEN.hash(number)) == before ? 0 : 1;
      }
      assertThat(replaced).as("of %s entries", size).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Spread.class)
  void nextPosition_fromTheStart_meetsEverySegmentOnceAndKeepsTheDirectorySmall(Spread spread) {
    Owner owner = new Owner(spread);
    for (long number = 0; number < 6000; number++) {
      owner.put(number, number);
    }
    List<Segment> met = new ArrayList<>();
    int deepest = 0;
    for (int group = 0; group < GROUPS; group++) {
      for (long at = 0; at < 1L << 32; at = owner.hash.nextPosition(group, at)) {
        Segment segment = owner.hash.segment(group, (int) at);
        deepest = Math.max(deepest, segment.depth);
        assertThat(met).as("segments are met once").doesNotContain(segment);
        met.add(segment);
      }
    }
    assertThat(met.stream().mapToInt(segment -> segment.size).sum()).isEqualTo(6000);
    // 6,000 entries, at least 16 for each slot of the directory when it doubled.
    assertThat(GROUPS << deepest).isLessThanOrEqualTo(2 * 6000 / 16);
    assertThat(met).hasSizeGreaterThan(spread == Spread.EVEN ? 7 : 0);
  }

  @ParameterizedTest
  @EnumSource(Spread.class)
  void writableSegment_notFrozen_isWrittenInPlace(Spread spread) {
    Owner owner = new Owner(spread);
    owner.put(1, 1);
    int h = spread.hash(1);
    int group = spread.group(1);
    Segment before = owner.hash.segment(group, h);
    int epoch = owner.epochs.freeze();
    SegmentedHash frozenRoot = owner.hash;
    owner.put(1, 2);
    assertThat(owner.hash).isNotSameAs(frozenRoot);
    assertThat(owner.hash.segment(group, h)).isNotSameAs(before);
    Segment copied = owner.hash.segment(group, h);
    owner.put(1, 3);
    assertThat(owner.hash.segment(group, h)).as("copied once").isSameAs(copied);
    owner.epochs.release(epoch);
    owner.put(1, 4);
    assertThat(owner.hash.segment(group, h)).isSameAs(copied);
    assertThat(frozenRoot.segment(group, h)).isSameAs(before);
    assertThat(before.longValue(before.find(h, spread.bits(1)))).isEqualTo(1);
  }

  @Test
  void groups_withNothingInThem_shareOneSegmentThatIsNeverWritten() {
    Owner owner = new Owner(Spread.EVEN);
    Segment empty = owner.hash.segment(0, 77);
    owner.put(0, 1);
    assertThat(owner.hash.segment(0, 77)).isNotSameAs(empty);
    assertThat(owner.hash.segment(1, 77)).isSameAs(owner.hash.segment(2, 78)).isSameAs(empty);
    assertThat(empty.size).isZero();
  }

  @Test
  void copy_ofTheContents_isUntouchedByWritesToTheOther() {
    Owner owner = new Owner(Spread.EVEN);
    owner.put(1, 1);
    SegmentedHash view = owner.hash.copy(0);
    owner.epochs.freeze();
    owner.hash.writableSegment(Spread.EVEN.group(1), Spread.EVEN.hash(1), owner.epochs);
    for (long number = 2; number < 5000; number++) {
      owner.put(number, number);
    }
    check(view, Spread.EVEN, Map.of(1L, 1L));
  }
}
