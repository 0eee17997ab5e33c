package io.streambed.cli;

import io.streambed.runtime.RunOptions;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is told on the command line of local copies of checkpoints. */
final class LocalRecoveryArguments {
  private static final int MEBIBYTE_BITS = 20;
  private static final String LIMIT = "--local-recovery-limit";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--local-recovery",
      paramLabel = "DIR",
      description =
          "Keep a second copy of the last checkpoint in this directory on a local disk, of this job"
              + " alone, and restore from it where it is sound.")
  private Path directory;

  @Option(
      names = LIMIT,
      defaultValue = "1024",
      paramLabel = "MIB",
      description =
          "What the local copies may take, in MiB; two checkpoints should fit."
              + " Default: ${DEFAULT-VALUE}.")
  private long limitMebibytes;

  /**
   * Options with what was chosen.
   *
   * @throws ParameterException if an option has a value that does not fit, or no meaning
   */
  RunOptions applyTo(RunOptions options, Path checkpoints) {
    boolean limited = command.commandLine().getParseResult().hasMatchedOption(LIMIT);
    if (directory == null) {
      if (limited) {
        throw wrong(LIMIT + " has a meaning with --local-recovery only");
      }
      return options;
    }
    if (limitMebibytes < 1 || limitMebibytes > Long.MAX_VALUE >> MEBIBYTE_BITS) {
      throw wrong(LIMIT + ": " + limitMebibytes + " is below 1, or too large (MiB)");
    }
    if (absolute(directory).equals(absolute(checkpoints))) {
      throw wrong("--local-recovery is that of --checkpoints: " + directory + ". Give another.");
    }
    return options.withLocalRecovery(directory, limitMebibytes << MEBIBYTE_BITS);
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
