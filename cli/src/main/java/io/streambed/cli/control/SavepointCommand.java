package io.streambed.cli.control;

import io.streambed.control.ControlRequest.Kind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Takes a savepoint of a running job. */
@Command(
    name = "savepoint",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Takes a savepoint of a job that runs in another process of this machine; the job goes on."
          + " Prints the savepoint's path, which is where the job was told to put savepoints.",
      "It asks by a file in the job's directory. Ctrl-C withdraws the request, unless the job has"
          + " taken it."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the savepoint is complete",
      "1:no job runs there, it did not answer in time, or it refused: the message tells",
      "2:wrong usage",
      "4:a bug in Streambed",
      "128 and more:ended by a signal, 130 by Ctrl-C"
    })
public final class SavepointCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private JobArguments job;

  /** The command; its options are set when it is called. */
  public SavepointCommand() {}

  @Override
  public Integer call() {
    return job.ask(Kind.SAVEPOINT, spec);
  }
}
