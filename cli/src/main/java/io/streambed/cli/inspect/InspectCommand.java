package io.streambed.cli.inspect;

import io.streambed.cli.console.ExitCodes;
import io.streambed.error.CorruptionException;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a checkpoint or savepoint holds. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what a checkpoint or savepoint of any job holds, or what checkpoints and savepoints"
          + " there are in a directory. Changes nothing. The job may run.",
      "Of a checkpoint that the Streambed plugin wrote in Flink, it shows one file of keyed state."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:shown, and with --verify every byte is as it was written",
      "1:there is none, or it cannot be read",
      "2:wrong usage",
      "4:a bug in Streambed",
      "5:damaged; what can be read is shown, with a list of the damage"
    })
public final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PATH",
      description =
          "A checkpoint, a savepoint, or a directory of them: a job's directory of checkpoints shows"
              + " the list and the latest. Or a file of keyed state.")
  private Path path;

  @Option(
      names = "--json",
      description = "Print JSON; docs/command-line.md tells what its fields mean.")
  private boolean json;

  @Option(
      names = "--verify",
      description =
          "Read every block and compare every file's checksum, of all checkpoints that are listed;"
              + " list all damage.")
  private boolean verify;

  /** The command; its options are set when it is called. */
  public InspectCommand() {}

  @Override
  public Integer call() {
    FileSystem files = new LocalFileSystem();
    PrintWriter out = spec.commandLine().getOut();
    Set<Damage> damages;
    try {
      if (ContainerReport.isContainer(files, path)) {
        ContainerReport report = ContainerReport.of(files, path, verify);
        InspectionWriter.print(report, json, out);
        damages = report.damage();
      } else {
        Inspection inspection = new Inspector(files, verify, VerifyProgress.NONE).inspect(path);
        InspectionWriter.print(inspection, json, out);
        damages = inspection.damages();
      }
    } catch (CorruptionException e) {
      if (json) {
        InspectionWriter.printDamage(path, Damage.of(e), out);
      }
      spec.commandLine().getErr().println("streambed: " + e.getMessage());
      return ExitCodes.DAMAGED;
    }
    if (damages.isEmpty()) {
      return ExitCodes.OK;
    }
    Damage.tell(damages, spec.commandLine().getErr());
    return ExitCodes.DAMAGED;
  }
}
