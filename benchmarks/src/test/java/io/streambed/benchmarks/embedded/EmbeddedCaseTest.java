package io.streambed.benchmarks.embedded;

import static org.assertj.core.api.Assertions.assertThat;
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
  void aTrackedStore_givesTheSameAnswers() throws Exception {
    try (EmbeddedBackend backend = EmbeddedBackend.open("heap-tracked", MEMORY_BYTES)) {
      backend.setCurrentKey(1L);
      Backend.OneValue value = backend.values("value");
      value.update(2L);
      assertThat(value.value()).isEqualTo(2L);
    }
  }

  @Test
  void aStoreThatDoesNotExist_isToldByItsName() {
    assertThatThrownBy(() -> EmbeddedBackend.open("disk", MEMORY_BYTES))
        .hasMessageContaining("disk")
        .hasMessageContaining("heap, rocksdb, heap-tracked, rocksdb-tracked");
  }
}
