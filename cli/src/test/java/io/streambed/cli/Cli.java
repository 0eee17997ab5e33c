package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The command line as a test calls it, in this process; and data for it. */
final class Cli {
  private Cli() {}

  /** What a command did. */
  record Result(int code, String out, String err) {
    /** It ended with this code and one line on standard error. */
    Result failsWithOneLine(int expectedCode) {
      assertThat(code).as(out + err).isEqualTo(expectedCode);
      assertThat(err.strip().lines()).as(err).hasSize(1);
      return this;
    }

    Result naming(Object... things) {
      for (Object thing : things) {
        assertThat(err).contains(thing.toString());
      }
      return this;
    }

    Result succeeds() {
      assertThat(code).as(out + err).isEqualTo(Main.OK);
      // A line every ten seconds tells how far a job is: on a busy machine there are some.
      assertThat(
              err.lines().filter(line -> !line.contains(" records read, complete checkpoints: ")))
          .isEmpty();
      return this;
    }
  }

  static Result call(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), texts);
    return new Result(code, out.toString(), err.toString());
  }

  /** Runs it until two checkpoints are complete behind the first quarter, and kills it. */
  static void killInTheMiddle(FlightsRun run, String... more) {
    List<String> arguments = run.arguments(2);
    arguments.addAll(List.of(more));
    try (JobProcess process = JobProcess.start(arguments, true)) {
      Marker marker = process.next();
      long records = 0;
      int late = 0;
      while (late < 2) {
        // The first of them may have been triggered long before.
        late += marker.event().equals("CheckpointCompleted") && records > 5_000 ? 1 : 0;
        records = marker.event().equals("RecordsRead") ? marker.number("records") : records;
        process.goOn();
        marker = process.next();
      }
      process.kill();
    }
  }

  /** The first lines of January, the header among them. */
  static List<String> january(int count) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(Home.january())),
                StandardCharsets.US_ASCII))) {
      List<String> lines = new ArrayList<>();
      while (lines.size() < count) {
        lines.add(reader.readLine());
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file with the first lines of January. */
  static Path januaryFile(Path directory, int count) throws IOException {
    return Files.write(directory.resolve("flights.csv"), january(count));
  }
}
