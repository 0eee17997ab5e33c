package io.streambed.cli.inspect;

import io.streambed.checkpoint.OrphanFiles;
import io.streambed.checkpoint.Orphans;
import io.streambed.cli.console.ExitCodes;
import io.streambed.error.CorruptionException;
import io.streambed.file.LocalFileSystem;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists or deletes the files in a job's checkpoint directory that nobody refers to. */
@Command(
    name = "gc",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the files in a job's directory of checkpoints that no complete checkpoint needs, which"
          + " processes left that died; with --delete it deletes them.",
      "Savepoints, links and files of names that a job does not give are left alone."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:listed or deleted, or there is nothing to delete",
      "1:it is no job's directory, it cannot be read, or a job holds it; see the message",
      "2:wrong usage",
      "4:a bug in Streambed",
      "5:a checkpoint is damaged, and so nothing was deleted: any file may be needed"
    })
public final class GcCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      description = "A job's directory of checkpoints: the one with the file _checkpoints in it.")
  private Path path;

  @ArgGroup private Mode mode = new Mode();

  @Option(
      names = "--json",
      description = "Print JSON; docs/command-line.md tells what its fields mean.")
  private boolean json;

  /** What is done; at most one of them is said. */
  private static final class Mode {
    @Option(
        names = "--dry-run",
        description =
            "Only list them, which is the default. The job may run; what it is writing is then"
                + " listed too.")
    private boolean dryRun;

    @Option(names = "--delete", description = "Delete them. Refused while a job holds DIR.")
    private boolean delete;
  }

  /** The command; its options are set when it is called. */
  public GcCommand() {}

  @Override
  public Integer call() {
    OrphanFiles files = new OrphanFiles(new LocalFileSystem(), path);
    Orphans orphans;
    try {
      orphans = mode.delete ? files.delete(UUID::randomUUID) : files.find();
    } catch (CorruptionException e) {
      spec.commandLine()
          .getErr()
          .println(
              "streambed: nothing was deleted, since which files are needed is not known: "
                  + e.getMessage());
      return ExitCodes.DAMAGED;
    }
    new OrphanTable(path, orphans, mode.delete).print(json, spec.commandLine().getOut());
    return ExitCodes.OK;
  }
}
