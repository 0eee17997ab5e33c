package io.streambed.cli;

import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.cli.Choices.Backend;
import io.streambed.cli.Choices.CheckpointMode;
import io.streambed.cli.Choices.CompressionChoice;
import io.streambed.cli.Choices.OnBadRecord;
import io.streambed.cli.console.Millis;
import io.streambed.examples.flights.job.FlightsJob;
import io.streambed.examples.flights.job.FlightsOptions;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.key.KeyGroups;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.JobListener;
import io.streambed.runtime.JobProbe;
import io.streambed.runtime.RestartPolicy;
import io.streambed.runtime.RestorePoint;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the flights job on a user's file. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the flights job on a file: delays per airport and hour, worst flights per route and"
          + " week, disruptions per airport, running totals.",
      "The file is CSV, plain or gzip, sorted by departure, with the header"
          + " departure,delay,distance,origin,destination."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the whole input was processed and its output is complete, or stop has ended the job",
      "1:failed; complete checkpoints stay usable: run again with --restore latest",
      "2:wrong usage",
      "4:a bug in Streambed",
      "6:the job's own code failed: the trace shows where",
      "128 and more:ended by a signal, 130 by Ctrl-C: the command to go on with is printed"
    })
final class RunCommand implements Callable<Integer> {
  private static final long RESTART_DELAY_MILLIS = 1_000;

  @Spec private CommandSpec spec;

  @Option(names = "--input", required = true, paramLabel = "FILE", description = "The flights.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Gets a directory for each kind of result.")
  private Path output;

  @Option(
      names = "--checkpoints",
      required = true,
      paramLabel = "DIR",
      description =
          "The job's own directory of checkpoints. Savepoints that stop and savepoint ask for go into"
              + " savepoints beside it, or where --savepoint-on-stop says.")
  private Path checkpoints;

  @Option(
      names = "--backend",
      defaultValue = "heap",
      paramLabel = "BACKEND",
      description = "Where state is kept: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Backend backend;

  @Mixin private RocksArguments rocks;

  @Mixin private LocalRecoveryArguments localRecovery;

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      paramLabel = "N",
      description = "Subtasks of each operator. Default: ${DEFAULT-VALUE}.")
  private int parallelism;

  @Option(
      names = "--max-parallelism",
      defaultValue = "" + JobBuilder.DEFAULT_MAX_PARALLELISM,
      paramLabel = "N",
      description =
          "Number of key groups, fixed for the life of the state. Default: ${DEFAULT-VALUE}.")
  private int maxParallelism;

  @Option(
      names = "--restore",
      paramLabel = "latest|PATH",
      description =
          "Go on from the last complete checkpoint in --checkpoints (from nothing if there is none),"
              + " or from the checkpoint or savepoint at a path.")
  private String restore;

  @Option(
      names = "--claim",
      description =
          "The savepoint of --restore PATH becomes the job's own, which removes it after its first"
              + " checkpoint.")
  private boolean claims;

  @Option(
      names = "--savepoint-on-stop",
      paramLabel = "DIR",
      description =
          "On Ctrl-C or kill, end the job with a savepoint in this directory, with all results up to"
              + " it visible, instead of at once. It takes as long as a full checkpoint.")
  private Path savepoints;

  @Option(
      names = "--allow-dropped-state",
      description = "Leave state of operators behind that the job does not have.")
  private boolean allowDropped;

  @Option(
      names = "--on-bad-record",
      defaultValue = "skip",
      paramLabel = "skip|fail",
      description =
          "What to do about a malformed line: count it and put it into the output, or fail."
              + " Default: ${DEFAULT-VALUE}.")
  private OnBadRecord onBadRecord;

  @Option(
      names = "--rules",
      paramLabel = "FILE",
      description = "The thresholds, by time. Default: examples/data/rules.csv of the source tree.")
  private Path rules;

  @Option(
      names = "--checkpoint-interval",
      defaultValue = "10s",
      converter = Millis.Converter.class,
      paramLabel = "TIME",
      description = "From one checkpoint to the next, such as 500ms. Default: ${DEFAULT-VALUE}.")
  private Millis interval;

  @Option(
      names = "--checkpoint-mode",
      defaultValue = "incremental",
      paramLabel = "MODE",
      description =
          "${COMPLETION-CANDIDATES}: whether a checkpoint refers to files that earlier ones wrote,"
              + " where the backend can (rocksdb), or holds all state itself and is restored by any"
              + " backend. Default: ${DEFAULT-VALUE}.")
  private CheckpointMode mode;

  @Option(
      names = "--retain",
      defaultValue = "1",
      paramLabel = "N",
      description = "Complete checkpoints to keep. Default: ${DEFAULT-VALUE}.")
  private int retain;

