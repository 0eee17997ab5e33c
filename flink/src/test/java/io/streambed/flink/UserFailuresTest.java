package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.streambed.error.SerializationException;
import java.io.IOException;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResources;
import org.apache.flink.runtime.state.SnapshotStrategy;
import org.apache.flink.util.SerializedThrowable;
import org.junit.jupiter.api.Test;

class UserFailuresTest {

  /** A serializer may well throw one and the same exception each time. */
  @Test
  void get_sameExceptionTwice_canBeSentToTheJobManager() {
    IOException ofTheUser = new IOException("no bytes today");
    var write =
        new UserFailures<>(new Failing(ofTheUser), failure -> {})
            .asyncSnapshot(
                () -> {}, 1, 1, null, CheckpointOptions.forCheckpointWithDefaultLocation());

    Throwable first = catchThrowable(() -> write.get(new CloseableRegistry()));
    Throwable second = catchThrowable(() -> write.get(new CloseableRegistry()));

    assertThat(first).isSameAs(ofTheUser);
    assertThat(second).isSameAs(ofTheUser);
    assertThat(ofTheUser.getSuppressed())
        .isNotEmpty()
        .allSatisfy(account -> assertThat(account).hasMessageContaining("\"total\"").hasNoCause());
    assertThat(new SerializedThrowable(second)).hasMessageContaining("no bytes today");
  }

  private record Failing(IOException ofTheUser)
      implements SnapshotStrategy<KeyedStateHandle, SnapshotResources> {
    @Override
    public SnapshotResources syncPrepareResources(long checkpointId) {
      return () -> {};
    }

    @Override
    public SnapshotResultSupplier<KeyedStateHandle> asyncSnapshot(
        SnapshotResources resources,
        long checkpointId,
        long timestamp,
        CheckpointStreamFactory streams,
        CheckpointOptions options) {
      return cancel -> {
        throw new SerializationException("value of state \"total\"", "it threw", ofTheUser);
      };
    }
  }
}
