package io.streambed.flink.suite;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.runtime.state.ConfigurableStateBackend;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.StateBackendLoader;
import org.apache.flink.runtime.state.TestTaskStateManager;
import org.apache.flink.runtime.state.changelog.inmemory.InMemoryStateChangelogStorage;
import org.apache.flink.util.DynamicCodeLoadingException;
import org.junit.jupiter.api.TestTemplate;

/**
 * Flink's suite for state once more, through Flink's changelog over Streambed.
 *
 * <p>The suite itself skips ten of its tests for every changelog: seven that compare serializers
 * with those of a snapshot, for a log has none, and three of the asynchronous part of a snapshot,
 * for the log's lies elsewhere.
 */
class ChangelogStateSuiteTest extends StateSuiteTest {

  @Override
  protected ConfigurableStateBackend getStateBackend() {
    Configuration config = new Configuration();
    config.set(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG, true);
    try {
      StateBackend wrapped =
          StateBackendLoader.fromApplicationOrConfigOrDefault(
              super.getStateBackend(), config, config, getClass().getClassLoader(), null);
      return (ConfigurableStateBackend) wrapped;
    } catch (DynamicCodeLoadingException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected TestTaskStateManager getTestTaskStateManager() {
    return TestTaskStateManager.builder()
        .setStateChangelogStorage(new InMemoryStateChangelogStorage())
        .build();
  }

  @Override
  protected boolean snapshotUsesStreamFactory() {
    return false;
  }

  @Override
  protected boolean supportsMetaInfoVerification() {
    return false;
  }

  /** Flink's changelog writes null map values with a serializer that need not take null. */
  @Override
  @TestTemplate
  public void testMapStateWithNullValue() {
    assertThatThrownBy(super::testMapStateWithNullValue)
        .isInstanceOf(NullPointerException.class)
        .hasStackTraceContaining(
            "org.apache.flink.state.changelog.ChangelogMapState.serializeValue");
  }
}
