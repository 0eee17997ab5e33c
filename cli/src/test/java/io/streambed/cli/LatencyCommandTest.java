package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streambed.cli.Cli.Result;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LatencyCommandTest {
  @Test
  void latency_twoRates_printsARowForEachWithTheNumberOfElements() {
    Result result = Cli.call("latency", "--seconds", 1, "--rates", "10,1000");
    assertThat(result.code()).as(result.err()).isEqualTo(Main.OK);
    List<String> lines = result.out().lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).endsWith("RATE ASKED REACHED P50 MS P99 MS MAX MS ELEMENTS");
    assertThat(lines.get(1).strip()).matches("10 [0-9]+\\.[0-9]( [0-9,]+\\.[0-9]{2}){3} 10");
    assertThat(lines.get(2).strip()).matches("1,000 [0-9,]+\\.[0-9]( [0-9,]+\\.[0-9]{2}){3} 1,000");
    assertThat(lines.get(3)).contains("heap, parallelism 2, a checkpoint every 1000ms");
    assertThat(result.err().lines()).hasSize(2).allMatch(line -> line.contains("a second"));
  }

  @Test
  void latency_json_isOneObjectWithTheSame() {
    Result result =
        Cli.call(
            "latency",
            "--seconds=1",
            "--rates=10,1000",
            "--parallelism=3",
            "--checkpoint-interval=200ms",
            "--backend=rocksdb",
            "--json");
    assertThat(result.code()).as(result.err()).isEqualTo(Main.OK);
    JsonNode json = JsonMapper.builder().build().readTree(result.out());
    assertThat(json.get("backend").asString()).isEqualTo("rocksdb");
    assertThat(json.get("parallelism").asInt()).isEqualTo(3);
    assertThat(json.get("checkpointIntervalMillis").asInt()).isEqualTo(200);
    assertThat(json.get("rates").size()).isEqualTo(2);
    JsonNode thousand = json.get("rates").get(1);
    assertThat(thousand.get("rateAsked").asInt()).isEqualTo(1_000);
    assertThat(thousand.get("elements").asInt()).isEqualTo(1_000);
    assertThat(thousand.get("rateReached").asDouble()).isPositive();
    assertThat(thousand.get("p50Millis").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(thousand.get("p99Millis").asDouble());
    assertThat(thousand.get("p99Millis").asDouble())
        .isLessThanOrEqualTo(thousand.get("maxMillis").asDouble());
  }

  @ParameterizedTest
  @CsvSource({
    "--rates, 0",
    "--rates, '10,-1'",
    "--rates, 10000001",
    "--rates, many",
    "--seconds, 0",
    "--seconds, 3601",
    "--seconds, 101",
    "--parallelism, 0",
    "--parallelism, 129",
    "--checkpoint-interval, 0s",
    "--backend, disk",
    "--rocksdb-memory, 64"
  })
  void latency_impossibleOption_isNamed(String option, String value) {
    Result result = Cli.call("latency", option, value);
    assertThat(result.code()).isEqualTo(Main.USAGE);
    assertThat(result.err()).contains(option).contains("streambed latency --help");
    assertThat(result.out()).isEmpty();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void latency_endedByASignal_stopsTheJobAndLeavesNoFiles(@TempDir Path home) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dstreambed.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "latency",
                "--rates=100")
            .redirectErrorStream(true)
            .start();
    try {
      Path checkpoints = home.resolve("target/latency-" + process.pid() + "/checkpoints-0");
      while (!Files.exists(checkpoints) && process.isAlive()) {
        Thread.sleep(10);
      }
      process.toHandle().destroy();
      String printed =
          new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
      assertThat(process.waitFor()).as(printed).isEqualTo(128 + 15);
      assertThat(printed.lines()).as(printed).hasSize(1);
      assertThat(home.resolve("target")).isEmptyDirectory();
    } finally {
      process.toHandle().destroyForcibly();
    }
  }

  @Test
  void result_hundredTimes_hasTheirPercentiles() {
    long[] nanos = LongStream.rangeClosed(1, 100).map(TimeUnit.MILLISECONDS::toNanos).toArray();
    assertThat(LatencyResult.of(50, TimeUnit.SECONDS.toNanos(4), nanos))
        .isEqualTo(new LatencyResult(50, 25, 50, 99, 100, 100));
  }

  @Test
  void result_oneTime_isAllPercentiles() {
    LatencyResult result = LatencyResult.of(1, TimeUnit.SECONDS.toNanos(1), new long[] {1_500_000});
    assertThat(result.p50Millis()).isEqualTo(1.5, within(0.0));
    assertThat(result).isEqualTo(new LatencyResult(1, 1, 1.5, 1.5, 1.5, 1));
  }
}
