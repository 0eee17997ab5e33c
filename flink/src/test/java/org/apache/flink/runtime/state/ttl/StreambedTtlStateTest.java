package org.apache.flink.runtime.state.ttl;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.flink.StreambedStateBackend;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.StateBackend;
import org.junit.jupiter.api.TestTemplate;

/**
 * Flink's suite for time to live; in its package, for it hides what it tests with.
 *
 * <p>Of the 144 tests the suite itself skips 12 for every backend: {@code testValueSetNull} is for
 * value state only, so 8 of its 9 kinds of state pass it over, and {@code testMergeNamespaces} for
 * the kinds that merge, which 4 do not.
 */
class StreambedTtlStateTest extends TtlStateTestBase {
  private static final long TTL_MILLIS = 100;
  private static final int CLEANED_AT_A_TIME = 5;
  private static final int KEYS = 20;

  @Override
  protected StateBackendTestContext createStateBackendTestContext(TtlTimeProvider timeProvider) {
    return new StateBackendTestContext(timeProvider) {
      @Override
      protected StateBackend createStateBackend() {
        return new StreambedStateBackend();
      }
    };
  }

  @Override
  protected boolean incrementalCleanupSupported() {
    return true;
  }

  /**
   * In place of the suite's own, which looks into the tables of Flink's heap backend: after every
   * entry has expired and each key has been set once, nothing is left.
   */
  @Override
  @TestTemplate
  void testIncrementalCleanupWholeState() throws Exception {
    initTest(getConfBuilder(TTL_MILLIS).cleanupIncrementally(CLEANED_AT_A_TIME, true).build());
    AbstractKeyedStateBackend<String> backend = sbetc.getKeyedStateBackend();
    timeProvider.time = 0;
    for (int key = 0; key < KEYS; key++) {
      sbetc.setCurrentKey(Integer.toString(key));
      ctx().update(ctx().updateEmpty);
    }
    assertThat(backend.numKeyValueStateEntries()).isGreaterThanOrEqualTo(KEYS);

    timeProvider.time = TTL_MILLIS + 20;
    for (int key = 0; key < KEYS; key++) {
      sbetc.setCurrentKey(Integer.toString(key));
    }

    assertThat(backend.numKeyValueStateEntries()).isZero();
  }
}