  @Option(
      names = "--compression",
      defaultValue = "none",
      paramLabel = "CODEC",
      description =
          "Of checkpoints and savepoints: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private CompressionChoice compression;

  @Option(
      names = "--restarts",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "How often within an hour to go back to the last checkpoint by itself after a failure,"
              + " instead of ending with the error: after a second, then after twice as long each"
              + " time, a minute at most. Default: ${DEFAULT-VALUE}.")
  private int restarts;

  @Option(names = "--markers", hidden = true, description = "Print each event of the job.")
  private boolean markers;

  @Option(names = "--step", hidden = true, description = "Wait for a line after each event.")
  private boolean step;

  @Override
  public Integer call() {
    FileSystem files = new LocalFileSystem();
    Job job = job(files);
    PrintWriter err = spec.commandLine().getErr();
    RunReport report = new RunReport(err);
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    try (ResumeAdvice advice = new ResumeAdvice(err, arguments);
        Progress progress = markers ? Progress.NONE : Progress.ofUnknownEnd("flights")) {
      JobListener shown = shown(progress);
      RunOptions options =
          options(files)
              .withListener(
                  event -> {
                    report.on(event);
                    advice.on(event);
                    shown.on(event);
                  });
      if (step) {
        Markers markersInSteps = new Markers(System.out, System.in);
        // The advice first: who reads a marker may end this process at once.
        JobProbe steps =
            event -> {
              advice.on(event);
              markersInSteps.on(event);
            };
        options = options.withListener(report).withProbe(steps);
      }
      JobHandle running =
          Streambed.start(job, Store.of(rocks.backend(backend, files, storage())), options);
      if (savepoints != null) {
        advice.stopWithSavepoint(running);
      }
      report.finished(running.await());
    }
    RejectedSummary rejected = RejectedSummary.read(files, output.resolve("rejected"), input);
    report.print(spec.commandLine().getOut(), rejected, output);
    return Main.OK;
  }

  private JobListener shown(Progress progress) {
    if (markers) {
      return new Markers(System.out, null);
    }
    return progress == Progress.NONE
        ? new ProgressLines(spec.commandLine().getErr(), System::nanoTime)
        : progress::show;
  }

  private void checkRange(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ParameterException(
          spec.commandLine(), option + " " + value + " is not in " + min + ".." + max);
    }
  }

  private Job job(FileSystem files) {
    checkRange("--max-parallelism", maxParallelism, 1, KeyGroups.MAX_PARALLELISM_LIMIT);
    checkRange("--parallelism", parallelism, 1, maxParallelism);
    checkRange("--retain", retain, 1, Integer.MAX_VALUE);
    checkRange("--restarts", restarts, 0, Integer.MAX_VALUE);
    if (rules == null && !Home.isKnown()) {
      throw new ParameterException(
          spec.commandLine(),
          "--rules is missing: its default is a file of Streambed's source tree, and this is not"
              + " started by the launcher in the tree");
    }
    Path ruleFile = rules == null ? Home.rules() : rules;
    return FlightsJob.build(
        FlightsOptions.of(files, input, ruleFile, output)
            .withParallelism(parallelism)
            .withMaxParallelism(maxParallelism)
            .withFailOnRejected(onBadRecord == OnBadRecord.FAIL));
  }

  private RunOptions options(FileSystem files) {
    RunOptions options =
        RunOptions.defaults()
            .withCheckpoints(
                CoordinatorOptions.DEFAULT
                    .withIntervalMillis(interval.value())
                    .withRetained(retain))
            .withCompression(compression.compression)
            .withIncremental(mode == CheckpointMode.INCREMENTAL)
            .withRestore(restorePoint(files))
            .withAllowDropped(allowDropped)
            .withRestarts(new RestartPolicy(restarts, RESTART_DELAY_MILLIS));
    return localRecovery.applyTo(options, checkpoints);
  }

  private RestorePoint restorePoint(FileSystem files) {
    if (claims && (restore == null || restore.equals("latest"))) {
      throw new ParameterException(
          spec.commandLine(), "--claim: give the path of a savepoint by --restore PATH");
    }
    if (restore == null) {
      return new RestorePoint.Nothing();
    }
    boolean isWord = !restore.equals("latest") && restore.matches("[A-Za-z]+");
    if (isWord && !files.exists(Path.of(restore))) {
      throw new ParameterException(
          spec.commandLine(),
          "--restore: " + restore + " is neither latest nor the path of a checkpoint");
    }
    return restore.equals("latest")
        ? new RestorePoint.Latest()
        : new RestorePoint.At(restore, claims);
  }

  private FileStorageOptions storage() {
    return FileStorageOptions.in(checkpoints)
        .withSavepointRoot(
            savepoints == null ? checkpoints.resolveSibling("savepoints") : savepoints);
  }
}
