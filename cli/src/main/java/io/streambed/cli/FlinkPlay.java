package io.streambed.cli;

import io.streambed.cli.flink.ClusterException;
import io.streambed.cli.flink.FlinkCluster;
import io.streambed.cli.flink.FlinkJob;
import io.streambed.cli.flink.FlinkJob.Checkpoint;
import io.streambed.cli.flink.FlinkJob.SavepointFormat;
import io.streambed.cli.flink.Waiting;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is done to a job in a Flink cluster, step by step. One thread. */
final class FlinkPlay {
  /** Every flight goes through it. */
  private static final String COUNTED = "totals";

  private static final long KILL_AT_PERCENT = 25;

  /** As much as Flink would keep in its metadata file if it were let. */
  private static final long LEAST_STATE_BYTES = 20 << 10;

  private final PrintWriter out;
  private final FlinkCluster cluster;
  private final Waiting waiting;
  private final long flights;

  /**
   * What the play is about.
   *
   * @param parallelism until the savepoint
   * @param resumeParallelism from it on
   * @param rate flights per second until the savepoint
   * @param format of the savepoint
   * @param savepoints where it goes
   */
  record Script(
      int parallelism,
      int resumeParallelism,
      int rate,
      SavepointFormat format,
      String savepoints) {}

  /** What was seen on the way. */
  record Result(String backend, Checkpoint checkpoint, long restoredCheckpoint) {}

  FlinkPlay(PrintWriter out, FlinkCluster cluster, Waiting waiting, long flights) {
    this.out = out;
    this.cluster = cluster;
    this.waiting = waiting;
    this.flights = flights;
  }

  /** Runs a program to the end of its input. */
  Result run(Path jar, List<String> arguments, Script script) {
    String program = cluster.upload(jar);
    List<String> throttled = new ArrayList<>(arguments);
    throttled.addAll(List.of("--records-per-second", Integer.toString(script.rate())));
    FlinkJob first = cluster.run(program, throttled, script.parallelism(), Optional.empty());
    out.println("1. job " + first.id() + " submitted at parallelism " + script.parallelism());

    Checkpoint before = awaitMiddle(first);
    kill(first);
    long restored = awaitRecovery(first, before);
    String savepoint = first.stopWithSavepoint(script.format(), script.savepoints());
    out.println("4. stopped with a " + script.format() + " savepoint, " + savepoint);

    FlinkJob second =
        cluster.run(program, arguments, script.resumeParallelism(), Optional.of(savepoint));
    String backend = second.stateBackend();
    awaitEnd(second);
    out.println(
        "5. job "
            + second.id()
            + " resumed at parallelism "
            + script.resumeParallelism()
            + ", the input is read to its end");
    return new Result(backend, before, restored);
  }

  /** Waits for a complete checkpoint with enough state, and for enough of the input. */
  private Checkpoint awaitMiddle(FlinkJob job) {
    Checkpoint checkpoint;
    try (Progress progress = Progress.of("1. to be killed", flights)) {
      checkpoint =
          waiting.until(
              "a complete checkpoint and " + KILL_AT_PERCENT + " % of the input",
              () -> {
                requireRunning(job);
                long read = job.recordsRead(COUNTED);
                progress.show(read);
                return 100 * read < KILL_AT_PERCENT * flights
                    ? Optional.empty()
                    : job.latestCheckpoint();
              });
    }
    if (checkpoint.stateBytes() <= LEAST_STATE_BYTES) {
      throw new ClusterException(
          "checkpoint "
              + checkpoint.id()
              + " has "
              + checkpoint.stateBytes()
              + " bytes of state: too few to show anything");
    }
    out.println(
        "   checkpoint "
            + checkpoint.id()
            + " is complete, "
            + checkpoint.stateBytes()
            + " bytes of state; "
            + 100 * job.recordsRead(COUNTED) / flights
            + " % of the input");
    return checkpoint;
  }

  private static void requireRunning(FlinkJob job) {
    if (job.state().equals("FINISHED")) {
      throw new ClusterException(
          "the job reached the end of its input too early: give a lower --rate");
    }
  }

  private void kill(FlinkJob job) {
    Map<String, Integer> running = job.taskManagers(COUNTED);
    String victim = Collections.max(running.entrySet(), Map.Entry.comparingByValue()).getKey();
    long pid = cluster.kill(victim);
    out.println(
        "2. "
            + victim
            + " killed (kill -9 "
            + pid
            + "), which ran "
            + running.get(victim)
            + " of the "
            + running.values().stream().mapToInt(n -> n).sum()
            + " subtasks of "
            + COUNTED
            + "; "
            + cluster.startTaskManager()
            + " is started");
  }

  /** Waits until the job has gone on from a checkpoint and has completed a newer one. */
  private long awaitRecovery(FlinkJob job, Checkpoint before) {
    long restored =
        waiting.until(
            "the job to restore a checkpoint",
            () -> {
              requireRunning(job);
              return job.restoredCheckpoint();
            });
    if (restored < before.id()) {
      throw new ClusterException(
          "checkpoint " + restored + " was restored, though " + before.id() + " was complete");
    }
    Checkpoint newer =
        waiting.until(
            "a checkpoint after the recovery",
            () -> {
              requireRunning(job);
              return job.latestCheckpoint().filter(checkpoint -> checkpoint.id() > restored);
            });
    out.println(
        "3. recovered from checkpoint " + restored + "; checkpoint " + newer.id() + " is complete");
    return restored;
  }

  private void awaitEnd(FlinkJob job) {
    try (Progress progress = Progress.ofUnknownEnd("5. resumed")) {
      waiting.until(
          "the end of the resumed job",
          () -> {
            progress.show(job.recordsRead(COUNTED));
            return job.state().equals("FINISHED") ? Optional.of(true) : Optional.empty();
          });
    }
  }
}
