package io.streambed.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process holds.
 *
 * @param heapBytes live in the heap: used after a full collection
 * @param residentBytes of the whole process; the heap is resident from the start, so that growth is
 *     memory outside it; 0 where the system does not tell
 * @param fileBytes of files below the working directory
 */
record Memory(long heapBytes, long residentBytes, long fileBytes) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";
  private static final long KIB = 1024;

  /** What is held now. Runs a full collection. */
  static Memory now(Path directory) throws IOException {
    // The second one frees what reference processing of the first made unreachable.
    System.gc();
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Memory(heap, resident(), files(directory));
  }

  Memory minus(Memory other) {
    return new Memory(
        heapBytes - other.heapBytes,
        residentBytes - other.residentBytes,
        fileBytes - other.fileBytes);
  }

  private static long resident() throws IOException {
    if (!Files.exists(STATUS)) {
      return 0;
    }
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(RESIDENT)) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
      }
    }
    return 0;
  }

  private static long files(Path directory) throws IOException {
    List<Path> paths;
    try (Stream<Path> all = Files.walk(directory)) {
      paths = all.toList();
    }
    long sum = 0;
    for (Path path : paths) {
      try {
        sum += Files.isRegularFile(path) ? Files.size(path) : 0;
      } catch (NoSuchFileException e) {
        // A compaction has removed it meanwhile: it holds nothing any more.
        continue;
      }
    }
    return sum;
  }
}
