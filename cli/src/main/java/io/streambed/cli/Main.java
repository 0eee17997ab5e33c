package io.streambed.cli;

import io.streambed.cli.Choices.Backend;
import io.streambed.cli.Choices.CheckpointMode;
import io.streambed.cli.Choices.CompressionChoice;
import io.streambed.cli.Choices.OnBadRecord;
import io.streambed.cli.Choices.PluginIn;
import io.streambed.cli.check.CheckCommand;
import io.streambed.cli.console.ExitCodes;
import io.streambed.cli.control.SavepointCommand;
import io.streambed.cli.control.StopCommand;
import io.streambed.cli.flink.FlinkJob.SavepointFormat;
import io.streambed.cli.inspect.GcCommand;
import io.streambed.cli.inspect.InspectCommand;
import io.streambed.cli.inspect.VerifyCommand;
import io.streambed.rocksdb.RocksProfile;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point of the command line. */
@Command(
    name = "streambed",
    mixinStandardHelpOptions = true,
    version = "Streambed 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    description = "Keyed state that survives: a stream processor's state layer, as a library.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed: the message names the file, state or option, and the way out",
      "2:wrong usage",
      "3:two outputs differ that should be the same",
      "4:a bug in Streambed: the trace shows where",
      "5:inspect, verify or gc found damage",
      "6:the job's own code failed: the trace shows where",
      "7:check found that the job cannot be restored",
      "128 and more:ended by a signal, 130 by Ctrl-C: run tells how to go on"
    },
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      InspectCommand.class,
      CheckCommand.class,
      SavepointCommand.class,
      StopCommand.class,
      VerifyCommand.class,
      GcCommand.class,
      FlinkDemoCommand.class,
      BenchCommand.class,
      MemoryCommand.class,
      LatencyCommand.class,
      MigrationCommand.class,
      CompletionCommand.class,
      CommandLine.HelpCommand.class,
      CrashLoopCommand.class
    })
public final class Main implements Runnable {
  static final int OK = ExitCodes.OK;
  static final int FAILED = ExitCodes.FAILED;
  static final int USAGE = ExitCodes.USAGE;
  static final int DIFFERS = ExitCodes.DIFFERS;
  static final int BUG = ExitCodes.BUG;
  static final int DAMAGED = ExitCodes.DAMAGED;
  static final int JOB_CODE = ExitCodes.JOB_CODE;

  @Spec private CommandSpec spec;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where an error comes from.")
  private boolean stacktrace;

  private Main() {}

  /**
   * Runs the command and ends the process.
   *
   * @param arguments command, options and parameters
   */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    System.exit(run(out, err, arguments));
  }

  /**
   * Runs the command.
   *
   * @param out for results
   * @param err for errors and progress
   * @param arguments command, options and parameters
   * @return the exit code
   */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    Main main = new Main();
    CommandLine line =
        new CommandLine(main)
            .setOut(out)
            .setErr(err)
            .registerConverter(Backend.class, Choices.converter(Backend.values()))
            .registerConverter(RocksProfile.class, Choices.converter(RocksProfile.values()))
            .registerConverter(CheckpointMode.class, Choices.converter(CheckpointMode.values()))
            .registerConverter(OnBadRecord.class, Choices.converter(OnBadRecord.values()))
            .registerConverter(
                CompressionChoice.class, Choices.converter(CompressionChoice.values()))
            .registerConverter(PluginIn.class, Choices.converter(PluginIn.values()))
            .registerConverter(SavepointFormat.class, Choices.converter(SavepointFormat.values()))
            .setParameterExceptionHandler(Main::wrongUsage)
            .setExecutionExceptionHandler(
                (e, command, parsed) -> main.failure(e, command.getErr()));
    try {
      return line.execute(arguments);
    } catch (Error e) {
      // The library hands on exceptions only.
      return main.failure(e, err);
    }
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  private static int wrongUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    // Of an option without a value the library says it twice.
    err.println(e.getMessage().replace("Value for option option", "Value for option"));
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
    return USAGE;
  }

  private int failure(Throwable e, PrintWriter err) {
    Failure failure = Failure.of(e);
    err.println("streambed: " + oneLine(failure.message()));
    Throwable trace = stacktrace ? e : failure.trace();
    if (trace != null) {
      trace.printStackTrace(err);
    }
    return failure.code();
  }

  private static String oneLine(String message) {
    return message.replace('\r', ' ').replace('\n', ' ');
  }
}
