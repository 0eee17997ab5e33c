package io.streambed.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The memory of this process that is in RAM, by samples; as Linux tells it. One thread. */
final class ResidentMemory {
  private static final Path ROLLUP = Path.of("/proc/self/smaps_rollup");

  private final long emptyBytes;
  private long[] samples = new long[1024];
  private int count;

  /** Takes the measure that samples are compared with. */
  ResidentMemory() throws IOException {
    emptyBytes = bytes();
    sample();
  }

  static boolean canMeasure() {
    return Files.isReadable(ROLLUP);
  }

  void sample() throws IOException {
    if (count == samples.length) {
      samples = Arrays.copyOf(samples, 2 * count);
    }
    samples[count++] = bytes();
  }

  long emptyBytes() {
    return emptyBytes;
  }

  long peakBytes() {
    return Arrays.stream(samples, 0, count).max().orElseThrow();
  }

  long medianBytes() {
    return Arrays.stream(samples, 0, count).sorted().skip(count / 2).findFirst().orElseThrow();
  }

  /** Exact, unlike the numbers of /proc/self/status, which the kernel adds up in batches. */
  private static long bytes() throws IOException {
    for (String line : Files.readAllLines(ROLLUP)) {
      if (line.startsWith("Rss:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException(ROLLUP + " has no line Rss");
  }
}
