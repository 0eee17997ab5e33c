package io.streambed.examples.flights.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.rocksdb.RocksKeyedStoreFactory;
import io.streambed.rocksdb.RocksOptions;
import io.streambed.runtime.RestorePoint;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints and savepoints of the flights job that were written when splits and positions were
 * numbers (November 2026): archives of the job's directory, its output and files that were not
 * visible yet included, taken in the middle of the input.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EarlierCheckpointsTest {
  private static final Path DATA = Path.of("data");

  /** The archived jobs read one line of so many. */
  private static final int EVERY_NTH_LINE = 120;

  @TempDir Path directory;
  private List<String> expected;

  @BeforeEach
  void writeInput() throws IOException {
    List<String> flights = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(DATA.resolve("flights-2001-01.csv.gz"))),
                StandardCharsets.US_ASCII))) {
      flights.add(reader.readLine());
      int number = 1;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (++number % EVERY_NTH_LINE == 0) {
          flights.add(line);
        }
      }
    }
    Files.write(directory.resolve("flights.csv"), flights);
    expected = Reference.output(flights, Files.readAllLines(DATA.resolve("rules.csv")), Map.of());
  }

  private void extract(String archive) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/golden/" + archive + ".zip");
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = directory.resolve(entry.getName());
        Files.createDirectories(target.getParent());
        Files.copy(zip, target);
      }
    }
  }

  private StateBackend backend(String store, String checkpoints) {
    LocalFileSystem files = new LocalFileSystem();
    FileStorageOptions storage = FileStorageOptions.in(directory.resolve(checkpoints));
    return store.equals("heap")
        ? StateBackend.of(
            new HeapKeyedStoreFactory(),
            new FileCheckpointStorage(files, storage, UUID::randomUUID))
        : StateBackend.of(
            new RocksKeyedStoreFactory(files, RocksOptions.in(directory.resolve("local"))),
            new FileCheckpointStorage(files, storage, UUID::randomUUID));
  }

  private void run(StateBackend backend, int keyGroups, String output, RestorePoint from) {
    FlightsOptions options =
        FlightsOptions.of(
                new LocalFileSystem(),
                directory.resolve("flights.csv"),
                DATA.resolve("rules.csv"),
                directory.resolve(output))
            .withParallelism(3)
            .withMaxParallelism(keyGroups);
    Streambed.run(
        FlightsJob.build(options), Store.of(backend), RunOptions.defaults().withRestore(from));
  }

  private List<String> lines(String... outputs) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String output : outputs) {
      try (Stream<Path> paths = Files.walk(directory.resolve(output))) {
        for (Path path : paths.filter(EarlierCheckpointsTest::isVisible).toList()) {
          lines.addAll(Files.readAllLines(path));
        }
      }
    }
    lines.sort(null);
    return lines;
  }

  private static boolean isVisible(Path path) {
    return path.getFileName().toString().startsWith("part-");
  }

  @ParameterizedTest
  @CsvSource({"heap,16", "rocksdb,8"})
  void checkpoint_ofAnEarlierVersion_goesOnExactly(String store, int keyGroups) throws IOException {
    extract("flights-" + store);
    assertThat(lines("output")).isNotEmpty().hasSizeLessThan(expected.size() / 2);
    run(backend(store, "checkpoints"), keyGroups, "output", new RestorePoint.Latest());
    assertThat(lines("output")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"heap,heap,16", "heap,rocksdb,16", "rocksdb,rocksdb,8", "rocksdb,heap,8"})
  void savepoint_ofAnEarlierVersion_goesOnExactlyOnAnyStore(
      String writer, String reader, int keyGroups) throws IOException {
    extract("flights-" + writer);
    String savepoint;
    try (Stream<Path> savepoints = Files.list(directory.resolve("savepoints"))) {
      savepoint = savepoints.findFirst().orElseThrow().toString();
    }
    run(
        backend(reader, "new-checkpoints"),
        keyGroups,
        "new-output",
        new RestorePoint.At(savepoint));
    assertThat(lines("output", "new-output")).isEqualTo(expected);
  }
}
