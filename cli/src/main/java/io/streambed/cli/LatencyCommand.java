package io.streambed.cli;

import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.cli.Choices.Backend;
import io.streambed.cli.console.Amounts;
import io.streambed.cli.console.Columns;
import io.streambed.cli.console.Millis;
import io.streambed.cli.console.StopOnSignal;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.job.JobBuilder;
import io.streambed.runtime.JobFailedException;
import io.streambed.runtime.RestartPolicy;
import io.streambed.runtime.RunOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** Measures how long live elements take through a job. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how long live elements take through a job in this process: from the push into a"
          + " queue, through a function that counts by key in value state, until a sink gets them.",
      "For each rate a job runs. One thread pushes the elements, each at its own moment, however"
          + " late those before it were. Their time begins with the push. Those of the first second"
          + " warm the job up and do not count."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all rates were measured",
      "1:a job failed",
      "2:wrong usage",
      "4:a bug in Streambed",
      "128 and more:ended by a signal, 130 by Ctrl-C: nothing is left behind"
    })
final class LatencyCommand implements Callable<Integer> {
  /** Of one rate: they and their times are in memory. */
  private static final int MAX_ELEMENTS = 10_000_000;

  private static final int MAX_SECONDS = 3_600;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rates",
      split = ",",
      defaultValue = "10,1000,100000",
      paramLabel = "N",
      description = "Elements a second, one job after the other. Default: ${DEFAULT-VALUE}.")
  private List<Integer> rates;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      paramLabel = "N",
      description =
          "How long each rate is measured, after a second that does not count."
              + " Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      paramLabel = "N",
      description = "Subtasks of each operator. Default: ${DEFAULT-VALUE}.")
  private int parallelism;

  @Option(
      names = "--checkpoint-interval",
      defaultValue = "1s",
      converter = Millis.Converter.class,
      paramLabel = "TIME",
      description = "From one checkpoint to the next, such as 500ms. Default: ${DEFAULT-VALUE}.")
  private Millis interval;

  @Option(
      names = "--backend",
      defaultValue = "heap",
      paramLabel = "BACKEND",
      description = "Where state is kept: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Backend backend;

  @Mixin private RocksArguments rocks;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final FileSystem files = new LocalFileSystem();

  @Override
  public Integer call() {
    checkOptions();
    List<LatencyResult> results = new ArrayList<>();
    // The signal first: the directory is removed before the process may end.
    try (StopOnSignal stop = new StopOnSignal();
        WorkDirectory directory = WorkDirectory.create(files, "latency", null, false)) {
      try {
        for (int i = 0; i < rates.size(); i++) {
          results.add(measure(rates.get(i), directory.path().resolve("checkpoints-" + i)));
        }
      } catch (JobFailedException e) {
        if (stop.isSignalled()) {
          return Main.FAILED; // The process ends with the signal's own code.
        }
        throw e;
      }
    }
    print(spec.commandLine().getOut(), results);
    return Main.OK;
  }

  private void checkOptions() {
    require("--seconds", seconds, MAX_SECONDS);
    require("--parallelism", parallelism, JobBuilder.DEFAULT_MAX_PARALLELISM);
    for (int rate : rates) {
      require("--rates", rate, MAX_ELEMENTS);
      if ((long) rate * seconds > MAX_ELEMENTS) {
        throw new ParameterException(
            spec.commandLine(),
            "--seconds: "
                + seconds
                + " at a rate of "
                + rate
                + " makes more than "
                + MAX_ELEMENTS
                + " elements, whose times are kept in memory");
      }
    }
  }

  private void require(String option, int value, int max) {
    if (value < 1 || value > max) {
      throw new ParameterException(
          spec.commandLine(), option + ": " + value + " is not from 1 to " + max);
    }
  }

  private LatencyResult measure(int rate, Path checkpoints) {
    spec.commandLine()
        .getErr()
        .println(
            Amounts.count(rate)
                + " elements a second, for "
                + LatencyJob.WARM_UP_SECONDS
                + " s of warm-up and "
                + seconds
                + " s");
    RunOptions options =
        RunOptions.defaults()
            .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(interval.value()))
            .withRestarts(RestartPolicy.NEVER);
    return new LatencyJob(rate, seconds)
        .run(
            rocks.backend(backend, files, FileStorageOptions.in(checkpoints)),
            parallelism,
            options);
  }

  private void print(PrintWriter out, List<LatencyResult> results) {
    if (json) {
      printJson(out, results);
      return;
    }
    Columns columns = new Columns("rrrrrr");
    columns.row("RATE ASKED", "REACHED", "P50 MS", "P99 MS", "MAX MS", "ELEMENTS");
    for (LatencyResult result : results) {
      columns.row(
          Amounts.count(result.rateAsked()),
          String.format(Locale.ROOT, "%,.1f", result.rateReached()),
          millis(result.p50Millis()),
          millis(result.p99Millis()),
          millis(result.maxMillis()),
          Amounts.count(result.elements()));
    }
    columns.lines().forEach(out::println);
    out.println(
        "From the push to the sink; state on "
            + backend
            + ", parallelism "
            + parallelism
            + ", a checkpoint every "
            + interval
            + "; JVM "
            + System.getProperty("java.version")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors.");
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, "%,.2f", millis);
  }

  private void printJson(PrintWriter out, List<LatencyResult> results) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("backend", backend.toString());
    all.put("parallelism", parallelism);
    all.put("checkpointIntervalMillis", interval.value());
    all.put("seconds", seconds);
    all.put("jvm", System.getProperty("java.version"));
    all.put("processors", Runtime.getRuntime().availableProcessors());
    all.put("rates", results);
    out.println(
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(all));
  }
}
