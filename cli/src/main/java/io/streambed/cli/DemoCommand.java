package io.streambed.cli;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.cli.Choices.Backend;
import io.streambed.cli.Choices.CheckpointMode;
import io.streambed.cli.console.Columns;
import io.streambed.cli.console.Millis;
import io.streambed.cli.inspect.CheckpointReport;
import io.streambed.cli.inspect.CheckpointTable;
import io.streambed.error.StorageException;
import io.streambed.file.AtomicFile;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Kills a job, resumes it, and shows that nobody can tell from the output. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the flights job over January 2001 in a process that is killed (kill -9) half way,"
          + " resumes it at another parallelism from its last checkpoint, and compares its output"
          + " with that of an uninterrupted run."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:both outputs are identical",
      "1:failed before there was anything to compare",
      "2:wrong usage",
      "3:the outputs differ",
      "4:a bug in Streambed"
    })
final class DemoCommand implements Callable<Integer> {
  private static final int PARALLELISM_BEFORE = 2;
  private static final int PARALLELISM_AFTER = 4;
  private static final int PARALLELISM_REFERENCE = 3;
  private static final int CHECKPOINTS_BEFORE_KILL = 2;

  @Spec private CommandSpec spec;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "An empty or new directory to work in. Default: one under target.")
  private Path work;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Draws where the job is killed. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--backend",
      defaultValue = "heap",
      paramLabel = "BACKEND",
      description =
          "Where state is kept until the kill: ${COMPLETION-CANDIDATES}. The uninterrupted run is on"
              + " the heap. Default: ${DEFAULT-VALUE}.")
  private Backend backend;

  @Option(
      names = "--resume-backend",
      paramLabel = "BACKEND",
      description = "Where state is kept after the kill. Default: as before.")
  private Backend resumeBackend;

  @Option(
      names = "--checkpoint-mode",
      paramLabel = "MODE",
      description =
          "${COMPLETION-CANDIDATES}, as for run. Default: incremental where the backend can; full"
              + " before the kill if another backend restores it.")
  private CheckpointMode mode;

  @Option(names = "--keep", description = "Keep outputs and checkpoints.")
  private boolean keep;

  @Option(names = "--input", hidden = true, description = "Other flights than January's.")
  private Path input;

  @Option(
      names = "--checkpoint-interval",
      hidden = true,
      defaultValue = "150ms",
      converter = Millis.Converter.class,
      description = "From one checkpoint to the next.")
  private Millis interval;

  @Option(names = "--tamper", hidden = true, description = "Change a line before comparing.")
  private boolean tamper;

  private final FileSystem files = new LocalFileSystem();
  private PrintWriter out;

  /** What is known once the first process is dead. */
  private record Killed(long records, StateSize state, CheckpointReport checkpoint) {}

  /** What a process that reached its end did: records read, size of its last checkpoint. */
  private record Finished(long records, StateSize state) {}

  @Override
  public Integer call() {
    out = spec.commandLine().getOut();
    Path flights = input == null ? Home.january() : input;
    try (WorkDirectory directory = WorkDirectory.create(files, "demo", work, keep)) {
      Path killedIn = directory.path().resolve("killed");
      FlightsRun run =
          new FlightsRun(flights, Home.rules(), killedIn, interval.value())
              .on(backend)
              .with(modeBefore());
      long total = InputCount.of(files, run.input(), run.rules());
      out.println(
          "The flights job runs three times over "
              + (total - InputCount.of(files, run.rules()))
              + " flights in "
              + flights
              + ":");

      Killed killed = runAndKill(run, total);
      FlightsRun after = run.on(resumeBackend()).with(modeAfter());
      Finished resumed = runToTheEnd("2. resumed", after, PARALLELISM_AFTER, total);
      FlightsRun reference = run.in(directory.path().resolve("reference")).on(Backend.HEAP);
      Finished whole = runToTheEnd("3. uninterrupted", reference, PARALLELISM_REFERENCE, total);
      if (tamper) {
        tamperWith(run.output());
      }
      boolean identical = compare(after, reference, killed, resumed, whole);
      if (keep) {
        out.println("kept in " + directory.path());
      }
      return identical ? Main.OK : Main.DIFFERS;
    }
  }

  /** The mode until the kill: only the store that wrote its own files reads them. */
  private CheckpointMode modeBefore() {
    boolean changes = backend == Backend.ROCKSDB && resumeBackend() != backend;
    if (changes && mode == CheckpointMode.INCREMENTAL) {
      throw new ParameterException(
          spec.commandLine(),
          "--checkpoint-mode incremental does not go with --backend "
              + backend
              + " --resume-backend "
              + resumeBackend()
              + ": incremental checkpoints are restored by the backend that wrote them");
    }
    if (changes && mode == null) {
      out.println("full checkpoints before the kill: " + resumeBackend() + " is to restore them");
    }
    return changes ? CheckpointMode.FULL : modeAfter();
  }

  private CheckpointMode modeAfter() {
    return mode == null ? CheckpointMode.INCREMENTAL : mode;
  }

  private Backend resumeBackend() {
    return resumeBackend == null ? backend : resumeBackend;
  }

  private Killed runAndKill(FlightsRun run, long total) {
    long killAt = total * new SplittableRandom(seed).nextInt(30, 50) / 100;
    StateSize state = null;
    long checkpoints = 0;
    long records = 0;
    boolean killed = false;
    // In steps: on a busy machine it could be at its end before this has read how far it is.
    try (JobProcess process = JobProcess.start(run.arguments(PARALLELISM_BEFORE), true);
        Progress progress = Progress.of("1. to be killed", total)) {
      // After the kill this reads on: what the process had told before it died counts.
      for (Marker marker = process.next(); marker != null; marker = process.next()) {
        if (marker.is(JobEvent.CheckpointCompleted.class)) {
          checkpoints++;
          state = StateSize.of(marker);
        } else if (marker.is(JobEvent.RecordsRead.class)) {
          records = Math.max(records, marker.number("records"));
          progress.show(records);
        }
        if (!killed && records >= killAt && checkpoints >= CHECKPOINTS_BEFORE_KILL) {
          process.kill();
          killed = true;
        }
        if (!killed) {
          process.goOn();
        }
      }
      if (!killed) {
        throw new JobFailedException(
            "the first process ended with "
                + process.waitFor()
                + " before it was killed, after "
                + checkpoints
                + " checkpoints. It printed: "
                + process.otherOutput(),
            null);
      }
      requireInTheMiddle(records, total);
    }
    out.println(
        "1. killed (kill -9) at parallelism "
            + PARALLELISM_BEFORE
            + ", after "
            + records
            + " records ("
            + 100 * records / total
            + " % of the input) and "
            + checkpoints
            + " checkpoints");
    return new Killed(
        records, state, CheckpointReport.of(FileCheckpointStorage.open(files, run.checkpoints())));
  }

  private static void requireInTheMiddle(long records, long total) {
    if (records < total * 20 / 100 || records > total * 80 / 100) {
      throw new JobFailedException(
          "the first process was to be killed between 20 and 80 % of the input, after "
              + CHECKPOINTS_BEFORE_KILL
              + " checkpoints; it was at "
              + 100 * records / total
              + " %",
          null);
    }
  }

  private Finished runToTheEnd(String title, FlightsRun run, int parallelism, long total) {
    StateSize state = null;
    long records = 0;
    try (JobProcess process = JobProcess.start(run.arguments(parallelism), false);
        Progress progress = Progress.of(title, total)) {
      for (Marker marker = process.next(); marker != null; marker = process.next()) {
        if (marker.is(JobEvent.RecordsRead.class)) {
          records = Math.max(records, marker.number("records"));
          progress.show(records);
        } else if (marker.is(JobEvent.CheckpointCompleted.class)) {
          state = StateSize.of(marker);
        } else if (marker.is(JobEvent.RestoreAdvanced.class)) {
          spec.commandLine().getErr().println(StateSize.restored(marker));
        }
      }
      int code = process.waitFor();
      if (code != Main.OK) {
        throw new JobFailedException(
            title + ": the process ended with " + code + ": " + process.otherOutput(), null);
      }
    }
    out.println(title + " at parallelism " + parallelism + ", " + records + " records read");
    return new Finished(records, state);
  }

  private boolean compare(
      FlightsRun run, FlightsRun reference, Killed killed, Finished resumed, Finished whole) {
    OutputLines lines = OutputLines.read(files, run.output());
    OutputLines expected = OutputLines.read(files, reference.output());
    long replayed = killed.records() + resumed.records() - whole.records();
    boolean identical = lines.equals(expected) && replayed > 0;
    out.println();
    out.println(
        "The state in checkpoint "
            + killed.checkpoint().checkpointId()
            + ", from which the job was resumed:");
    new CheckpointTable(killed.checkpoint()).printStates(out);
    out.println();
    line("parallelism", PARALLELISM_BEFORE + " before, " + PARALLELISM_AFTER + " after");
    line(
        "backend",
        backend
            + " before, "
            + run.backend()
            + " after, "
            + reference.backend()
            + " uninterrupted");
    line("state before", killed.state().toString());
    line("state after", resumed.state().toString());
    line("records replayed", replayed + ", which came after the checkpoint");
    line("output resumed", lines.summary());
    line("output reference", expected.summary());
    line("identical", identical ? "yes" : "no");
    return identical;
  }

  private void line(String name, String value) {
    out.println(Columns.left(name + ":", 18) + value);
  }

  /** Changes one character of one line. */
  private void tamperWith(Path output) {
    try {
      for (Path kind : files.list(output)) {
        for (Path path : files.list(kind)) {
          if (!path.getFileName().toString().startsWith("part-")) {
            continue;
          }
          byte[] content = AtomicFile.read(files, path, Integer.MAX_VALUE - 8);
          content[0]++;
          files.delete(path);
          try (FileOutput file = files.create(path)) {
            file.write(content);
          }
          return;
        }
      }
    } catch (IOException e) {
      throw new StorageException("Tampering with the output in " + output, e);
    }
  }
}
