package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link LineFileSource#of}, on a real file. */
class LineValueSourceTest extends SourceContract<Long> {
  @TempDir Path directory;

  @Override
  Source<String, Long> source(List<String> elements) throws IOException {
    Path file = directory.resolve("lines");
    Files.write(file, elements);
    return LineFileSource.of(file, line -> line);
  }

  @Test
  void poll_aLineThatTheParserFailsFor_namesFileLineAndCause() throws Exception {
    Path file = directory.resolve("numbers");
    Files.writeString(file, "7\nseven\n");
    try (SplitReader<Integer, Long> reader =
        wakeUps.open(LineFileSource.of(file, Integer::valueOf), null)) {
      assertThat(wakeUps.poll(reader)).isEqualTo(Poll.ELEMENT);
      assertThat(reader.element()).isEqualTo(7);
      assertThat(reader.timestampMillis()).isEqualTo(SplitReader.NO_TIMESTAMP);
      assertThat(reader.watermark()).isEqualTo(SplitReader.NO_TIMESTAMP);
      assertThatThrownBy(reader::poll)
          .isInstanceOf(RejectedLineException.class)
          .hasMessageContainingAll(file + ", line 2", "seven");
    }
  }
}
