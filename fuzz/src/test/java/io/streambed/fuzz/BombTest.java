package io.streambed.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.testkit.damage.SmallProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small files that decompress to many objects, of every format and compression. The outcome of each
 * tells that it came as far as the decoder that it is made for.
 */
@Timeout(120)
class BombTest {
  @TempDir private Path directory;

  @Test
  void bombs_ofEveryFormat_endInATypedErrorAndLittleMemory()
      throws IOException, InterruptedException {
    Map<String, String> outcomes = Bombs.writeAll(directory);
    String output = SmallProcess.run(SmallHeap.class, directory.toString());
    assertThat(output).contains(outcomes.size() + " files, failures: 0");
    outcomes.forEach(
        (file, outcome) ->
            assertThat(output.lines())
                .as(file)
                .anySatisfy(line -> assertThat(line).contains(" " + file + " ", outcome)));
  }
}
