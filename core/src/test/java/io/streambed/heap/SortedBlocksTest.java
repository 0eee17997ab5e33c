package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.bytes.ByteView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Blocks against a plain set, with frozen copies checked against plain copies. */
class SortedBlocksTest {
  private static final long SEED = Long.getLong("streambed.seed", 13L);

  private final Epochs epochs = new Epochs();
  private SortedBlocks blocks = new SortedBlocks(0);

  private SortedBlocks writable() {
    if (blocks.epoch <= epochs.maxFrozen) {
      blocks = blocks.copy(epochs.current());
    }
    return blocks;
  }

  private record Frozen(int epoch, SortedBlocks blocks, List<byte[]> copy) {}

  /** Bytes of one to three lengths, above and below 128. */
  private static byte[] element(int number) {
    byte[] bytes = new byte[1 + number % 3];
    Arrays.fill(bytes, (byte) (number >>> 8));
    bytes[bytes.length - 1] = (byte) number;
    return bytes;
  }

  private static void check(SortedBlocks blocks, List<byte[]> expected) {
    blocks.checkInvariants();
    List<byte[]> found = new ArrayList<>();
    blocks.forEach(found::add);
    assertThat(blocks.size()).isEqualTo(expected.size());
    assertThat(found.toArray(byte[][]::new))
        .as("seed %s", SEED)
        .isDeepEqualTo(expected.toArray(byte[][]::new));
    assertThat(blocks.first()).isEqualTo(expected.isEmpty() ? null : expected.get(0));
  }

  @Test
  void randomOperations_withFrozenCopies_agreeWithPlainCopies() {
    SplittableRandom random = new SplittableRandom(SEED);
    TreeSet<byte[]> model = new TreeSet<>(Arrays::compareUnsigned);
    List<Frozen> live = new ArrayList<>();
    for (int step = 0; step < 40_000; step++) {
      byte[] element = element(random.nextInt(1 << 14));
      int action = random.nextInt(100);
      if (action < (step / 10_000 % 2 == 0 ? 70 : 25)) {
        assertThat(writable().add(ByteView.of(element), epochs)).isEqualTo(model.add(element));
      } else if (action < 90) {
        assertThat(writable().remove(ByteView.of(element), epochs))
            .isEqualTo(model.remove(element));
      } else if (!model.isEmpty()) {
        writable().removeFirst(epochs);
        model.pollFirst();
      }
      if (step % 3000 == 100) {
        SortedBlocks now = blocks;
        live.add(new Frozen(epochs.freeze(), now, List.copyOf(model)));
      } else if (step % 4500 == 4000) {
        Frozen frozen = live.remove(random.nextInt(live.size()));
        check(frozen.blocks, frozen.copy);
        epochs.release(frozen.epoch);
        check(blocks, List.copyOf(model));
      }
    }
    check(blocks, List.copyOf(model));
    live.forEach(frozen -> check(frozen.blocks, frozen.copy));
    while (!model.isEmpty()) {
      assertThat(blocks.first()).isEqualTo(model.pollFirst());
      writable().removeFirst(epochs);
    }
    check(blocks, List.of());
    assertThat(writable().add(ByteView.of(element(5)), epochs)).as("usable when emptied").isTrue();
    check(blocks, List.of(element(5)));
  }

  @Test
  void add_inOrderAndAgainstIt_splitsBlocks() {
    for (int direction = -1; direction <= 1; direction += 2) {
      blocks = new SortedBlocks(0);
      TreeSet<byte[]> model = new TreeSet<>(Arrays::compareUnsigned);
      for (int i = 0; i < 5000; i++) {
        int number = direction < 0 ? 5000 - i : i;
        byte[] element = {(byte) (number >>> 8), (byte) number};
        assertThat(blocks.add(ByteView.of(element), epochs)).isTrue();
        assertThat(blocks.add(ByteView.of(element.clone()), epochs)).isFalse();
        model.add(element);
      }
      check(blocks, List.copyOf(model));
    }
  }
}
