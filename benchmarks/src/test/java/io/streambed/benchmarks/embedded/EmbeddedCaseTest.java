package io.streambed.benchmarks.embedded;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.benchmarks.Backend;
import io.streambed.benchmarks.CaseContract;
import org.junit.jupiter.api.Test;

/** On the heap: RocksDB cannot be in one JVM with that of Flink, which is here. */
class EmbeddedCaseTest extends CaseContract {
  private static final long MEMORY_BYTES = 1 << 20;

  @Override
  protected Backend open() {
    return EmbeddedBackend.open("heap", MEMORY_BYTES);
  }

  @Test
  void aStoreThatDoesNotExist_isToldByItsName() {
    assertThatThrownBy(() -> EmbeddedBackend.open("disk", MEMORY_BYTES))
        .hasMessageContaining("disk")
        .hasMessageContaining("heap, rocksdb");
  }
}
