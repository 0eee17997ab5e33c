package io.streambed.flink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.InvariantViolationException;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle.Incremental;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.flink.core.fs.CloseableRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of shared files that a store's increment does not name, and of those it does. */
class FlinkStreamsTest {
  @TempDir private Path directory;
  private final ReusableFiles reusable = new ReusableFiles();
  private JobManagerFiles files;

  @BeforeEach
  void setUp() {
    files = new JobManagerFiles(directory);
  }

  private FlinkStreams begin(long checkpoint) {
    reusable.begin(checkpoint);
    return new FlinkStreams(
        new FlinkStreams.Target(files.streams(), checkpoint, null),
        new CloseableRegistry(),
        UUID::randomUUID,
        reusable,
        true);
  }

  private static StreamHandle written(SnapshotOutput out) throws IOException {
    try (out) {
      out.write(7);
      return out.finish(0);
    }
  }

  private static StreamHandle.Shared shared(FlinkStreams streams) throws IOException {
    return (StreamHandle.Shared) written(streams.shared().create("entries"));
  }

  private static Incremental increment(FlinkStreams streams, StreamHandle.Shared... named)
      throws IOException {
    return new Incremental(
        new KeyGroupRange(0, 1), "store", written(streams.create("manifest")), List.of(named));
  }

  @Test
  void keepOnly_fileWrittenAndNotNamed_isDeleted() throws IOException {
    FlinkStreams streams = begin(1);
    StreamHandle.Shared named = shared(streams);
    shared(streams);
    streams.keepOnly(increment(streams, named));
    assertThat(files.files()).as("the named one and the manifest").hasSize(2);
    assertThat(streams.writtenBytes()).isEqualTo(2);
    assertThat(streams.handle(named).getStateSize()).isOne();
  }

  @Test
  void keepOnly_fileAskedForAndNotNamed_laterOnesMustNotReferToIt() throws IOException {
    FlinkStreams first = begin(1);
    StreamHandle.Shared file = shared(first);
    first.keepOnly(increment(first, file));
    reusable.complete(1);
    FlinkStreams second = begin(2);
    assertThat(second.shared().reuse(file)).isTrue();
    second.keepOnly(increment(second));
    reusable.complete(2);
    assertThat(begin(3).shared().reuse(file)).isFalse();
    assertThat(files.files()).as("it is the JobManager's to delete").hasSize(3);
  }

  @Test
  void keepOnly_namedFileNeitherWrittenNorAskedFor_isAnInvariantViolation() throws IOException {
    FlinkStreams streams = begin(1);
    Incremental foreign = increment(streams, new StreamHandle.Shared(new UUID(0, 1), 0, 7));
    assertThatThrownBy(() -> streams.keepOnly(foreign))
        .isInstanceOf(InvariantViolationException.class)
        .hasMessageContaining(new UUID(0, 1).toString());
  }
}
