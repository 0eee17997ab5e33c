package io.streambed.cli.control;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.cli.console.ExitCodes;
import io.streambed.cli.console.Millis;
import io.streambed.cli.console.StopOnSignal;
import io.streambed.control.ControlRequest.Kind;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which job is asked, and how: what {@code stop} and {@code savepoint} share. */
final class JobArguments {
  @Parameters(
      paramLabel = "DIR",
      description =
          "The running job's directory: that of its store, or the directory of checkpoints in it.")
  private Path directory;

  @Option(
      names = "--timeout",
      defaultValue = "15m",
      converter = Millis.Converter.class,
      paramLabel = "TIME",
      description =
          "How long to wait for the job, such as 90s. After that the request is withdrawn, unless the"
              + " job has taken it. Default: 15m.")
  private Millis timeout;

  @Option(
      names = "--json",
      description = "Print JSON; docs/command-line.md tells what its fields mean.")
  private boolean json;

  /** Asks the job, waits, and tells what came of it; gives the exit code. */
  int ask(Kind kind, CommandSpec spec) {
    FileSystem files = new LocalFileSystem();
    Conversation conversation =
        new Conversation(
            files,
            root(files),
            timeout.value(),
            Conversation.Pace.NORMAL,
            spec.commandLine().getErr());
    // Until the outcome is printed the process does not end by a signal.
    try (StopOnSignal signal = new StopOnSignal()) {
      Outcome outcome = conversation.ask(kind, signal::isSignalled);
      outcome.print(json, spec.commandLine().getOut(), spec.commandLine().getErr());
      return outcome.result() == Outcome.Result.DONE ? ExitCodes.OK : ExitCodes.FAILED;
    }
  }

  /** The directory of checkpoints. */
  private Path root(FileSystem files) {
    Path inStore = directory.resolve("checkpoints");
    try {
      FileCheckpointStorage.lastClaim(files, directory);
      return directory;
    } catch (StorageException e) {
      if (!files.isDirectory(inStore)) {
        throw e;
      }
      return inStore;
    }
  }
}
