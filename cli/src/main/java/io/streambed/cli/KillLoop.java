package io.streambed.cli;

import io.streambed.file.FileSystem;
import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Kills a job's process again and again, each time at one exact event, and checks what is visible
 * after each death and at the end. One thread.
 */
final class KillLoop {
  private final FileSystem files;
  private final FlightsRun run;
  private final OutputLines expected;
  private final boolean taking;
  private StateSize checkpointed = new StateSize(0, 0);

  /**
   * Where a process is killed.
   *
   * @param event the event's name; empty for any
   * @param nth at which of them, from 1
   * @param parallelism at which the process runs
   */
  record Kill(String event, int nth, int parallelism) {}

  /**
   * A loop over one job.
   *
   * @param files where outputs are read
   * @param run the job's run; its directory is new
   * @param expected the lines that it gives at its end
   */
  KillLoop(FileSystem files, FlightsRun run, OutputLines expected) {
    this(files, run, expected, false);
  }

  /**
   * A loop over one job.
   *
   * @param files where outputs are read
   * @param run the job's run; its directory is new
   * @param expected the lines that it gives at its end
   * @param taking whether visible files are taken away while a process runs
   */
  KillLoop(FileSystem files, FlightsRun run, OutputLines expected, boolean taking) {
    this.files = files;
    this.run = run;
    this.expected = expected;
    this.taking = taking;
  }

  /** The lines of an uninterrupted run. */
  static OutputLines reference(FileSystem files, FlightsRun run, int parallelism) {
    new KillLoop(files, run, null).toTheEnd(parallelism);
    return OutputLines.read(files, run.output());
  }

  /**
   * Goes on from the latest checkpoint until it is killed.
   *
   * @return whether it was; false if the job reached its end before
   */
  boolean kill(Kill kill) {
    boolean killed = whileFilesAreTaken(() -> runUntil(kill));
    if (killed) {
      checkNothingWrongIsVisible(kill);
    }
    return killed;
  }

  private boolean runUntil(Kill kill) {
    int seen = 0;
    try (JobProcess process = JobProcess.start(run.arguments(kill.parallelism()), true)) {
      for (Marker marker = process.next(); marker != null; marker = process.next()) {
        note(marker);
        if (kill.event().isEmpty() || kill.event().equals(marker.event())) {
          seen++;
        }
        if (seen == kill.nth()) {
          process.kill();
          return true;
        }
        process.goOn();
      }
      checkCode(process);
      return false;
    }
  }

  /** Goes on from the latest checkpoint to the end. */
  void toTheEnd(int parallelism) {
    whileFilesAreTaken(() -> runToTheEnd(parallelism));
  }

  private boolean runToTheEnd(int parallelism) {
    try (JobProcess process = JobProcess.start(run.arguments(parallelism), false)) {
      for (Marker marker = process.next(); marker != null; marker = process.next()) {
        note(marker);
      }
      checkCode(process);
      return true;
    }
  }

  private boolean whileFilesAreTaken(BooleanSupplier running) {
    if (!taking) {
      return running.getAsBoolean();
    }
    PartTaker taker = PartTaker.start(files, run.output(), taken());
    try {
      return running.getAsBoolean();
    } finally {
      taker.close();
    }
  }

  private Path taken() {
    return run.directory().resolve("taken");
  }

  /** What is visible, and what was before it was taken away. */
  private OutputLines lines() {
    List<String> lines = new ArrayList<>(OutputLines.read(files, run.output()).lines());
    lines.addAll(OutputLines.read(files, taken()).lines());
    lines.sort(null);
    return new OutputLines(lines);
  }

  private void note(Marker marker) {
    if (marker.is(JobEvent.CheckpointCompleted.class)) {
      checkpointed = checkpointed.plus(StateSize.of(marker));
    }
  }

  /** The sizes of all checkpoints that were told of, together. */
  StateSize checkpointed() {
    return checkpointed;
  }

  private static void checkCode(JobProcess process) {
    int code = process.waitFor();
    if (code != Main.OK) {
      throw new JobFailedException(
          "the job's process ended with " + code + ": " + process.otherOutput(), null);
    }
  }

  /** Whether the job's output is now what it is to be. */
  boolean isComplete() {
    return lines().equals(expected);
  }

  /** What is visible after a death is part of the whole, and nothing of it comes twice. */
  private void checkNothingWrongIsVisible(Kill kill) {
    Map<String, Integer> left = counts(expected.lines());
    for (String line : lines().lines()) {
      if (left.merge(line, -1, Integer::sum) < 0) {
        throw new JobFailedException(
            "after " + kill + " the output has a line too much: " + line, null);
      }
    }
  }

  private static Map<String, Integer> counts(List<String> lines) {
    Map<String, Integer> counts = new HashMap<>();
    for (String line : lines) {
      counts.merge(line, 1, Integer::sum);
    }
    return counts;
  }
}
