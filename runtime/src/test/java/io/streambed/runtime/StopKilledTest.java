package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.control.ControlAnswer;
import io.streambed.control.ControlAnswer.State;
import io.streambed.control.ControlRequest;
import io.streambed.control.ControlRequest.Kind;
import io.streambed.control.JobAttempt;
import io.streambed.control.OutgoingRequest;
import io.streambed.file.FileSystem;
import io.streambed.testkit.fault.SimulatedFileSystem;
import io.streambed.testkit.fault.Survival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * A job that is stopped through its directory, and whose machine dies at every step of that: what
 * is started again gives each result once.
 */
class StopKilledTest {
  private static final long BEFORE = 200;

  /** Of the places where the machine can die, each how many-th. */
  private static final int EVERY = Integer.getInteger("streambed.stop.every", 16);

  private final LinesJob lines = new LinesJob();

  /** How many numbers there are in the end. */
  private long all;

  /** How far a stop is, by what is on the disk. */
  private enum Step {
    ASKED,
    TAKEN,
    SAVEPOINT_COMPLETE,
    RESULTS_VISIBLE,
    ANSWERED
  }

  @Test
  void stop_killedAtEveryStep_startedAgain_givesEachResultOnce() throws IOException {
    SimulatedFileSystem files = new SimulatedFileSystem();
    FedSource.Feed feed = lines.source.split("a");
    feed.give(LongStream.range(0, BEFORE / 2).toArray());
    JobHandle running = lines.start(files, 2, LinesJob.options(20, new RestorePoint.Latest()));
    await().until(() -> !LinesJob.visible(files).isEmpty());
    feed.give(LongStream.range(BEFORE / 2, BEFORE).toArray());
    await().until(() -> running.recordsRead() == BEFORE);
    int asked = files.log().size();
    ControlRequest request = stop(files);
    new OutgoingRequest(files, LinesJob.ROOT, request).send(UUID.randomUUID());
    // So that there is something to make visible at the savepoint, whenever that comes.
    long next = BEFORE;
    while (!running.isDone()) {
      feed.give(next++);
      LockSupport.parkNanos(1_000_000);
    }
    running.await();
    assertThat(answer(files, request).orElseThrow().state()).isEqualTo(State.DONE);
    all = next + 100;
    feed.give(LongStream.range(next, all).toArray());
    feed.end();
    Set<Step> steps = EnumSet.noneOf(Step.class);
    List<Integer> points = files.crashPoints().stream().filter(point -> point > asked).toList();
    for (int i = 0; i < points.size(); i++) {
      SimulatedFileSystem killed = files.crash(points.get(i), Survival.all());
      boolean first = steps.add(step(killed, request));
      if (first || i % EVERY == 0) {
        checkStartedAgain(killed, request, 1 + i % 3, "killed at operation " + points.get(i));
        checkStartedAgain(
            files.crash(points.get(i), Survival.none()),
            request,
            1 + i % 3,
            "without power from operation " + points.get(i));
      }
    }
    assertThat(steps).containsExactly(Step.values());
  }

  private void checkStartedAgain(
      FileSystem after, ControlRequest request, int parallelism, String what) throws IOException {
    startAgain(after, request, parallelism);
    assertThat(LinesJob.visible(after))
        .as(what)
        .containsExactlyElementsOf(LongStream.range(0, all).boxed().toList());
  }

  private static ControlRequest stop(FileSystem files) {
    FileCheckpointStorage.LastClaim claim = FileCheckpointStorage.lastClaim(files, LinesJob.ROOT);
    JobAttempt attempt = new JobAttempt(claim.job().id(), claim.attempt());
    return new ControlRequest(UUID.randomUUID(), attempt, Kind.STOP);
  }

  private static Optional<ControlAnswer> answer(FileSystem files, ControlRequest request) {
    return new OutgoingRequest(files, LinesJob.ROOT, request).answer();
  }

  /**
   * From the savepoint that the job has named, if it is complete, else from the latest checkpoint.
   */
  private void startAgain(FileSystem files, ControlRequest request, int parallelism) {
    RestorePoint from =
        answer(files, request)
            .flatMap(ControlAnswer::savepoint)
            .filter(path -> FileCheckpointStorage.isCompleteSavepoint(files, Path.of(path)))
            .<RestorePoint>map(RestorePoint.At::new)
            .orElse(new RestorePoint.Latest());
    JobResult result = lines.start(files, parallelism, LinesJob.options(0, from)).await();
    assertThat(result.end())
        .as("the request was meant for the process that was killed")
        .isEqualTo(JobResult.End.FINISHED);
  }

  private static Optional<Path> savepoint(FileSystem files) throws IOException {
    return files.isDirectory(LinesJob.SAVEPOINTS)
        ? FileCheckpointStorage.complete(files, LinesJob.SAVEPOINTS).stream().findFirst()
        : Optional.empty();
  }

  private static Step step(FileSystem files, ControlRequest request) throws IOException {
    Optional<Path> savepoint = savepoint(files);
    if (savepoint.isEmpty()) {
      return answer(files, request).isPresent() ? Step.TAKEN : Step.ASKED;
    }
    if (answer(files, request).filter(ControlAnswer::isLast).isPresent()) {
      return Step.ANSWERED;
    }
    long id = Long.parseLong(savepoint.get().getFileName().toString().split("-")[1]);
    boolean shown =
        LinesJob.parts(files).stream()
            .anyMatch(path -> Long.parseLong(path.getFileName().toString().split("-")[1]) == id);
    return shown ? Step.RESULTS_VISIBLE : Step.SAVEPOINT_COMPLETE;
  }
}
