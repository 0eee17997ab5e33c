package io.streambed.cli.control;

import io.streambed.control.ControlRequest.Kind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Ends a running job. */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Ends a job that runs in another process of this machine, with a savepoint: all results up to"
          + " it are visible then, and the job can go on from it. Prints the savepoint's path.",
      "It asks by a file in the job's directory, and waits until the job has ended. If there is no"
          + " savepoint, the job goes on. Ctrl-C withdraws the request, unless the job has taken it."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the job has ended",
      "1:no job runs there, it did not answer in time, or it refused: the message tells",
      "2:wrong usage",
      "4:a bug in Streambed",
      "128 and more:ended by a signal, 130 by Ctrl-C: the message tells whether the job goes on"
    })
public final class StopCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private JobArguments job;

  @Option(
      names = "--drain",
      description =
          "End it for good: event time goes to its end before, so that all event-time timers fire.")
  private boolean drain;

  @Option(
      names = "--no-savepoint",
      description =
          "End it at once. It goes on from its latest checkpoint when it is started again.")
  private boolean noSavepoint;

  /** The command; its options are set when it is called. */
  public StopCommand() {}

  @Override
  public Integer call() {
    if (drain && noSavepoint) {
      throw new ParameterException(
          spec.commandLine(), "--drain and --no-savepoint exclude each other");
    }
    return job.ask(noSavepoint ? Kind.CANCEL : drain ? Kind.DRAIN : Kind.STOP, spec);
  }
}
