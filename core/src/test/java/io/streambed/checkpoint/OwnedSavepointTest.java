package io.streambed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.LocalFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The note of a claimed savepoint, as it is found by a later attempt. */
class OwnedSavepointTest {
  /** A file of version 1, to be read for ever: of attempt 300, not being removed. */
  private static final String GOLDEN =
      "8b5354524d4245444f574e4400010001000000000000000300000000000000046e6f6e6500000000"
          + "0000000000000000bdb2affc0000002300000023ff0000000000b5856ac0ac020000000000000000"
          + "0100000000000000020f2f73617665706f696e74732f732d3152d2113a0000000000000034000000"
          + "000000009900000000000000030000000000000004096753e68b454e4453545242";

  @TempDir Path root;

  private static CheckpointList list(long attempt) {
    MetadataFormat.Written metadata = new MetadataFormat.Written(5, 6, new UUID(7, 8));
    return new CheckpointList(
        new JobIdentity("visits", new UUID(5, 6)),
        400,
        List.of(new CheckpointList.Entry(9, attempt, metadata)));
  }

  private OwnedSavepoint noted() throws IOException {
    Files.write(root.resolve("_owned"), HexFormat.of().parseHex(GOLDEN));
    return new OwnedSavepoint(new LocalFileSystem(), root, UUID::randomUUID);
  }

  @Test
  void start_attemptOfVersion1HasCompletedACheckpoint_isToBeRemoved() throws IOException {
    OwnedSavepoint owned = noted();
    assertThat(owned.start(list(300))).isTrue();
    assertThat(root.resolve("_owned")).exists();
    owned.remove();
    assertThat(root.resolve("_owned")).as("the savepoint is not there").doesNotExist();
  }

  @Test
  void start_attemptHasCompletedNone_forgetsIt() throws IOException {
    assertThat(noted().start(list(299))).isFalse();
    assertThat(root.resolve("_owned")).doesNotExist();
  }

  @Test
  void start_halfWrittenNote_isRemoved() throws IOException {
    Files.createFile(root.resolve("_owned.1.tmp"));
    assertThat(new OwnedSavepoint(new LocalFileSystem(), root, UUID::randomUUID).start(list(1)))
        .isFalse();
    assertThat(root).isEmptyDirectory();
  }
}
