package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher {@code streambed}, copied to a directory of its own, with a Java that prints its
 * arguments and a Maven that prints what Maven prints.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LauncherTest {
  private static final String JAVA =
      """
      #!/bin/sh
      if [ "$1" = -version ]; then
        echo 'openjdk version "17.0.9" 2023-10-17' >&2
      else
        echo "java" "$@"
      fi
      """;

  private static final String MAVEN =
      """
      #!/bin/sh
      echo "$@" >>"$MAVEN_CALLS"
      echo '[INFO] Scanning for projects...'
      echo '[INFO] Building Streambed core 0.1.0      [1/2]'
      echo 'Downloaded from central: a.jar'
      echo '[INFO] Building Streambed command line 0.1.0      [2/2]'
      if [ -n "${MAVEN_FAILS:-}" ]; then
        i=0
        while [ $i -lt 100 ]; do i=$((i + 1)); echo "[ERROR] line $i"; done
        exit 1
      fi
      mkdir -p cli/target/lib cli/target/classes benchmarks/target/lib benchmarks/target/classes
      mkdir -p benchmarks/target/metrics-lib flink-demo/target/cluster/lib
      """;

  @TempDir Path directory;
  private Path home;
  private Path launcher;

  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void prepare() throws IOException {
    home = Files.createDirectory(directory.resolve("a home")).toRealPath();
    launcher = home.resolve("streambed");
    Files.copy(Home.directory().resolve("streambed"), launcher);
    for (String module :
        List.of(
            "core",
            "rocksdb",
            "zstd",
            "micrometer",
            "runtime",
            "examples",
            "cli",
            "flink",
            "flink-demo",
            "benchmarks")) {
      Files.createDirectories(home.resolve(module).resolve("src/main"));
      Files.createFile(home.resolve(module).resolve("pom.xml"));
    }
    Files.createFile(home.resolve("pom.xml"));
    script("jdk/bin/java", JAVA);
    script("maven/mvn", MAVEN);
  }

  private void script(String name, String text) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    assertThat(path.toFile().setExecutable(true)).isTrue();
  }

  private Ended launch(Path command, boolean mavenFails, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("/bin/sh", command.toString()));
    all.addAll(List.of(arguments));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
    builder.environment().put("MAVEN_CALLS", directory.resolve("calls").toString());
    builder
        .environment()
        .merge("PATH", directory.resolve("maven") + ":", (path, own) -> own + path);
    builder.environment().remove("STREAMBED_OPTS");
    if (mavenFails) {
      builder.environment().put("MAVEN_FAILS", "yes");
    }
    try {
      int code = builder.start().waitFor();
      return new Ended(code, read(out), read(err));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static String read(Path path) throws IOException {
    return Files.readString(path, StandardCharsets.UTF_8);
  }

  /** The modules that Maven was told to build, call by call; empty if it was not called. */
  private List<String> builds() throws IOException {
    Path calls = directory.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  @Test
  void launch_firstRun_tellsEachModuleAndStartsTheCommand() throws IOException {
    Ended ended = launch(launcher, false, "inspect", "a b");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains("-Dstreambed.home=" + home + " ")
        .contains("-Dstreambed.launcher=" + launcher + " ")
        .endsWith("io.streambed.cli.Main inspect a b\n");
    assertThat(ended.err().lines())
        .containsExactly(
            "Building Streambed (first run, takes some minutes)...",
            "  Streambed core 0.1.0      [1/2]",
            "  Streambed command line 0.1.0      [2/2]");
    assertThat(builds()).hasSize(1).first().asString().contains("-pl cli ");
    assertThat(launch(launcher, false, "inspect", "a").err()).isEmpty();
    assertThat(builds()).hasSize(1);
  }

  @Test
  void launch_throughSymbolicLinks_findsItsHome() throws IOException {
    Path links = Files.createDirectories(directory.resolve("links/bin"));
    Path absolute = Files.createSymbolicLink(links.resolve("absolute"), launcher);
    Path relative = Files.createSymbolicLink(links.resolve("relative"), Path.of("absolute"));
    Path upwards =
        Files.createSymbolicLink(links.resolve("upwards"), Path.of("../../a home/streambed"));
    for (Path link : List.of(absolute, relative, upwards, directory.relativize(relative))) {
      Ended ended = launch(link, false, "inspect", "x");
      assertThat(ended.code()).as(link + ended.err()).isZero();
      assertThat(ended.out()).contains("-Dstreambed.home=" + home + " ");
    }
  }

  @Test
  void launch_pathNamedLikeACommand_buildsNothingMore() throws IOException {
    launch(launcher, false, "inspect", "bench");
    launch(launcher, false, "--stacktrace", "inspect", "flink-demo");
    launch(launcher, false, "run", "--output", "bench");
    launch(launcher, false, "help", "bench");
    launch(launcher, false, "bench", "--help");
    launch(launcher, false);
    assertThat(builds()).hasSize(1).first().asString().contains("-pl cli ");
  }

  @Test
  void launch_commandThatNeedsMore_buildsThatFirst() throws IOException {
    launch(launcher, false, "--stacktrace", "bench", "inspect");
    assertThat(builds()).hasSize(2).last().asString().contains("-pl flink,benchmarks ");
    launch(launcher, false, "flink-demo", "--keep");
    assertThat(builds()).hasSize(3).last().asString().contains("-pl flink,flink-demo ");
    launch(launcher, false, "bench");
    assertThat(builds()).hasSize(3);
  }

  @Test
  void launch_failedBuild_showsTheEndOfTheLogAndItsPath() throws IOException {
    Ended ended = launch(launcher, true, "inspect", "x");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    Path log = home.resolve("cli/target/launcher.stamp.log");
    assertThat(ended.err())
        .contains("[ERROR] line 100\n", "[ERROR] line 70\n", log.toString())
        .doesNotContain("[ERROR] line 50\n");
    assertThat(Files.readAllLines(log)).contains("[ERROR] line 1", "[ERROR] line 100");
    assertThat(launch(launcher, false, "inspect", "x").err())
        .startsWith("Building Streambed (first");
  }
}
