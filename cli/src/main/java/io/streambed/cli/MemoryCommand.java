package io.streambed.cli;

import io.streambed.cli.bench.MemoryProcess;
import io.streambed.cli.bench.MemoryResult;
import io.streambed.cli.console.Columns;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.rocksdb.RocksProfile;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows that RocksDB stores keep their budget of memory. */
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    description = {
      "Shows that RocksDB stores keep their budget: a process fills two of them with some budgets of"
          + " state, reads, updates and walks over snapshots all the while, and samples its resident"
          + " memory. What counts is the most of it beyond that of empty databases: at most 1.15"
          + " budgets, and no native object open at the end. It holds from 32 MiB on.",
      "The Java heap of the process has one size, and its compiler is the small one, so that what"
          + " grows is RocksDB's. Needs Linux."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the budget was kept, and nothing is left open",
      "1:it was not, or the process failed",
      "2:wrong usage",
      "4:a bug in Streambed"
    })
final class MemoryCommand implements Callable<Integer> {
  private static final int MEBIBYTE_BITS = 20;
  private static final int MAX_TIMES = 100;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rocksdb-memory",
      defaultValue = "64",
      paramLabel = "MIB",
      description = "The budget of both stores together, in MiB. Default: ${DEFAULT-VALUE}.")
  private int mebibytes;

  @Option(
      names = "--state",
      defaultValue = "4",
      paramLabel = "N",
      description = "How many budgets of state there are in the end. Default: ${DEFAULT-VALUE}.")
  private int times;

  @Option(
      names = "--rocksdb-profile",
      defaultValue = "flash",
      paramLabel = "PROFILE",
      description = "The kind of disk: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private RocksProfile profile;

  @Override
  public Integer call() {
    require(
        "--rocksdb-memory", mebibytes, RocksArguments.MIN_MEBIBYTES, RocksArguments.MAX_MEBIBYTES);
    require("--state", times, 1, MAX_TIMES);
    long budgetBytes = (long) mebibytes << MEBIBYTE_BITS;
    FileSystem files = new LocalFileSystem();
    try (WorkDirectory directory = WorkDirectory.create(files, "memory", null, false)) {
      MemoryResult result = MemoryProcess.run(directory.path(), budgetBytes, times, profile);
      print(spec.commandLine().getOut(), budgetBytes, result);
      return result.isKept(budgetBytes) ? Main.OK : Main.FAILED;
    }
  }

  private void require(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ParameterException(
          spec.commandLine(), option + ": " + value + " is not from " + min + " to " + max);
    }
  }

  static void print(PrintWriter out, long budgetBytes, MemoryResult result) {
    Columns columns = new Columns("lrl");
    columns.row("budget", mebibytes(budgetBytes), "MiB, of all stores together");
    columns.row("state", mebibytes(result.stateBytes()), "MiB of values in the end");
    columns.row("empty", mebibytes(result.emptyBytes()), "MiB resident with empty databases");
    columns.row("median", mebibytes(result.medianBytes()), "MiB resident");
    columns.row("peak", mebibytes(result.peakBytes()), "MiB resident");
    columns.row(
        "ratio",
        String.format(Locale.ROOT, "%.3f", result.ratio(budgetBytes)),
        "(peak - empty) / budget, at most " + MemoryResult.BOUND);
    columns.row("handles", result.handles(), "native objects open at the end");
    columns.lines().forEach(out::println);
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f", (double) bytes / (1 << MEBIBYTE_BITS));
  }
}
