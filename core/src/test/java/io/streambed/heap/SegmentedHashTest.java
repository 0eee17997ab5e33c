package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Directory and segments against a plain map, with frozen copies checked against plain copies. */
class SegmentedHashTest {
  private static final long SEED = Long.getLong("streambed.seed", 12L);
  private static final Layout LAYOUT = new Layout(true, false, true, false, true);

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
  }

  /** A hash with its owner's epochs, as a table uses it. */
  private static final class Owner {
    final Epochs epochs = new Epochs();
    final Spread spread;
    SegmentedHash hash = new SegmentedHash(LAYOUT, 0, Segment.MIN_CAPACITY);

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
      int h = spread.hash(number);
      SegmentedHash target = writable();
      int slot = target.segment(h).find(h, number, null, null);
      Segment segment;
      if (slot >= 0) {
        segment = target.writableSegment(h, epochs);
      } else {
        segment = target.segmentWithRoom(h, epochs);
        slot = ~segment.find(h, number, null, null);
        segment.claim(slot, h, number, null, null);
        target.sizeChanged(1);
      }
      segment.longValues[slot] = value;
      segment.stamps[slot] = -value;
    }

    void remove(long number) {
      int h = spread.hash(number);
      if (hash.segment(h).find(h, number, null, null) >= 0) {
        Segment segment = writable().writableSegment(h, epochs);
        segment.remove(segment.find(h, number, null, null));
        hash.sizeChanged(-1);
      }
    }
  }

  private record Frozen(int epoch, SegmentedHash hash, Map<Long, Long> copy) {}

  private static void check(SegmentedHash hash, Spread spread, Map<Long, Long> expected) {
    hash.checkInvariants();
    assertThat(hash.size()).as("seed %s", SEED).isEqualTo(expected.size());
    Map<Long, Long> found = new HashMap<>();
    hash.forEach(
        (segment, slot) -> {
          assertThat(segment.stamps[slot]).isEqualTo(-segment.longValues[slot]);
          found.put(segment.longKeys[slot], segment.longValues[slot]);
        });
    assertThat(found).as("seed %s", SEED).isEqualTo(expected);
    expected.forEach(
        (number, value) -> {
          int h = spread.hash(number);
          int slot = hash.segment(h).find(h, number, null, null);
          assertThat(slot).isNotNegative();
        });
  }

  @ParameterizedTest
  @EnumSource(Spread.class)
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
  void nextPosition_fromTheStart_meetsEverySegmentOnceAndKeepsTheDirectorySmall(Spread spread) {
    Owner owner = new Owner(spread);
    for (long number = 0; number < 6000; number++) {
      owner.put(number, number);
    }
    List<Segment> met = new ArrayList<>();
    int deepest = 0;
    for (long at = 0; at < 1L << 32; at = owner.hash.nextPosition(at)) {
      Segment segment = owner.hash.segment((int) at);
      deepest = Math.max(deepest, segment.depth);
      assertThat(met).as("segments are met once").doesNotContain(segment);
      met.add(segment);
    }
    assertThat(met.stream().mapToInt(segment -> segment.size).sum()).isEqualTo(6000);
    // 6,000 entries, at least 64 for each slot of the directory when it doubled.
    assertThat(1 << deepest).isLessThanOrEqualTo(2 * 6000 / 64);
    assertThat(met).hasSizeGreaterThan(spread == Spread.EVEN ? 7 : 0);
  }

  @ParameterizedTest
  @EnumSource(Spread.class)
  void writableSegment_notFrozen_isWrittenInPlace(Spread spread) {
    Owner owner = new Owner(spread);
    owner.put(1, 1);
    int h = spread.hash(1);
    Segment before = owner.hash.segment(h);
    int epoch = owner.epochs.freeze();
    SegmentedHash frozenRoot = owner.hash;
    owner.put(1, 2);
    assertThat(owner.hash).isNotSameAs(frozenRoot);
    assertThat(owner.hash.segment(h)).isNotSameAs(before);
    Segment copied = owner.hash.segment(h);
    owner.put(1, 3);
    assertThat(owner.hash.segment(h)).as("copied once").isSameAs(copied);
    owner.epochs.release(epoch);
    owner.put(1, 4);
    assertThat(owner.hash.segment(h)).isSameAs(copied);
    assertThat(frozenRoot.segment(h)).isSameAs(before);
    assertThat(before.longValues[before.find(h, 1, null, null)]).isEqualTo(1);
  }
}
