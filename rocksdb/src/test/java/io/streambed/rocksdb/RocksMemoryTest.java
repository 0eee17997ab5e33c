package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A state larger than the budget: what the process takes is printed, what is left open must be
 * nothing.
 */
class RocksMemoryTest {
  @TempDir Path directory;

  @Test
  void close_stateOfFourTimesTheBudget_leavesNoNativeObject()
      throws IOException, InterruptedException {
    assumeTrue(MemoryProbe.canMeasure(), "resident memory is read from /proc");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // A Java heap that is there from the start, so that what grows is native.
            "-Xms48m",
            "-Xmx48m",
            "-XX:+AlwaysPreTouch",
            "-cp",
            System.getProperty("java.class.path"),
            MemoryProbe.class.getName(),
            directory.toString());
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    Process process = builder.redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    String[] found = output.lines().reduce((first, last) -> last).orElseThrow().split(" ");
    long mostBytes = Long.parseLong(found[0]);
    System.out.println(
        "rocksdb memory: at most " + mostBytes + " bytes, budget " + MemoryProbe.BUDGET_BYTES);
    assertThat(mostBytes).as("the state was written").isGreaterThan(MemoryProbe.BUDGET_BYTES / 3);
    assertThat(found[1]).as("native objects left open").isEqualTo("0");
  }
}
