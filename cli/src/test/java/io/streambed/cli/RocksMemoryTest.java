package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streambed.cli.bench.MemoryProcess;
import io.streambed.cli.bench.MemoryResult;
import io.streambed.rocksdb.RocksProfile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** State larger than the budget: what the process takes, and how the command tells it. */
class RocksMemoryTest {
  private static final long BUDGET_BYTES = 32 << 20;

  @TempDir Path directory;

  @Test
  void stores_stateOfFourTimesTheBudget_keepItAndLeaveNoNativeObject() {
    assumeTrue(Files.isReadable(Path.of("/proc/self/smaps_rollup")), "Linux tells resident memory");
    MemoryResult result = MemoryProcess.run(directory, BUDGET_BYTES, 4, RocksProfile.FLASH);
    System.out.printf("rocksdb memory: %.3f budgets, %s%n", result.ratio(BUDGET_BYTES), result);
    assertThat(result.stateBytes()).isGreaterThanOrEqualTo(4 * BUDGET_BYTES);
    assertThat(result.ratio(BUDGET_BYTES))
        .as("more than write buffers alone, less than the bound: %s", result)
        .isBetween(0.5, MemoryResult.BOUND);
    assertThat(result.handles()).as("native objects left open").isZero();
  }

  @Test
  void result_overTheBoundOrWithAHandleOpen_isNotKept() {
    assertThat(new MemoryResult(400, 50, 165, 100, 0).isKept(100)).isTrue();
    assertThat(new MemoryResult(400, 50, 166, 100, 0).isKept(100)).isFalse();
    assertThat(new MemoryResult(400, 50, 165, 100, 1).isKept(100)).isFalse();
  }

  @Test
  void table_showsWhatTheRatioIsMadeOf() {
    StringWriter text = new StringWriter();
    MemoryResult result = new MemoryResult(400L << 20, 50 << 20, 160 << 20, 90 << 20, 3);
    MemoryCommand.print(new PrintWriter(text, true), 100 << 20, result);
    assertThat(text.toString().lines().map(line -> line.replaceAll(" +", " ").strip()))
        .containsExactly(
            "budget 100.0 MiB, of all stores together",
            "state 400.0 MiB of values in the end",
            "empty 50.0 MiB resident with empty databases",
            "median 90.0 MiB resident",
            "peak 160.0 MiB resident",
            "ratio 1.100 (peak - empty) / budget, at most 1.15",
            "handles 3 native objects open at the end");
  }

  @ParameterizedTest
  @CsvSource({"--rocksdb-memory, 3", "--rocksdb-memory, 65537", "--state, 0", "--state, 101"})
  void wrongArguments_areNamed(String option, String value) {
    Cli.call("memory", option, value).naming(option, value, "streambed memory --help");
  }
}
