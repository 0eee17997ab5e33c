package io.streambed.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.cli.Cli.Result;
import io.streambed.file.LocalFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code run}: what it does, and one line for each thing that can be wrong. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RunCommandTest {
  @TempDir Path directory;
  private Path input;
  private Path output;
  private Path checkpoints;

  @BeforeEach
  void prepare() throws IOException {
    input = Cli.januaryFile(directory, 1_500);
    output = directory.resolve("output");
    checkpoints = directory.resolve("checkpoints");
  }

  private Result run(Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--input",
                input,
                "--output",
                output,
                "--checkpoints",
                checkpoints,
                "--checkpoint-interval",
                "20ms"));
    arguments.addAll(Arrays.asList(more));
    return Cli.call(arguments.toArray());
  }

  private List<String> rejectedLines() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> paths = Files.list(output.resolve("rejected"))) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        lines.addAll(Files.readAllLines(path));
      }
    }
    return lines;
  }

  private void insert(int index, String line) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(input));
    lines.add(index, line);
    Files.write(input, lines);
  }

  /** The directory of the one checkpoint that a finished run keeps. */
  private Path checkpoint() throws IOException {
    try (Stream<Path> paths = Files.list(checkpoints)) {
      return paths
          .filter(path -> path.getFileName().toString().startsWith("chk-"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void run_wholeFile_tellsWhatItDid() {
    Result result = run("--compression", "deflate", "--parallelism", "1").succeeds();
    assertThat(result.out())
        .containsPattern("records read +1506 \\(rules 7, flights 1499\\)")
        .containsPattern("rejected lines +0")
        .containsPattern("state +([0-9]+) bytes: \\1 written for the last checkpoint, 0 shared")
        .containsPattern("restored from +nothing");
    assertThat(output.resolve("hourly")).isDirectoryContaining("glob:**/part-*.csv");
  }

  @Test
  void run_zstd_isReadByInspectAndByARunWithout() throws IOException {
    run("--compression", "zstd").succeeds();
    assertThat(checkpoint().resolve("_metadata")).content(ISO_8859_1).contains("zstd");
    assertThat(Cli.call("inspect", checkpoints, "--verify").succeeds().out()).contains("verified:");
    assertThat(run("--restore", "latest").succeeds().out())
        .containsPattern("restored from +checkpoint");
    assertThat(checkpoint().resolve("_metadata")).content(ISO_8859_1).doesNotContain("zstd");
  }

  @Test
  void run_finishedJobRestored_addsNothing() {
    run().succeeds();
    OutputLines before = OutputLines.read(new LocalFileSystem(), output);
    assertThat(run("--restore", "latest", "--parallelism", "3").succeeds().out())
        .containsPattern("restored from +checkpoint");
    assertThat(OutputLines.read(new LocalFileSystem(), output)).isEqualTo(before);
  }

  @Test
  void run_malformedLineSkipped_isCountedAndInTheOutput() throws IOException {
    insert(700, "2001-01-01T00:10,soon,100,ATL,SAV");
    Result result = run().succeeds();
    assertThat(result.out())
        .containsPattern("rejected lines +1\n")
        .contains("\n  " + input + ":701: delay is not a whole number\n")
        .contains("all of them are in " + output.resolve("rejected") + "\n");
    assertThat(rejectedLines())
        .containsExactlyInAnyOrder("rejected,701,delay is not a whole number", "rejected-total,1");
  }

  @Test
  void run_manyMalformedLines_tellsTheFirstByNumberAndHowManyMore() throws IOException {
    for (int line = 900; line > 200; line -= 100) {
      insert(line, "2001-01-01T00:10,soon,100,ATL,SAV");
    }
    String out = run().succeeds().out();
    assertThat(out).containsPattern("rejected lines +7\n").contains("\n  and 2 more\n");
    assertThat(out.lines().filter(line -> line.contains(input + ":")).toList())
        .hasSize(5)
        .first()
        .asString()
        .startsWith("  " + input + ":301: delay");
  }

  @Test
  void run_malformedLineAndFail_namesFileAndLine() throws IOException {
    insert(700, "2001-01-01T00:10,soon,100,ATL,SAV");
    run("--on-bad-record", "fail")
        .failsWithOneLine(Main.FAILED)
        .naming(input + ", line 701: delay is not a whole number");
  }

  @Test
  void run_restartsWanted_areTold() throws IOException {
    insert(700, "2001-01-01T00:10,soon,100,ATL,SAV");
    Result result = run("--on-bad-record", "fail", "--restarts", "1");
    assertThat(result.code()).isEqualTo(Main.FAILED);
    assertThat(result.err().lines()).hasSize(2);
    result.naming("Restart 1: ", "line 701");
  }

  @Test
  void run_stacktraceWanted_isShown() throws IOException {
    Files.delete(input);
    assertThat(run("--stacktrace").err()).contains("\tat io.streambed");
    assertThat(run().err()).doesNotContain("\tat ");
  }

  @Test
  void run_inputMissingEmptyForeignOrTruncated_namesIt() throws IOException {
    Files.writeString(input, "a,b\n1,2\n");
    run().failsWithOneLine(Main.FAILED).naming(input, "not the expected header");
    Files.writeString(input, "");
    run().failsWithOneLine(Main.FAILED).naming(input, "is empty");
    byte[] gzip = gzip(String.join("\n", Cli.january(1_000)));
    Files.write(input, Arrays.copyOf(gzip, gzip.length / 2));
    run("--restore", "latest")
        .failsWithOneLine(Main.FAILED)
        .naming(input, "expected a whole gzip file");
    Files.delete(input);
    run("--restore", "latest").failsWithOneLine(Main.FAILED).naming(input);
    Files.createDirectory(input);
    run("--restore", "latest").failsWithOneLine(Main.FAILED).naming(input, "is a directory");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  @Test
  void run_malformedRule_namesFileAndLine() throws IOException {
    Path rules = directory.resolve("rules.csv");
    Files.writeString(rules, "effective,rule,threshold\n2001-01-01T00:00,late,15\n");
    run("--rules", rules).failsWithOneLine(Main.FAILED).naming(rules + ", line 2: rule is neither");
  }

  @Test
  void run_shorterInputThanRestored_isRefused() throws IOException {
    run().succeeds();
    Files.write(input, Files.readAllLines(input).subList(0, 500));
    run("--restore", "latest").failsWithOneLine(Main.FAILED).naming(input, "a file of 500 lines");
  }

  @Test
  void run_startEmptyOverCheckpoints_tellsTheWayOut() {
    run().succeeds();
    run().failsWithOneLine(Main.FAILED).naming("Restore the latest");
  }

  @Test
  void run_outputOfAnEarlierRun_isRefused() {
    run().succeeds();
    checkpoints = directory.resolve("others");
    run().failsWithOneLine(Main.FAILED).naming(output, "part-", "another output directory");
  }

  @Test
  void run_unwritableDirectories_namesThem() {
    output = input.resolve("output");
    run().failsWithOneLine(Main.FAILED).naming(input);
    output = directory.resolve("output");
    checkpoints = input.resolve("checkpoints");
    run().failsWithOneLine(Main.FAILED).naming(checkpoints);
  }

  @Test
  void run_otherMaxParallelism_isRefused() {
    run().succeeds();
    run("--restore", "latest", "--max-parallelism", "64")
        .failsWithOneLine(Main.FAILED)
        .naming("128", "64");
  }

  @Test
  void run_checkpointMissingOrEmpty_namesIt() throws IOException {
    Path missing = directory.resolve("chk-7");
    run("--restore", missing).failsWithOneLine(Main.FAILED).naming(missing);
    Files.createDirectory(missing);
    run("--restore", missing).failsWithOneLine(Main.FAILED).naming(missing);
  }

  @Test
  void run_damagedCheckpoint_namesTheFileAndTheCopyStaysUsable() throws IOException {
    run().succeeds();
    Path metadata = checkpoint().resolve("_metadata");
    byte[] good = Files.readAllBytes(metadata);

    Files.write(metadata, Arrays.copyOf(good, good.length - 1));
    run("--restore", "latest").failsWithOneLine(Main.FAILED).naming(metadata);

    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 1;
    Files.write(metadata, flipped);
    run("--restore", "latest").failsWithOneLine(Main.FAILED).naming(metadata);

    Files.write(metadata, new byte[0]);
    run("--restore", checkpoint()).failsWithOneLine(Main.FAILED).naming(metadata);

    Files.delete(metadata);
    run("--restore", "latest").failsWithOneLine(Main.FAILED).naming(metadata);

    Files.write(metadata, good);
    run("--restore", "latest").succeeds();
  }

  @Test
  void run_checkpointOfAnotherJob_isRefused() throws IOException {
    run().succeeds();
    Path metadata = checkpoint().resolve("_metadata");
    byte[] mine = Files.readAllBytes(metadata);
    Path first = checkpoints;
    checkpoints = directory.resolve("second");
    output = directory.resolve("second-output");
    run().succeeds();
    Files.write(checkpoint().resolve("_metadata"), mine);
    run("--restore", "latest").failsWithOneLine(Main.FAILED).naming(checkpoint());
    assertThat(first).exists();
  }

  @Test
  void run_wrongUsage_namesTheOption() {
    Result unknown = run("--bakend", "heap");
    assertThat(unknown.code()).isEqualTo(Main.USAGE);
    unknown.naming("--bakend", "--backend");
    Result backend = run("--backend", "rocks");
    assertThat(backend.code()).isEqualTo(Main.USAGE);
    backend.naming("--backend", "rocks", "[heap, rocksdb]");
    for (String[] wrong :
        new String[][] {
          {"--parallelism", "0"},
          {"--parallelism", "129"},
          {"--max-parallelism", "40000"},
          {"--checkpoint-interval", "5 minutes"},
          {"--checkpoint-interval", "0s"},
          {"--restarts", "-1"},
          {"--retain", "0"},
          {"--on-bad-record", "maybe"},
          {"--checkpoint-mode", "none"}
        }) {
      Result result = run((Object[]) wrong);
      assertThat(result.code()).as(wrong[0] + " " + wrong[1] + result.err()).isEqualTo(Main.USAGE);
      result.naming(wrong[1].replace("-1", "1"));
    }
    assertThat(Cli.call("run").code()).isEqualTo(Main.USAGE);
    assertThat(Cli.call().code()).isEqualTo(Main.USAGE);
    assertThat(Cli.call("rum").err()).contains("rum", "run");
  }

  @Test
  void help_everywhere_tellsExitCodes() {
    for (String command : List.of("run", "demo", "inspect", "crash-loop")) {
      assertThat(Cli.call(command, "--help").succeeds().out()).contains("Exit codes:", "Usage:");
    }
    assertThat(Cli.call("--help").succeeds().out()).contains("Exit codes:", "crash-loop");
  }

  @Test
  void run_onRocks_leavesNoDatabaseBehind() throws IOException {
    Path state = directory.resolve("state");
    run("--backend", "rocksdb", "--rocksdb-directory", state, "--rocksdb-memory", 16).succeeds();
    try (Stream<Path> left = Files.list(state.resolve("streambed-rocksdb"))) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly("_lock");
    }
  }

  @Test
  void run_incrementalOnAnotherBackend_isRefusedWithTheWayOut() {
    run("--backend", "rocksdb").succeeds();
    run("--restore", "latest", "--backend", "heap")
        .failsWithOneLine(Main.FAILED)
        .naming("operators \"", "files of store \"rocksdb\"", "heap", "--checkpoint-mode full");
    run("--restore", "latest", "--backend", "rocksdb").succeeds();
  }

  @Test
  void run_fullCheckpointOfRocks_isRestoredByTheHeap() {
    run("--backend", "rocksdb", "--checkpoint-mode", "full").succeeds();
    assertThat(checkpoints.resolve("shared"))
        .satisfiesAnyOf(
            shared -> assertThat(shared).doesNotExist(),
            shared -> assertThat(shared).isEmptyDirectory());
    run("--restore", "latest", "--backend", "heap").succeeds();
  }

  @Test
  void run_unknownRocksOption_isWrongUsageAndNamesTheNearest() {
    Result result = run("--backend", "rocksdb", "--rocksdb-option", "write_bufer_size=1");
    assertThat(result.code()).isEqualTo(Main.USAGE);
    result.naming("write_bufer_size", "write_buffer_size");
  }

  @Test
  void run_rocksMemoryOutOfRange_isWrongUsageAndNamesTheOption() {
    for (String mebibytes : List.of("0", "3", "65537", "99999999999999", "-1")) {
      Result result = run("--backend", "rocksdb", "--rocksdb-memory", mebibytes);
      assertThat(result.code()).as(mebibytes + result.err()).isEqualTo(Main.USAGE);
      result.naming("--rocksdb-memory: " + mebibytes + " is not from 4 to 65536");
    }
  }

  @Test
  void run_rocksOptionOnTheHeap_isWrongUsage() {
    for (Object[] option :
        new Object[][] {
          {"--rocksdb-memory", 64},
          {"--rocksdb-profile", "flash"},
          {"--rocksdb-directory", directory.resolve("state")},
          {"--rocksdb-option", "write_buffer_size=65536"}
        }) {
      Result result = run(option);
      assertThat(result.code()).as(option[0] + result.err()).isEqualTo(Main.USAGE);
      result.naming(option[0], "--backend rocksdb");
    }
    assertThat(checkpoints).doesNotExist();
  }

  @Test
  void run_rocksDirectoryThatOfCheckpoints_isWrongUsage() {
    Result result = run("--backend", "rocksdb", "--rocksdb-directory", checkpoints);
    assertThat(result.code()).isEqualTo(Main.USAGE);
    result.naming("--rocksdb-directory", "--checkpoints");
  }

  @Test
  void run_localRecovery_readsTheCopiesOrTellsWhyNot() throws IOException {
    Path local = directory.resolve("local");
    Object[] options = {"--backend", "rocksdb", "--local-recovery", local, "--restore", "latest"};
    run(options).succeeds();
    Result used = run(options);
    assertThat(used.code()).as(used.err()).isEqualTo(Main.OK);
    assertThat(used.err())
        .contains("State of subtask 0 of operator \"")
        .contains(" bytes from local copies, 0 bytes from the checkpoint storage")
        .doesNotContain(", since ");
    try (Stream<Path> copies = Files.list(local)) {
      for (Path copy : copies.filter(path -> path.toString().endsWith(".copy")).toList()) {
        Files.write(copy, new byte[3]);
      }
    }
    Result damaged = run(options);
    assertThat(damaged.code()).as(damaged.err()).isEqualTo(Main.OK);
    assertThat(damaged.err())
        .contains("from the checkpoint storage, since the local copy " + local)
        .contains("is damaged: it has 3 bytes instead of");
  }

  @Test
  void run_localRecoveryThatDoesNotFit_isWrongUsage() {
    Result limit = run("--local-recovery-limit", 5);
    assertThat(limit.code()).isEqualTo(Main.USAGE);
    limit.naming("--local-recovery-limit has a meaning with --local-recovery only");
    Path local = directory.resolve("local");
    Result none = run("--local-recovery", local, "--local-recovery-limit", 0);
    assertThat(none.code()).isEqualTo(Main.USAGE);
    none.naming("--local-recovery-limit: 0 is below 1");
    Result same = run("--local-recovery", checkpoints);
    assertThat(same.code()).isEqualTo(Main.USAGE);
    same.naming("--local-recovery is that of --checkpoints");
    assertThat(checkpoints).doesNotExist();
  }

  @Test
  void run_rocksOptionWithoutAValue_isWrongUsage() {
    Result result = run("--backend", "rocksdb", "--rocksdb-option", "write_buffer_size");
    assertThat(result.code()).isEqualTo(Main.USAGE);
    result.naming("--rocksdb-option: \"write_buffer_size\" is not of the form NAME=VALUE");
  }

  @Test
  void run_restoreOfAMisspeltWord_isWrongUsage() {
    Result result = run("--restore", "latset");
    assertThat(result.code()).isEqualTo(Main.USAGE);
    result.naming("--restore: latset is neither latest nor the path");
  }

  @Test
  void run_checkpointsOfAnotherJob_namesBothAndTheWayOut() {
    new FileCheckpointStorage(
            new LocalFileSystem(), FileStorageOptions.in(checkpoints), UUID::randomUUID)
        .claim("app")
        .close();
    Result result = run("--restore", "latest").failsWithOneLine(Main.FAILED);
    result.naming(checkpoints, "job \"app\"", "job \"flights\"", "directory of its own");
    assertThat(result.err()).doesNotContain("damaged");
  }

  @Test
  void run_checkpointsOrRestoreAFile_namesIt() throws IOException {
    Files.writeString(checkpoints, "");
    run().failsWithOneLine(Main.FAILED).naming(checkpoints + " is no directory");
    Path file = checkpoints;
    checkpoints = directory.resolve("others");
    run("--restore", file).failsWithOneLine(Main.FAILED).naming(file + " is a file");
  }
}
