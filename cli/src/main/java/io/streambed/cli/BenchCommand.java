package io.streambed.cli;

import io.streambed.cli.bench.BenchReport;
import io.streambed.cli.bench.ForkOptions;
import io.streambed.cli.bench.ForkProcess;
import io.streambed.cli.bench.ForkResult;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures keyed state backends side by side: those of Flink, or Streambed's stores without it. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures keyed state backends through Flink's own interface: each in a JVM of its own with"
          + " the same options, interleaved, every answer checked. Prints nanoseconds of processor"
          + " time for each operation, how they compare with the first backend, and the memory that"
          + " one Long for each key takes.",
      "With --embedded it measures Streambed's stores through its own keyed backend, without Flink."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all was measured",
      "1:a backend failed or gave a wrong answer; the others were measured",
      "2:wrong usage",
      "4:a bug in Streambed"
    })
final class BenchCommand implements Callable<Integer> {
  private static final String OWN_NAME = "streambed";
  private static final String OWN_FACTORY = "io.streambed.flink.StreambedStateBackendFactory";
  private static final String FLINK_MAIN = "io.streambed.benchmarks.flink.FlinkFork";
  private static final String EMBEDDED_MAIN = "io.streambed.benchmarks.embedded.EmbeddedFork";
  private static final List<String> FLINK_BACKENDS = List.of("hashmap", "rocksdb", OWN_NAME);
  private static final List<String> STORES = List.of("heap", "rocksdb");

  /** With those that track the latency of accesses. */
  private static final List<String> ALL_STORES =
      List.of("heap", "rocksdb", "heap-tracked", "rocksdb-tracked");

  private static final int MIN_ENTRIES = 100;
  private static final int MAX_ENTRIES = 100_000_000;
  private static final int MAX_FORKS = 100;

  @Spec private CommandSpec spec;

  @Option(
      names = "--embedded",
      description =
          "Measure Streambed's stores without Flink, as its own runtime and programs use them.")
  private boolean embedded;

  @Option(
      names = "--backends",
      split = ",",
      paramLabel = "NAME",
      description =
          "hashmap, rocksdb, streambed, or the class name of a StateBackendFactory. Default:"
              + " hashmap,rocksdb,streambed. With --embedded: heap, rocksdb; default both; and"
              + " heap-tracked, rocksdb-tracked with latency tracking. The others are compared"
              + " with the first.")
  private List<String> backends;

  @Option(
      names = "--sizes",
      split = ",",
      paramLabel = "N",
      description =
          "Entries in a state: values, map entries, list elements. Default:"
              + " 5000,1000000,10000000; with --quick 5000,1000000.")
  private List<Integer> sizes;

  @Option(
      names = "--cases",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "all",
      description =
          "all, a kind (value, ttl, map, list, window, timer), or one case as the table names it, such as"
              + " map-get. Default: ${DEFAULT-VALUE}.")
  private List<String> cases;

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "JVMs for each backend. Default: 3; with --quick 1.")
  private Integer forks;

  @Option(names = "--quick", description = "One fork, short: for a look, not for a figure.")
  private boolean quick;

  @Option(
      names = "--plugin",
      paramLabel = "PATH",
      description =
          "Class path of the backends that are not Flink's. Default: the jar in flink/target.")
  private String plugin;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final FileSystem files = new LocalFileSystem();
  private final Map<String, String> failures = new LinkedHashMap<>();
  private PrintWriter err;

  @Override
  public Integer call() {
    err = spec.commandLine().getErr();
    long start = System.nanoTime();
    if (backends == null) {
      backends = embedded ? STORES : FLINK_BACKENDS;
    }
    int count = forks != null ? forks : quick ? 1 : 3;
    ForkOptions options = options(count);
    BenchReport report = new BenchReport(backends);
    try (WorkDirectory directory = WorkDirectory.create(files, "bench", null, false)) {
      for (int fork = 1; fork <= count; fork++) {
        List<String> order = new ArrayList<>(backends);
        if (fork % 2 == 0) {
          // A B, B A: a machine that gets slower or faster does so for both.
          Collections.reverse(order);
        }
        for (String backend : order) {
          if (!failures.containsKey(backend)) {
            String what = backend + ", fork " + fork + " of " + count;
            report.add(backend, measure(options, backend, what, directory.path()));
          }
        }
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    new BenchTable(report, backends, failures, took).print(spec.commandLine().getOut(), json);
    return failures.isEmpty() ? Main.OK : Main.FAILED;
  }

  private ForkOptions options(int count) {
    List<Integer> entries =
        sizes != null
            ? sizes
            : quick ? List.of(5_000, 1_000_000) : List.of(5_000, 1_000_000, 10_000_000);
    for (int size : entries) {
      require(
          size >= MIN_ENTRIES && size <= MAX_ENTRIES,
          "--sizes: " + size + " is not from " + MIN_ENTRIES + " to " + MAX_ENTRIES);
    }
    require(
        count >= 1 && count <= MAX_FORKS, "--forks: " + count + " is not from 1 to " + MAX_FORKS);
    require(
        backends.stream().distinct().count() == backends.size(),
        "--backends: " + String.join(",", backends) + " names one twice");
    require(plugin == null || !embedded, "--plugin: no plugin is measured with --embedded");
    require(
        !embedded || ALL_STORES.containsAll(backends),
        "--backends: "
            + String.join(",", backends)
            + " with --embedded; there are "
            + String.join(", ", ALL_STORES));
    if (plugin != null) {
      for (String path : plugin.split(File.pathSeparator)) {
        require(Files.exists(Path.of(path)), "--plugin: there is no " + path);
      }
    }
    Path module = Home.directory().resolve("benchmarks/target");
    // What the command line itself runs with has Streambed's RocksDB, the module's lib has Flink's.
    Path libraries = embedded ? Home.directory().resolve("cli/target/lib") : module.resolve("lib");
    String classPath = module.resolve("classes") + File.pathSeparator + libraries + "/*";
    if (embedded) {
      classPath += File.pathSeparator + module.resolve("metrics-lib") + "/*";
    }
    String main = embedded ? EMBEDDED_MAIN : FLINK_MAIN;
    return new ForkOptions(main, classPath, entries, cases, quick ? 100 : 200, quick ? 300 : 700);
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private ForkResult measure(ForkOptions options, String backend, String what, Path directory) {
    Path own = directory.resolve("fork");
    try {
      files.createDirectories(own);
    } catch (IOException e) {
      throw new StorageException("Creating " + own, e);
    }
    err.println(what);
    ForkResult result =
        ForkProcess.run(
            options,
            backend.equals(OWN_NAME) ? OWN_FACTORY : backend,
            embedded || isFlinks(backend) ? null : plugin(),
            own,
            done -> err.println(what + ": " + done));
    WorkDirectory.remove(files, own);
    require(!result.wrongArguments(), "--cases: " + result.failure());
    if (result.failure() != null) {
      failures.put(backend, result.failure());
      err.println(what + " failed: " + result.failure());
    }
    return result;
  }

  private static boolean isFlinks(String backend) {
    return backend.equals("hashmap") || backend.equals("rocksdb");
  }

  private String plugin() {
    return plugin != null ? plugin : new FlinkHome(files).plugin().toString();
  }
}
