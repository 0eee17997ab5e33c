package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestoreStepsTest {
  private static final long MIB = 1 << 20;

  private final List<JobEvent> told = new ArrayList<>();
  private final RestoreSteps steps = new RestoreSteps(told::add, "totals", 3);

  private static JobEvent at(long doneBytes, long totalBytes) {
    return new JobEvent.RestoreAdvanced("totals", 3, doneBytes, totalBytes);
  }

  private void read(long totalBytes, long pieceBytes) {
    for (long done = pieceBytes; done < totalBytes; done += pieceBytes) {
      steps.advanced(done, totalBytes);
    }
    steps.advanced(totalBytes, totalBytes);
  }

  @Test
  void advanced_littleState_tellsNothing() {
    read(64 * MIB - 1, MIB);
    assertThat(told).isEmpty();
  }

  @Test
  void advanced_someState_tellsEach64MebibytesAndTheEnd() {
    read(150 * MIB, MIB);
    assertThat(told)
        .containsExactly(
            at(64 * MIB, 150 * MIB), at(128 * MIB, 150 * MIB), at(150 * MIB, 150 * MIB));
  }

  @Test
  void advanced_muchState_tellsTenths() {
    long total = 100_000 * MIB;
    read(total, 10 * MIB);
    assertThat(told).hasSize(10).contains(at(total / 10, total), at(total, total));
  }

  @Test
  void advanced_atTheEndTwice_tellsItOnce() {
    read(64 * MIB, MIB);
    steps.advanced(64 * MIB, 64 * MIB);
    assertThat(told).containsExactly(at(64 * MIB, 64 * MIB));
  }

  @Test
  void advanced_anotherPart_isCountedFromItsBeginning() {
    read(200 * MIB, 100 * MIB);
    read(128 * MIB, MIB);
    assertThat(told)
        .containsExactly(
            at(100 * MIB, 200 * MIB),
            at(200 * MIB, 200 * MIB),
            at(64 * MIB, 128 * MIB),
            at(128 * MIB, 128 * MIB));
  }
}
