package io.streambed.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.testkit.damage.SmallProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files that decompress to many objects, of every format and compression. */
class BombTest {
  @TempDir private Path directory;

  @Test
  void bombs_ofEveryFormat_endInATypedErrorAndLittleMemory()
      throws IOException, InterruptedException {
    Bombs.writeAll(directory);
    assertThat(SmallProcess.run(SmallHeap.class, directory.toString())).contains("failures: 0");
  }
}
