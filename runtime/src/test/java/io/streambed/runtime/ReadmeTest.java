package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.FsStateBackend;
import io.streambed.backend.KeyedBackendOptions;
import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example, run as it stands there. */
class ReadmeTest {

  @Test
  void example_asItStandsInTheReadme_takesASnapshot(@TempDir Path directory) throws Exception {
    // spotless:off
    // README
ValueStateDescriptor<Long> visits = new ValueStateDescriptor<>("visits", Serializers.longs(), 0L);
StateBackend backend = new FsStateBackend(new LocalFileSystem(), FileStorageOptions.in(directory), UUID::randomUUID);
try (var state = backend.createKeyedStateBackend(KeyedBackendOptions.of("visits", Serializers.strings()));
    var checkpoints = backend.checkpoints().claim("readme")) {
  state.setCurrentKey("ada");
  ValueState<Long> count = state.getState(visits);
  count.update(count.value() + 1);
  CheckpointWriter writer = checkpoints.begin(1, SnapshotType.CHECKPOINT);
  var snapshot = state.snapshot(1, 0, writer, SnapshotOptions.checkpoint(Compression.NONE));
  snapshot.run(); // on another thread, while this one goes on
  var subtask = new SubtaskState(List.of(snapshot.get()), List.of());
  writer.commit(0, List.of(new OperatorSnapshot("visits", 1, state.maxParallelism(), List.of(subtask))), Set.of());
  // END
  assertThat(checkpoints.completed()).containsExactly(1L);
  assertThat(count.value()).isEqualTo(1L);
}
    // spotless:on
  }

  @Test
  void readme_holdsTheExample() throws IOException {
    List<String> source =
        Files.readAllLines(Path.of("src/test/java/io/streambed/runtime/ReadmeTest.java"));
    String example =
        String.join(
            "\n", source.subList(source.indexOf("    // README") + 1, source.indexOf("  // END")));
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("```java\n" + example + "\n}\n```");
  }
}
