package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EpochsTest {

  @Test
  void release_inAnyOrder_leavesTheNewestThatLives() {
    Epochs epochs = new Epochs();
    assertThat(epochs.maxFrozen).isEqualTo(-1);
    int first = epochs.freeze();
    int second = epochs.freeze();
    int third = epochs.freeze();
    assertThat(epochs.current()).isGreaterThan(third);
    assertThat(epochs.maxFrozen).isEqualTo(third);
    epochs.release(second);
    assertThat(epochs.maxFrozen).isEqualTo(third);
    epochs.release(third);
    assertThat(epochs.maxFrozen).isEqualTo(first);
    epochs.release(first);
    assertThat(epochs.maxFrozen).isEqualTo(-1);
    assertThat(epochs.freeze()).isGreaterThan(third);
  }
}
