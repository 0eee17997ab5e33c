package io.streambed.cli.check;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.cli.console.ExitCodes;
import io.streambed.cli.console.Millis;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.job.Job;
import io.streambed.rocksdb.RocksSchemas;
import io.streambed.runtime.JobCompatibility;
import io.streambed.runtime.RunOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells whether a job can be restored from a checkpoint, without running it. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Tells what becomes of each state of a checkpoint in a new version of a job, and whether the"
          + " job can be restored from it. Changes nothing, and starts nothing of the job. The job"
          + " that writes the checkpoints may run.",
      "Run it before you upgrade a program."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the job can be restored from it",
      "1:checkpoint or class path cannot be read, or a class cannot be loaded",
      "2:wrong usage, or the class gives no job",
      "4:a bug in Streambed",
      "6:the job's own code failed: the trace shows where",
      "7:the job cannot be restored from it; each problem is told, with the way out"
    })
public final class CheckCommand implements Callable<Integer> {
  /** How often the latest is read while its job replaces it. */
  private static final int LOOKS = 5;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "CHECKPOINT",
      description = "A checkpoint, a savepoint, or a job's directory of checkpoints: its latest.")
  private Path path;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ARGUMENT",
      description = "Behind --: what the class's method job(String[]) is given.")
  private String[] arguments = {};

  @Option(
      names = "--classpath",
      required = true,
      paramLabel = "JAR[:JAR...]",
      description =
          "The job's jars and its libraries', or directories of classes; DIR/* for all jars in"
              + " DIR. Streambed itself may be left out.")
  private String classPath;

  @Option(
      names = "--job",
      required = true,
      paramLabel = "CLASS",
      description =
          "The class that declares the job, by a method \"public static Job job()\", or one that"
              + " takes String[].")
  private String className;

  @Option(
      names = "--allow-dropped-state",
      description = "As the job will be started with withAllowDropped(true).")
  private boolean allowDropped;

  @Option(
      names = "--new-state",
      paramLabel = "OPERATOR/STATE",
      description = "As the job will be started with withNewStates; may be given several times.")
  private List<String> newStates = List.of();

  @Option(
      names = "--timeout",
      defaultValue = "60s",
      converter = Millis.Converter.class,
      paramLabel = "TIME",
      description =
          "How long the job's code may take to declare the job, and to be compared. Default: 60s.")
  private Millis timeout;

  @Option(
      names = "--json",
      description = "Print JSON; docs/command-line.md tells what its fields mean.")
  private boolean json;

  /** The command; its options are set when it is called. */
  public CheckCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    FileSystem files = new LocalFileSystem();
    // Before the job's code is run: a wrong path is the likelier mistake.
    FileCheckpointStorage.open(files, path);
    ProcessGuard guard = new ProcessGuard(err);
    try {
      return tell(check(files), out, err);
    } catch (NoJobException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    } catch (JobCodeException e) {
      err.println("streambed: " + e.getMessage());
      if (e.getCause() != null) {
        e.getCause().printStackTrace(err);
      }
      return ExitCodes.JOB_CODE;
    } finally {
      guard.close();
    }
  }

  private int tell(CheckReport report, PrintWriter out, PrintWriter err) {
    if (json) {
      CheckWriter.printJson(report, out);
    } else {
      CheckWriter.printText(report, out);
    }
    if (!report.threadsLeft().isEmpty()) {
      err.println(
          "streambed: the code that declares the job has left threads running, which are not waited"
              + " for: "
              + String.join(", ", report.threadsLeft())
              + ". Let it start nothing: functions, sources and sinks start theirs when they are"
              + " opened.");
    }
    if (!report.compatible()) {
      err.println(
          "streambed: the job cannot be restored from "
              + report.path()
              + ": "
              + report.problems().get(0)
              + (report.problems().size() == 1
                  ? ""
                  : " (and " + (report.problems().size() - 1) + " more, see the list)"));
      return ExitCodes.INCOMPATIBLE;
    }
    return ExitCodes.OK;
  }

  private CheckReport check(FileSystem files) {
    JobClassLoader loader = JobClassLoader.of(classPath);
    try (JobThread thread = new JobThread(loader, timeout.value())) {
      Job job =
          thread.call(
              "the job's method job()",
              new JobLoader(loader, classPath, className, arguments)::load);
      Comparison comparison = thread.call("comparing the job's states", () -> compare(files, job));
      return CheckReport.of(
          comparison.from, job, comparison.compatibility, Set.copyOf(newStates), thread.end());
    }
  }

  private record Comparison(OpenedCheckpoint from, JobCompatibility compatibility) {}

  /** Reads the checkpoint, or the latest of a directory, again if its job has removed that. */
  private Comparison compare(FileSystem files, Job job) {
    for (int look = 1; ; look++) {
      OpenedCheckpoint from = FileCheckpointStorage.open(files, path);
      try {
        return new Comparison(from, compare(from, job));
      } catch (StreambedException e) {
        Path place = Path.of(from.location());
        if (look == LOOKS || place.equals(path) || FileCheckpointStorage.isKept(files, place)) {
          throw e;
        }
      }
    }
  }

  private JobCompatibility compare(OpenedCheckpoint from, Job job) {
    RocksSchemas increments = new RocksSchemas();
    for (String store : CheckReport.stores(from.metadata())) {
      if (!store.equals(increments.name())) {
        throw new StorageException(
            from.location()
                + " refers to files of store \""
                + store
                + "\", which this command cannot read: take a savepoint, and check that.");
      }
    }
    Set<String> distinct = new LinkedHashSet<>(newStates);
    RunOptions options =
        RunOptions.defaults()
            .withAllowDropped(allowDropped)
            .withNewStates(distinct.toArray(new String[0]));
    try {
      return JobCompatibility.of(job, from, increments.name(), increments, options);
    } catch (IOException e) {
      throw new StorageException("Reading the checkpoint " + from.location(), e);
    }
  }
}
