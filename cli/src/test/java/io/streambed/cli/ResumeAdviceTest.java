package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.LocalFileSystem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is told when a signal ends a run: the command that goes on. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ResumeAdviceTest {
  private static final int SIGTERM = 15;

  @TempDir Path directory;

  private static String command(boolean hasCompleted, String... arguments) {
    return ResumeAdvice.command(List.of(arguments), hasCompleted);
  }

  @Test
  void command_checkpointComplete_restoresTheLatestWhateverWasRestoredBefore() {
    String expected = "./streambed run --input f.csv --parallelism=2 --restore latest";
    assertThat(command(true, "run", "--input", "f.csv", "--parallelism=2")).isEqualTo(expected);
    assertThat(command(true, "run", "--restore", "latest", "--input", "f.csv", "--parallelism=2"))
        .isEqualTo(expected);
    assertThat(command(true, "run", "--input", "f.csv", "--restore=/a/sp", "--parallelism=2"))
        .isEqualTo(expected);
  }

  @Test
  void command_noCheckpointYet_beginsWhereTheRunBegan() {
    assertThat(command(false, "run", "--restore", "/a/sp"))
        .isEqualTo("./streambed run --restore /a/sp");
    assertThat(command(false, "run")).isEqualTo("./streambed run --restore latest");
  }

  @Test
  void command_argumentsThatAShellWouldSplit_areQuoted() {
    assertThat(command(true, "run", "--input", "my file", "--output", "it's", "--rules", ""))
        .isEqualTo(
            "./streambed run --input 'my file' --output 'it'\\''s' --rules '' --restore latest");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void run_endedByASignal_tellsTheCommandThatGoesOn() throws Exception {
    FlightsRun run =
        new FlightsRun(Cli.januaryFile(directory, 20_000), Home.rules(), directory, 10);
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run");
    List<String> command = new ArrayList<>(java);
    command.addAll(run.arguments(2));
    command.addAll(List.of("--markers", "--step"));
    Path errors = directory.resolve("errors");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    try {
      goOnUntilACheckpointIsComplete(process);
      // Through its handle: the pipes stay open, so that only the signal ends it.
      process.toHandle().destroy();
      assertThat(process.waitFor()).isEqualTo(128 + SIGTERM);
    } finally {
      process.destroyForcibly();
    }

    String told = Files.readString(errors, StandardCharsets.UTF_8);
    List<String> arguments = new ArrayList<>(run.arguments(2));
    List<String> shown = arguments.subList(0, arguments.indexOf("--restore"));
    assertThat(told)
        .contains("stopped by a signal", "Its last complete checkpoint is ")
        .contains("./streambed run " + String.join(" ", shown) + " --markers --step");
    assertThat(told.strip()).endsWith("--restore latest");

    arguments.add(0, "run");
    Cli.call(arguments.toArray()).succeeds();
    assertThat(OutputLines.read(new LocalFileSystem(), run.output()).lines())
        .hasSizeGreaterThan(1_000);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void run_withSavepointOnStop_endsWithOneFromWhichItGoesOn() throws Exception {
    FlightsRun run =
        new FlightsRun(Cli.januaryFile(directory, 200_000), Home.rules(), directory, 1_000);
    Path savepoints = directory.resolve("savepoints");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run"));
    command.addAll(run.arguments(2));
    command.addAll(List.of("--markers", "--savepoint-on-stop", savepoints.toString()));
    Path errors = directory.resolve("errors");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    try {
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = out.readLine(); !line.contains("RecordsRead"); line = out.readLine()) {
        assertThat(line).isNotNull();
      }
      process.toHandle().destroy();
      out.lines().forEach(line -> {});
      assertThat(process.waitFor()).isEqualTo(128 + SIGTERM);
    } finally {
      process.destroyForcibly();
    }

    String told = Files.readString(errors, StandardCharsets.UTF_8);
    assertThat(told).contains("the job ends with a savepoint", "are visible. Go on with:");
    String last = told.strip().substring(told.strip().lastIndexOf(' ') + 1);
    assertThat(Path.of(last)).isDirectory().hasParent(savepoints);

    List<String> arguments = new ArrayList<>(run.arguments(3));
    arguments.set(arguments.indexOf("--restore") + 1, last);
    arguments.add(0, "run");
    Cli.call(arguments.toArray()).succeeds();
    FlightsRun whole = new FlightsRun(run.input(), Home.rules(), directory.resolve("whole"), 1_000);
    List<String> inOneGo = new ArrayList<>(whole.arguments(1));
    inOneGo.add(0, "run");
    Cli.call(inOneGo.toArray()).succeeds();
    assertThat(OutputLines.read(new LocalFileSystem(), run.output()).lines())
        .isEqualTo(OutputLines.read(new LocalFileSystem(), whole.output()).lines());
  }

  private static void goOnUntilACheckpointIsComplete(Process process) throws IOException {
    BufferedReader markers = process.inputReader(StandardCharsets.UTF_8);
    while (!Marker.of(markers.readLine()).event().equals("CheckpointCompleted")) {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    }
  }
}
