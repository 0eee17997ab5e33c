package io.streambed.cli;

import io.streambed.cli.Choices.Backend;
import io.streambed.cli.KillLoop.Kill;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The kill test, for as long as wanted. */
@Command(
    name = "crash-loop",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the flights job in processes that are killed (kill -9) at events drawn from a seed,"
          + " each restored from the latest checkpoint at another parallelism; compares what is"
          + " visible after each death and at each end with an uninterrupted run."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:after every kill the output was right",
      "1:failed; the message names the kill",
      "2:wrong usage",
      "3:an output differs at the end",
      "4:a bug in Streambed"
    })
final class CrashLoopCommand implements Callable<Integer> {
  private static final int MAX_KILLS_A_ROUND = 6;
  private static final int MAX_PARALLELISM = 4;
  private static final int MAX_EVENTS = 1_500;
  private static final long INTERVAL_MILLIS = 20;

  @Spec private CommandSpec spec;

  @Option(
      names = "--kills",
      defaultValue = "100",
      paramLabel = "N",
      description = "How many processes to kill. Default: ${DEFAULT-VALUE}.")
  private int kills;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "S",
      description = "Draws events and parallelism. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--backend",
      defaultValue = "heap",
      paramLabel = "BACKEND",
      description =
          "Where the killed processes keep state: ${COMPLETION-CANDIDATES}; rocksdb takes incremental"
              + " checkpoints. The uninterrupted run is on the heap. Default: ${DEFAULT-VALUE}.")
  private Backend backend;

  @Option(
      names = "--take",
      description =
          "Take visible files away while the processes run, as a program does that reads them, and"
              + " compare what was taken.")
  private boolean take;

  @Option(names = "--input", paramLabel = "FILE", description = "The flights. Default: January's.")
  private Path input;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "An empty or new directory to work in. Default: one under target.")
  private Path work;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    FileSystem files = new LocalFileSystem();
    SplittableRandom random = new SplittableRandom(seed);
    try (WorkDirectory directory = WorkDirectory.create(files, "crash-loop", work, false)) {
      FlightsRun template =
          new FlightsRun(
              input == null ? Home.january() : input,
              Home.rules(),
              directory.path().resolve("reference"),
              INTERVAL_MILLIS);
      OutputLines expected = KillLoop.reference(files, template, 2);
      out.println("seed " + seed + ", " + expected.lines().size() + " lines of output");
      int done = 0;
      for (int round = 1; done < kills; round++) {
        FlightsRun run = template.on(backend).in(directory.path().resolve("round-" + round));
        KillLoop loop = new KillLoop(files, run, expected, take);
        int killed = round(loop, random, Math.min(MAX_KILLS_A_ROUND, kills - done));
        done += killed;
        out.println(
            "round "
                + round
                + ": "
                + killed
                + " killed, "
                + done
                + " in all; checkpoints wrote "
                + loop.checkpointed().writtenBytes()
                + " of "
                + loop.checkpointed().bytes()
                + " bytes");
        if (!loop.isComplete()) {
          out.println("the output in " + run.output() + " differs");
          return Main.DIFFERS;
        }
        WorkDirectory.remove(files, run.directory());
      }
    }
    return Main.OK;
  }

  private static int round(KillLoop loop, SplittableRandom random, int most) {
    int killed = 0;
    boolean going = true;
    while (going && killed < most) {
      int parallelism = random.nextInt(1, MAX_PARALLELISM + 1);
      going = loop.kill(new Kill("", random.nextInt(1, MAX_EVENTS), parallelism));
      killed += going ? 1 : 0;
    }
    loop.toTheEnd(random.nextInt(1, MAX_PARALLELISM + 1));
    return killed;
  }
}
