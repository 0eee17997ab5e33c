package io.streambed.cli.inspect;

import io.streambed.cli.console.ExitCodes;
import io.streambed.file.LocalFileSystem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads every byte of all checkpoints and savepoints in a directory, and lists the damage. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Reads every byte of all complete checkpoints and savepoints in a directory, files that they"
          + " share included, and lists all damage. Changes nothing. The job may run."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every byte is as it was written",
      "1:there is none, or it cannot be read",
      "2:wrong usage",
      "4:a bug in Streambed",
      "5:damaged: all damage is listed"
    })
public final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      description =
          "A job's directory of checkpoints, or one of savepoints. Or a single checkpoint or"
              + " savepoint.")
  private Path path;

  @Option(
      names = "--json",
      description = "Print JSON; docs/command-line.md tells what its fields mean.")
  private boolean json;

  /** The command; its options are set when it is called. */
  public VerifyCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    VerifyProgress progress = new VerifyProgress(err, System::nanoTime);
    Inspection inspection = new Inspector(new LocalFileSystem(), true, progress).verify(path);
    InspectionWriter.printVerified(inspection, json, out);
    if (inspection.damages().isEmpty()) {
      return ExitCodes.OK;
    }
    Damage.tell(inspection.damages(), err);
    return ExitCodes.DAMAGED;
  }
}
