package io.streambed.cli;

import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.cli.Choices.Backend;
import io.streambed.cli.bench.MigrationResult;
import io.streambed.cli.bench.MigrationRun;
import io.streambed.cli.console.Amounts;
import io.streambed.cli.console.Columns;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Shows how long accesses to a state wait while its type changes. */
@Command(
    name = "migration",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows that a large state in RocksDB changes its type while it is used: fills a value state,"
          + " takes an incremental checkpoint, and restores that twice, with the type as it was and"
          + " with a later one.",
      "Each time it reads and writes values under random keys, checks each, and prints how long an"
          + " access took: of the same type, until all of the state is migrated, and after that."
          + " One access in 8 is to a new key. Each time it takes a checkpoint."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all was measured",
      "1:it failed",
      "2:wrong usage",
      "4:a bug in Streambed, or a value was wrong"
    })
final class MigrationCommand implements Callable<Integer> {
  /** With fewer there would be nothing left to migrate once the state is open. */
  private static final long MIN_ENTRIES = 5_000;

  private static final long MAX_ENTRIES = 1_000_000_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--entries",
      defaultValue = "10000000",
      paramLabel = "N",
      description = "Values in the state. Default: ${DEFAULT-VALUE}.")
  private long entries;

  @Mixin private RocksArguments rocks;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final FileSystem files = new LocalFileSystem();

  @Override
  public Integer call() {
    if (entries < MIN_ENTRIES || entries > MAX_ENTRIES) {
      throw new ParameterException(
          spec.commandLine(),
          "--entries: " + entries + " is not from " + MIN_ENTRIES + " to " + MAX_ENTRIES);
    }
    PrintWriter err = spec.commandLine().getErr();
    try (WorkDirectory directory = WorkDirectory.create(files, "migration", null, false)) {
      FileStorageOptions storage = FileStorageOptions.in(directory.path().resolve("checkpoints"));
      print(
          spec.commandLine().getOut(),
          new MigrationRun(rocks.backend(Backend.ROCKSDB, files, storage), entries, err::println)
              .run());
    }
    return Main.OK;
  }

  private void print(PrintWriter out, List<MigrationResult> results) {
    if (json) {
      printJson(out, results);
      return;
    }
    Columns columns = new Columns("lrrrrrrrr");
    columns.row(
        "PHASE",
        "OPENING MS",
        "ACCESSES",
        "SECONDS",
        "A SECOND",
        "P50 US",
        "P99.9 US",
        "LONGEST MS",
        "CHECKPOINT MS");
    for (MigrationResult result : results) {
      columns.row(
          result.phase(),
          decimal(result.openingMillis()),
          Amounts.count(result.accesses()),
          decimal(result.seconds()),
          Amounts.count((long) result.accessesPerSecond()),
          Amounts.count((long) result.p50Micros()),
          Amounts.count((long) result.p999Micros()),
          decimal(result.longestMillis()),
          decimal(result.checkpointMillis()));
    }
    columns.lines().forEach(out::println);
    out.println(
        Amounts.count(entries)
            + " values; an access sets the key, reads the value and writes it. JVM "
            + System.getProperty("java.version")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors.");
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%,.1f", number);
  }

  private void printJson(PrintWriter out, List<MigrationResult> results) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("entries", entries);
    all.put("jvm", System.getProperty("java.version"));
    all.put("processors", Runtime.getRuntime().availableProcessors());
    all.put("phases", results);
    out.println(
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(all));
  }
}
