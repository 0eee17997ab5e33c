package io.streambed.benchmarks.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tiny run in a JVM of its own, whose class path has no Flink. */
class EmbeddedForkTest {
  private static final String ENTRIES = "200";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void allCases_inAJvmWithoutFlink_giveALineEach(String store) throws Exception {
    Path printed = directory.resolve("printed");
    Path errors = directory.resolve("errors");
    Process fork =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                classPath(),
                EmbeddedFork.class.getName(),
                store,
                ENTRIES,
                "all",
                "0",
                "0")
            .redirectOutput(printed.toFile())
            .redirectError(errors.toFile())
            .start();
    int code = fork.waitFor();
    assertThat(code).as(() -> read(printed) + read(errors)).isZero();
    List<String> lines = Files.readAllLines(printed);
    assertThat(lines).last().isEqualTo("done");
    assertThat(lines.stream().filter(line -> line.startsWith("case\t" + ENTRIES)))
        .hasSize(lines.size() - 1)
        .hasSizeGreaterThan(15);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return file + " cannot be read: " + e;
    }
  }

  /** That of this JVM without Flink and its RocksDB, and Streambed's. */
  private static String classPath() {
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.concat(
            Arrays.stream(own.split(File.pathSeparator))
                .filter(path -> !path.matches(".*(/flink-[^/]*|/frocksdb[^/]*)[.]jar")),
            Stream.of(System.getProperty("embedded.lib") + "/*"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
