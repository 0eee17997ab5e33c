package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.cli.bench.BenchReport;
import io.streambed.cli.bench.ForkResult;
import io.streambed.cli.bench.ForkResult.CaseTime;
import io.streambed.cli.bench.ForkResult.Held;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchCommandTest {
  private static final List<String> BACKENDS = List.of("hashmap", "io.acme.Fast");

  private static BenchReport report() {
    BenchReport report = new BenchReport(BACKENDS);
    report.add(
        "hashmap",
        new ForkResult(
            List.of(
                new CaseTime(1_000_000, "value-get", 200, 300),
                new CaseTime(1_000_000, "map-get", 300, 400)),
            List.of(new Held(1_000_000, "value", 95, 0, 0)),
            null,
            false));
    report.add(
        "io.acme.Fast",
        new ForkResult(
            List.of(new CaseTime(1_000_000, "value-get", 266.66, 500)),
            List.of(),
            "wrong answer",
            false));
    return report;
  }

  private static String print(boolean json) {
    StringWriter text = new StringWriter();
    new BenchTable(
            report(), BACKENDS, Map.of("io.acme.Fast", "wrong answer"), Duration.ofSeconds(125))
        .print(new PrintWriter(text, true), json);
    return text.toString();
  }

  @Test
  void table_showsLossesGapsAndFailures() {
    assertThat(print(false).lines().map(line -> line.replaceAll(" +", " ").strip()))
        .contains(
            "ENTRIES CASE hashmap ns (min-max) Fast ns (min-max) ratio",
            "1,000,000 value-get 200 (200-200) 267 (267-267) 0.75!",
            "1,000,000 map-get 300 (300-300) - -",
            "1,000,000 value hashmap 95.0 1.00 0.0 0.0",
            "io.acme.Fast failed: wrong answer",
            "total 2 min 5 s");
  }

  @Test
  void json_holdsWhatTheTableShows() {
    JsonNode json = JsonMapper.builder().build().readTree(print(true));
    assertThat(json.get("cases").size()).isEqualTo(3);
    JsonNode loss = json.get("cases").get(1);
    assertThat(loss.get("backend").asString()).isEqualTo("io.acme.Fast");
    assertThat(loss.get("cpuNanos").get("median").asDouble()).isEqualTo(266.66);
    assertThat(loss.get("ratio").asDouble()).isBetween(0.74, 0.76);
    assertThat(loss.get("loss").asBoolean()).isTrue();
    assertThat(json.get("memory").get(0).get("heap").get("median").asDouble()).isEqualTo(95);
    assertThat(json.get("failures").get("io.acme.Fast").asString()).isEqualTo("wrong answer");
  }

  @ParameterizedTest
  @CsvSource({
    "--forks, 0",
    "--forks, 101",
    "--sizes, 99",
    "--sizes, 100000001",
    "--sizes, many",
    "--backends, 'hashmap,hashmap'",
    "--plugin, no-such.jar"
  })
  void wrongArguments_areNamed(String option, String value) {
    Cli.Result result = Cli.call("bench", option, value);
    assertThat(result.code()).isEqualTo(Main.USAGE);
    assertThat(result.err()).contains(option).contains(value).contains("streambed bench --help");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void embedded_withWhatIsOfFlinkOnly_isRefused() {
    Cli.Result backend = Cli.call("bench", "--embedded", "--backends", "heap,hashmap");
    assertThat(backend.code()).isEqualTo(Main.USAGE);
    assertThat(backend.err())
        .contains("--backends: heap,hashmap", "there are heap, rocksdb, heap-tracked");
    Cli.Result plugin = Cli.call("bench", "--embedded", "--plugin", "some.jar");
    assertThat(plugin.code()).isEqualTo(Main.USAGE);
    assertThat(plugin.err()).contains("--plugin").contains("--embedded");
  }

  @Test
  void help_namesCasesAndExitCodes() {
    assertThat(Cli.call("bench", "--help").out())
        .contains(
            "--embedded", "--backends", "--sizes", "--cases", "--quick", "--json", "Exit codes:");
  }
}
