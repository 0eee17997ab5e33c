package io.streambed.cli;

import io.streambed.cli.Choices.PluginIn;
import io.streambed.cli.console.Columns;
import io.streambed.cli.console.Millis;
import io.streambed.cli.flink.ClusterException;
import io.streambed.cli.flink.ClusterOptions;
import io.streambed.cli.flink.FlinkCluster;
import io.streambed.cli.flink.FlinkJob.SavepointFormat;
import io.streambed.cli.flink.JobJar;
import io.streambed.cli.flink.Waiting;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the flights job in a Flink cluster, breaks it, and shows that the output does not tell. */
@Command(
    name = "flink-demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts a Flink cluster (a JobManager and two TaskManagers on this machine), runs the flights"
          + " job there with its state in Streambed, kills a TaskManager (kill -9), waits for the"
          + " recovery, stops the job with a savepoint, resumes it at another parallelism, and"
          + " compares its output with that of the embedded job."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:both outputs are identical",
      "1:failed before there was anything to compare; the message says where the logs are",
      "2:wrong usage",
      "3:the outputs differ",
      "4:a bug in Streambed"
    })
final class FlinkDemoCommand implements Callable<Integer> {
  private static final String OWN_BACKEND = "io.streambed.flink.StreambedStateBackendFactory";
  private static final int TASK_MANAGERS = 2;
  private static final int PARALLELISM_REFERENCE = 2;
  private static final long REFERENCE_INTERVAL_MILLIS = 1_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      paramLabel = "N",
      description = "Of the job until its savepoint. Default: ${DEFAULT-VALUE}.")
  private int parallelism;

  @Option(
      names = "--resume-parallelism",
      defaultValue = "4",
      paramLabel = "N",
      description = "Of the job from its savepoint on. Default: ${DEFAULT-VALUE}.")
  private int resumeParallelism;

  @Option(
      names = "--state-backend",
      defaultValue = OWN_BACKEND,
      paramLabel = "TYPE",
      description =
          "Flink's option state.backend.type; hashmap and rocksdb are Flink's own."
              + " Default: ${DEFAULT-VALUE}.")
  private String backend;

  @Option(
      names = "--plugin-in",
      defaultValue = "lib",
      paramLabel = "lib|job",
      description =
          "Whether Streambed is in the cluster's lib or in the job's own jar."
              + " Default: ${DEFAULT-VALUE}.")
  private PluginIn pluginIn;

  @Option(
      names = "--savepoint",
      defaultValue = "canonical",
      paramLabel = "canonical|native",
      description = "The savepoint's format. Default: ${DEFAULT-VALUE}.")
  private SavepointFormat format;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "A Flink option for the whole cluster; may be repeated.")
  private Map<String, String> configuration = new LinkedHashMap<>();

  @Option(
      names = "--rate",
      defaultValue = "12000",
      paramLabel = "N",
      description =
          "Flights per second until the savepoint; afterwards there is no limit."
              + " Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--timeout",
      defaultValue = "3m",
      converter = Millis.Converter.class,
      paramLabel = "DURATION",
      description = "How long any one step may take. Default: ${DEFAULT-VALUE}.")
  private Millis timeout;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "An empty or new directory to work in. Default: one under target.")
  private Path work;

  @Option(names = "--keep", description = "Keep outputs, checkpoints and logs.")
  private boolean keep;

  @Option(names = "--input", hidden = true, description = "Other flights than January's.")
  private Path input;

  @Option(names = "--tamper", hidden = true, description = "Add a line before comparing.")
  private boolean tamper;

  private final FileSystem files = new LocalFileSystem();

  @Override
  public Integer call() {
    checkUsage();
    requireBuilt();
    PrintWriter out = spec.commandLine().getOut();
    // What is left of a failure is what explains it: removed at the end only if all went well.
    Path directory = WorkDirectory.create(files, "flink-demo", work, true).path().toAbsolutePath();
    FlightsRun reference =
        new FlightsRun(
            (input == null ? Home.january() : input).toAbsolutePath(),
            Home.rules().toAbsolutePath(),
            directory.resolve("embedded"),
            REFERENCE_INTERVAL_MILLIS);
    Path output = directory.resolve("output");
    FlinkPlay.Result result = play(out, reference, directory, output);
    if (tamper) {
      tamperWith(output);
    }
    OutputLines embedded = KillLoop.reference(files, reference, PARALLELISM_REFERENCE);
    boolean identical = compare(out, result, OutputLines.read(files, output), embedded);
    if (keep || !identical) {
      out.println("kept in " + directory);
    } else {
      WorkDirectory.remove(files, directory);
    }
    return identical ? Main.OK : Main.DIFFERS;
  }

  private void checkUsage() {
    for (int number : new int[] {parallelism, resumeParallelism, rate}) {
      if (number < 1) {
        throw new ParameterException(
            spec.commandLine(), "--parallelism, --resume-parallelism and --rate are at least 1");
      }
    }
  }

  /** Before there is anything to clean up. */
  private void requireBuilt() {
    FlinkHome home = new FlinkHome(files);
    home.lib();
    home.job();
    if (isOwnBackend()) {
      home.plugin();
    }
  }

  private FlinkPlay.Result play(PrintWriter out, FlightsRun run, Path directory, Path output) {
    Waiting waiting = new Waiting(Duration.ofMillis(timeout.value()));
    ClusterOptions options = clusterOptions(directory);
    Path job = jobJar(directory);
    long flights = InputCount.of(files, run.input());
    out.println(
        "starting a JobManager and " + TASK_MANAGERS + " TaskManagers, logs in " + options.logs());
    try (FlinkCluster cluster = FlinkCluster.start(options, TASK_MANAGERS, waiting)) {
      try {
        FlinkPlay play = new FlinkPlay(out, cluster, waiting, flights);
        List<String> arguments =
            List.of(
                "--flights", run.input().toUri().toString(),
                "--rules", run.rules().toUri().toString(),
                "--output", output.toUri().toString());
        return play.run(job, arguments, script(options));
      } catch (ClusterException e) {
        throw cluster.explain(e);
      }
    }
  }

  private FlinkPlay.Script script(ClusterOptions options) {
    return new FlinkPlay.Script(
        parallelism, resumeParallelism, rate, format, options.savepoints().toUri().toString());
  }

  private ClusterOptions clusterOptions(Path directory) {
    FlinkHome home = new FlinkHome(files);
    List<String> classPath = new ArrayList<>(List.of(home.lib().resolve("*").toString()));
    if (isOwnBackend() && pluginIn == PluginIn.LIB) {
      classPath.add(home.plugin().toString());
    }
    Map<String, String> all = new LinkedHashMap<>(Map.of("state.backend.type", backend));
    all.putAll(configuration);
    int most = Math.max(parallelism, resumeParallelism);
    int slots = Math.max(2, (most + TASK_MANAGERS - 1) / TASK_MANAGERS);
    return new ClusterOptions(classPath, directory, slots, all);
  }

  private boolean isOwnBackend() {
    return backend.startsWith("io.streambed.");
  }

  private Path jobJar(Path directory) {
    FlinkHome home = new FlinkHome(files);
    return isOwnBackend() && pluginIn == PluginIn.JOB
        ? JobJar.merge(directory.resolve("job.jar"), List.of(home.job(), home.plugin()))
        : home.job();
  }

  private boolean compare(
      PrintWriter out, FlinkPlay.Result result, OutputLines inFlink, OutputLines embedded) {
    boolean identical = inFlink.equals(embedded);
    out.println();
    line(out, "state backend", result.backend() + ", as Flink's REST interface names it");
    line(out, "restored", "checkpoint " + result.restoredCheckpoint() + " after the kill");
    line(
        out,
        "state",
        result.checkpoint().stateBytes()
            + " bytes in checkpoint "
            + result.checkpoint().id()
            + ", inline threshold 0");
    line(
        out, "parallelism", parallelism + " before the savepoint, " + resumeParallelism + " after");
    line(out, "output in Flink", inFlink.summary());
    line(out, "output embedded", embedded.summary());
    line(out, "identical", identical ? "yes" : "no");
    return identical;
  }

  private static void line(PrintWriter out, String name, String value) {
    out.println(Columns.left(name + ":", 18) + value);
  }

  private static void tamperWith(Path output) {
    try {
      Files.writeString(output.resolve("part-tampered"), "one line more\n");
    } catch (IOException e) {
      throw new StorageException("Tampering with the output in " + output, e);
    }
  }
}
