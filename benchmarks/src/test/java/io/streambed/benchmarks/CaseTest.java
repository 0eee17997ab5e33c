package io.streambed.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CaseTest {
  private static final int ENTRIES = 1_000;

  @Test
  void named_givesCasesOfAKindOneOrAll() {
    assertThat(Case.named("list"))
        .containsExactly(
            Case.LIST_READ, Case.LIST_APPEND, Case.LIST_APPEND_EACH, Case.LIST_APPEND_ALL);
    assertThat(Case.named("value-get-update")).containsExactly(Case.VALUE_GET_UPDATE);
    assertThat(Case.named("all")).containsExactly(Case.values());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Case.named("value-"))
        .withMessageContaining("'value-'")
        .withMessageContaining("map-iterate");
  }

  @Test
  void keys_ofDifferentNumbers_differ() {
    long[] keys = new long[2 * ENTRIES];
    for (int i = 0; i < ENTRIES; i++) {
      keys[i] = Scatter.key(i);
      keys[ENTRIES + i] = Scatter.absentKey(i);
    }
    assertThat(Arrays.stream(keys).distinct()).hasSize(2 * ENTRIES);
  }

  @Test
  void harness_preparesAndChecksEachBatchItRuns() throws Exception {
    StringBuilder steps = new StringBuilder();
    Operation operation =
        new Operation() {
          @Override
          public void prepare() {
            steps.append('p');
          }

          @Override
          public void run() {
            steps.append('r');
          }

          @Override
          public void check() {
            steps.append('c');
          }
        };
    assertThat(new Harness(0, 0).measure(operation).operations()).isEqualTo(Batch.SIZE);
    assertThat(steps.toString())
        .matches("(prc){%d,%d}".formatted(WarmUp.QUIET_ROUNDS + 1, WarmUp.MAX_ROUNDS + 1));
  }
}
