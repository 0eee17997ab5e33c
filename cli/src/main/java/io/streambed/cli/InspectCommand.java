package io.streambed.cli;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.file.LocalFileSystem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Shows what a checkpoint or savepoint holds. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Shows what a checkpoint or savepoint of any job holds. Changes nothing.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:shown, and with --verify every byte is as it was written",
      "1:there is none, it is damaged, or cannot be read",
      "2:wrong usage",
      "4:a bug in Streambed"
    })
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PATH",
      description =
          "A checkpoint, a savepoint, or a job's directory of checkpoints, of which the latest is"
              + " shown.")
  private Path path;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(names = "--verify", description = "Read every block and compare every file's checksum.")
  private boolean verify;

  @Override
  public Integer call() {
    OpenedCheckpoint checkpoint = FileCheckpointStorage.open(new LocalFileSystem(), path);
    CheckpointReport report = CheckpointReport.of(checkpoint);
    String verified = verify ? new CheckpointVerifier(checkpoint).verify() : null;
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(report));
    } else {
      new CheckpointTable(report).printAll(out);
    }
    if (verified != null) {
      (json ? spec.commandLine().getErr() : out).println(verified);
    }
    return Main.OK;
  }
}
