package io.streambed.benchmarks.flink;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.benchmarks.Backend;
import io.streambed.benchmarks.CaseContract;
import org.junit.jupiter.api.Test;

class FlinkCaseTest extends CaseContract {
  private static final long MANAGED_BYTES = 1 << 20;

  @Override
  protected Backend open() throws Exception {
    return FlinkBackend.open("hashmap", MANAGED_BYTES);
  }

  @Test
  void aBackendThatDoesNotExist_isToldByItsName() {
    assertThatThrownBy(() -> FlinkBackend.open("no.such.Factory", MANAGED_BYTES))
        .hasMessageContaining("no.such.Factory");
  }
}
