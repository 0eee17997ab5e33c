package io.streambed.runtime;

import static io.streambed.runtime.BarrierAligner.Verdict.ALIGNED;
import static io.streambed.runtime.BarrierAligner.Verdict.BLOCK;
import static io.streambed.runtime.BarrierAligner.Verdict.IGNORE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BarrierAlignerTest {
  private final BarrierAligner aligner = new BarrierAligner(3);

  @Test
  void barrier_onAllChannels_alignsAtTheLast() {
    assertThat(aligner.barrier(1, 5)).isEqualTo(BLOCK);
    assertThat(aligner.barrier(0, 5)).isEqualTo(BLOCK);
    assertThat(aligner.barrier(2, 5)).isEqualTo(ALIGNED);
    assertThat(aligner.barrier(2, 6)).isEqualTo(BLOCK);
  }

  @Test
  void barrier_ofAnAbortedCheckpoint_isIgnoredAndTheNextAligns() {
    assertThat(aligner.barrier(1, 5)).isEqualTo(BLOCK);
    assertThat(aligner.aborted(5)).isTrue();
    assertThat(aligner.barrier(0, 5)).isEqualTo(IGNORE);
    assertThat(aligner.barrier(0, 6)).isEqualTo(BLOCK);
    assertThat(aligner.barrier(1, 6)).isEqualTo(BLOCK);
    assertThat(aligner.barrier(2, 5)).isEqualTo(IGNORE);
    assertThat(aligner.barrier(2, 6)).isEqualTo(ALIGNED);
  }

  @Test
  void aborted_beforeAnyBarrier_unblocksNothing() {
    assertThat(aligner.aborted(7)).isFalse();
    assertThat(aligner.barrier(0, 7)).isEqualTo(IGNORE);
  }

  @Test
  void aborted_ofAnOlderCheckpoint_leavesThePendingOne() {
    assertThat(aligner.barrier(0, 8)).isEqualTo(BLOCK);
    assertThat(aligner.aborted(7)).isFalse();
    assertThat(aligner.barrier(1, 8)).isEqualTo(BLOCK);
    assertThat(aligner.barrier(2, 8)).isEqualTo(ALIGNED);
  }

  @Test
  void aborted_ofANewerCheckpoint_leavesThePendingOne() {
    assertThat(aligner.barrier(0, 5)).isEqualTo(BLOCK);
    assertThat(aligner.aborted(6)).isFalse();
    assertThat(aligner.barrier(1, 5)).isEqualTo(BLOCK);
    assertThat(aligner.barrier(1, 6)).isEqualTo(IGNORE);
    assertThat(aligner.overtakes(6)).isFalse();
    assertThat(aligner.barrier(2, 5)).isEqualTo(ALIGNED);
    assertThat(aligner.barrier(2, 6)).isEqualTo(IGNORE);
    assertThat(aligner.barrier(0, 7)).isEqualTo(BLOCK);
  }

  @Test
  void barrier_ofANewerCheckpoint_overtakesThePendingOne() {
    assertThat(aligner.barrier(0, 3)).isEqualTo(BLOCK);
    assertThat(aligner.overtakes(4)).isTrue();
    assertThat(aligner.barrier(1, 4)).isEqualTo(BLOCK);
    assertThat(aligner.barrier(2, 3)).isEqualTo(IGNORE);
    assertThat(aligner.barrier(2, 4)).isEqualTo(BLOCK);
    assertThat(aligner.barrier(0, 4)).isEqualTo(ALIGNED);
  }
}
