package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion script, in a bash if there is one. */
class CompletionCommandTest {
  /** Completes the last of its arguments as bash would, and prints what is offered. */
  private static final String COMPLETE =
      """
      source "$1" || exit 9
      shift
      complete -p streambed >/dev/null || exit 8
      compopt() { :; }
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      _complete_streambed
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  @TempDir Path directory;
  private Path script;

  @BeforeEach
  void write() throws IOException {
    Cli.Result result = Cli.call("completion").succeeds();
    script = Files.writeString(directory.resolve("completion"), result.out());
  }

  private static boolean isBash(String directory) {
    return Files.isExecutable(Path.of(directory, "bash"));
  }

  private String bash(String... arguments) throws IOException {
    assumeTrue(Stream.of(System.getenv("PATH").split(":")).anyMatch(CompletionCommandTest::isBash));
    List<String> command = new ArrayList<>(List.of("bash", "--norc"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(output).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while bash ran", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> offered(String... words) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-c", COMPLETE, "bash", script.toString()));
    arguments.addAll(List.of(words));
    return bash(arguments.toArray(String[]::new)).lines().toList();
  }

  @Test
  void completion_script_isValidBash() throws IOException {
    assertThat(bash("-n", script.toString())).isEmpty();
  }

  @Test
  void completion_ofCommandsAndOptions_offersThoseThatBeginSo() throws IOException {
    assertThat(offered("streambed", "ins")).containsExactly("inspect");
    assertThat(offered("streambed", "inspect", "--v")).contains("--verify", "--version");
    assertThat(offered("streambed", "gc", "--d"))
        .containsExactlyInAnyOrder("--dry-run", "--delete");
    assertThat(offered("/opt/streambed", "run", "--savep")).containsExactly("--savepoint-on-stop");
    assertThat(offered("streambed", "demo", "--ta")).as("hidden").noneMatch(s -> s.contains("-"));
  }

  @Test
  void completion_ofAnOptionsValue_offersThatOptionsOnly() throws IOException {
    assertThat(offered("streambed", "run", "--backend", "")).containsExactly("heap", "rocksdb");
    assertThat(offered("streambed", "run", "--checkpoint-mode", ""))
        .containsExactly("incremental", "full");
    assertThat(offered("streambed", "run", "--compression", "d")).containsExactly("deflate");
    assertThat(offered("streambed", "latency", "--rocksdb-profile", "sp"))
        .containsExactly("spinning-disk");
    assertThat(offered("streambed", "demo", "--resume-backend", "r")).containsExactly("rocksdb");
  }

  /** The script would offer the values of the last one for all. */
  @Test
  void completion_optionsOfOneCommand_doNotShareANameForDifferentValues() throws IOException {
    List<String> values = new ArrayList<>();
    for (String line : Files.readAllLines(script)) {
      if (line.startsWith("function ")) {
        values.clear();
      } else if (line.strip().startsWith("local ") && line.contains("_option_args=(")) {
        String declared = line.replaceFirst(" # .*", "");
        String name = declared.substring(0, declared.indexOf('='));
        assertThat(values)
            .filteredOn(other -> other.startsWith(name + "="))
            .as(line)
            .allMatch(declared::equals);
        values.add(declared);
      }
    }
  }
}
