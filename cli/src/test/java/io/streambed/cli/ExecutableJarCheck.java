package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the executable jar as its users do: by {@code java -jar}, without the source tree. Run by
 * the build once the jar is there.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ExecutableJarCheck {
  private static final Path TARGET = Home.directory().resolve("cli/target");

  @TempDir Path directory;

  private final Path out = Path.of("out.txt");
  private final Path err = Path.of("err.txt");

  private ProcessBuilder java(List<?> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")));
    command.addAll(List.of("-jar", TARGET.toRealPath().resolve("streambed.jar").toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectOutput(directory.resolve(out).toFile())
        .redirectError(directory.resolve(err).toFile());
  }

  private Cli.Result java(Object... arguments) throws IOException {
    return ended(java(List.of(arguments)).start());
  }

  private Cli.Result ended(Process process) throws IOException {
    int code;
    try {
      code = process.waitFor();
    } catch (InterruptedException e) {
      // The test has taken too long.
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the child ran", e);
    } finally {
      process.destroyForcibly();
    }
    return new Cli.Result(
        code, Files.readString(directory.resolve(out)), Files.readString(directory.resolve(err)));
  }

  private List<Object> run(Object... more) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of("run", "--checkpoint-interval", "50ms"));
    arguments.addAll(List.of("--input", Cli.januaryFile(directory, 20_000)));
    arguments.addAll(List.of("--output", "output", "--checkpoints", "checkpoints"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  @Test
  void jar_versionAndHelp_arePrinted() throws IOException {
    assertThat(java("--version").succeeds().out()).startsWith("Streambed ");
    assertThat(java("--help").succeeds().out()).contains("inspect", "latency", "completion");
  }

  @Test
  void jar_runOnRocksDb_andInspectWithJson() throws IOException {
    String rules = Home.rules().toRealPath().toString();
    Cli.Result ran = java(run("--rules", rules, "--backend", "rocksdb").toArray());
    assertThat(ran.succeeds().out()).contains("output");
    Cli.Result inspected = java("inspect", "checkpoints", "--verify", "--json").succeeds();
    assertThat(inspected.out()).contains("\"damage\" : [ ]", "\"storesNeeded\" : [ \"rocksdb\" ]");
  }

  @Test
  void jar_runWithZstd_isReadByInspect() throws IOException {
    String rules = Home.rules().toRealPath().toString();
    java(run("--rules", rules, "--compression", "zstd").toArray()).succeeds();
    Cli.Result inspected = java("inspect", "checkpoints", "--verify", "--json").succeeds();
    assertThat(inspected.out()).contains("\"damage\" : [ ]");
  }

  @Test
  void jar_runWithoutRules_namesTheOption() throws IOException {
    Cli.Result result = java(run().toArray()).naming("--rules", "streambed run --help");
    assertThat(result.code()).isEqualTo(Main.USAGE);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void jar_stoppedRun_tellsTheCommandToGoOnWith() throws IOException, InterruptedException {
    String rules = Home.rules().toRealPath().toString();
    Process process = java(run("--rules", rules, "--markers", "--step")).start();
    while (Files.size(directory.resolve(out)) == 0) {
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(10);
    }
    // Through its handle: its input stays open, so that only the signal ends it.
    process.toHandle().destroy();
    assertThat(ended(process).err())
        .contains("  java -jar ", "streambed.jar run --checkpoint-interval 50ms ");
  }

  @Test
  void jar_latency_worksInTheTemporaryDirectoryAndLeavesNothing() throws IOException {
    Cli.Result result = java("latency", "--rates", "10", "--seconds", "1");
    assertThat(result.code()).as(result.err()).isEqualTo(Main.OK);
    assertThat(result.out()).contains("P99 MS");
    try (Stream<Path> left = Files.list(directory.resolve("tmp"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void jar_commandsThatNeedTheSourceTree_sayIt() throws IOException {
    for (String command : List.of("demo", "bench", "flink-demo")) {
      java(command)
          .failsWithOneLine(Main.USAGE)
          .naming("This command needs Streambed's source tree", "./streambed");
    }
  }

  @Test
  void jar_finished_hasNoSignatureAndNamesAllThatItHolds() throws IOException {
    try (JarFile jar = new JarFile(TARGET.resolve("streambed.jar").toFile());
        Stream<Path> libraries = Files.list(TARGET.resolve("lib"))) {
      List<String> names = jar.stream().map(JarEntry::getName).toList();
      assertThat(names)
          .doesNotHaveDuplicates()
          .contains("META-INF/services/tools.jackson.core.TokenStreamFactory")
          .contains("META-INF/LICENSE", "META-INF/Schubfach-LICENSE")
          .contains("META-INF/services/io.streambed.file.Compression")
          .anyMatch(name -> name.matches("linux/amd64/libzstd-jni-.*\\.so"))
          .anyMatch(name -> name.matches("darwin/aarch64/libzstd-jni-.*\\.dylib"))
          .anyMatch(name -> name.matches("win/amd64/libzstd-jni-.*\\.dll"))
          .noneMatch(name -> name.matches("META-INF/.*\\.(SF|DSA|RSA)"))
          .noneMatch(name -> name.endsWith("module-info.class"));
      assertThat(text(jar, "META-INF/NOTICE"))
          .containsOnlyOnce("Copyright the Streambed authors")
          .contains("Tatu Saloranta");
      String thirdParties = text(jar, "META-INF/THIRD-PARTY.txt");
      libraries
          .map(library -> library.getFileName().toString().replaceFirst("-[0-9.]+.*", ""))
          .filter(name -> !name.startsWith("streambed-"))
          .forEach(name -> assertThat(thirdParties).containsPattern("\\b" + name + "\\b"));
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    return new String(jar.getInputStream(jar.getEntry(name)).readAllBytes());
  }
}
