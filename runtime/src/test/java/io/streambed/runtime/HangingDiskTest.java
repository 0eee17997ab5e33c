package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.file.HeldLock;
import io.streambed.testkit.fault.Fault;
import io.streambed.testkit.fault.Operation;
import io.streambed.testkit.fault.Operation.Kind;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The disk hangs for ever: the job ends, starts again or goes on as it should, and says so. */
class HangingDiskTest extends HangContract {
  private static final String DEVICE = "SimulatedFileSystem";
  private static final Path LOCAL = Path.of("/local");

  @BeforeEach
  void boundedInput() {
    small.elements = 100;
    small.onNext = number -> {};
  }

  private void awaitHanging() {
    while (files.hanging() == 0) {
      Thread.onSpinWait();
    }
  }

  private void assertAborted(String... parts) {
    assertThat(heard(JobEvent.CheckpointAborted.class))
        .anySatisfy(aborted -> assertThat(aborted.reason()).contains(parts));
  }

  /** Of the files with state, that is: what a snapshot's thread does. */
  @ParameterizedTest
  @EnumSource(names = {"CREATE", "WRITE", "SYNC", "CLOSE"})
  void checkpoint_whileTheDiskHangsOnItsState_startsAgainBesideTheThread(Kind kind) {
    files.inject(
        Fault.hang().on(kind).when(call -> call.path().toString().endsWith(".data")).nth(1));
    options = options.withCheckpoints(IMPATIENT).withRestarts(new RestartPolicy(100, 0));
    assertThat(start().await().restarts()).isPositive();
    assertThat(small.committedLines()).isEqualTo(100);
    assertAborted("timed out", "its snapshot is being written", "small/snapshot", DEVICE);
    assertThat(heard(JobEvent.ThreadLeftBehind.class))
        .anySatisfy(left -> assertThat(left.reason()).contains("small/snapshot", DEVICE));
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "CLOSE"})
  void checkpoint_whileTheDiskHangsAndNoRestartIsAllowed_failsAndNamesTheThread(Kind kind) {
    files.inject(Fault.hang().on(kind).when(call -> call.path().toString().endsWith(".data")));
    options = options.withCheckpoints(IMPATIENT);
    JobFailedException failure = failure(start());
    assertThat(failure).hasMessageContaining("1 checkpoints failed in a row");
    assertLeftBehind(failure, "small/snapshot", DEVICE);
  }

  @Test
  void cancel_whileTheDiskHangsOnAWrite_namesTheThread() {
    files.inject(
        Fault.hang().on(Kind.WRITE).when(call -> call.path().toString().endsWith(".data")));
    JobHandle job = start();
    awaitHanging();
    job.cancel();
    assertLeftBehind(failure(job), "small/snapshot", DEVICE);
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "SYNC", "CLOSE"})
  void checkpoint_whileTheDiskHangsOnItsCommit_failsTheJobWhichGoesOnLater(Kind kind) {
    files.inject(
        Fault.hang()
            .on(kind)
            .when(call -> call.path().getFileName().toString().equals("_metadata")));
    options = options.withCheckpoints(IMPATIENT).withRestarts(new RestartPolicy(100, 0));
    JobFailedException failure = failure(start());
    assertThat(failure)
        .hasMessageContaining("the commit of checkpoint 1 does not come back")
        .hasMessageContaining("restore latest");
    assertLeftBehind(failure, "small/storage", DEVICE);
    assertThat(small.committed).isEmpty();
    files.heal();
    options = options.withRestore(new RestorePoint.Latest());
    awaitReleased();
    assertThat(start().await().restoredId()).as("what hung was not completed").isEmpty();
    assertThat(small.committedLines()).isEqualTo(100);
  }

  /** Until the thread that was left behind has given the checkpoint directory back. */
  private static void awaitReleased() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("small/closing")) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  @Test
  void checkpoint_whileTheDiskHangsOnItsDirectory_failsTheJobAndNamesTheThread() {
    files.inject(
        Fault.hang()
            .on(Kind.CREATE_DIRECTORY)
            .when(call -> call.path().getFileName().toString().startsWith("chk-")));
    options = options.withCheckpoints(IMPATIENT);
    JobFailedException failure = failure(start());
    assertThat(failure).hasMessageContaining("what holds it up: thread \"small/storage\"");
    assertLeftBehind(failure, "small/storage", DEVICE);
  }

  @Test
  void run_whileDeletesHang_completesEveryCheckpointAndEnds() {
    CompletableFuture<JobEvent> third =
        first(
            event ->
                event instanceof JobEvent.CheckpointCompleted done && done.checkpointId() >= 3);
    files.inject(Fault.hang().on(Kind.DELETE));
    small.elements = Long.MAX_VALUE;
    options = options.withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(5));
    JobHandle job = start();
    third.join();
    awaitHanging();
    job.cancel();
    assertLeftBehind(failure(job), "small/removals", DEVICE);
  }

  @Test
  void run_whileTheLastDeletesHang_endsWell() {
    small.elements = 10_000;
    files.inject(Fault.hang().on(Kind.DELETE));
    options = options.withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(1));
    assertThat(start().await().recordsRead()).isEqualTo(10_000);
    assertThat(small.committedLines()).isEqualTo(10_000);
  }

  @Test
  void cancel_whileTheClaimHangs_namesTheThreadAndGivesBackWhatComesLater() throws Exception {
    files.inject(Fault.hang().on(Kind.LOCK));
    JobHandle job = start();
    awaitHanging();
    job.cancel();
    assertLeftBehind(failure(job), "small/storage", DEVICE);
  }

  @Test
  void claim_whileTheDiskHangs_failsTheJobOnceItsTimeIsOver() {
    files.inject(Fault.hang().on(Kind.SYNC_DIRECTORY));
    options = options.withCheckpoints(IMPATIENT);
    JobFailedException failure = failure(start());
    assertThat(failure).hasMessageContaining("failed claiming its checkpoints");
    assertLeftBehind(failure, "small/storage", DEVICE);
  }

  @Test
  void cancel_whileARestoreHangs_namesTheThread() {
    start().await();
    files.inject(Fault.hang().on(Kind.OPEN).when(call -> call.path().toString().endsWith(".data")));
    options = options.withRestore(new RestorePoint.Latest());
    JobHandle job = start();
    awaitHanging();
    job.cancel();
    assertThat(failure(job)).hasMessageContaining("left behind").hasMessageContaining(DEVICE);
  }

  @Test
  void checkpoints_thatFailTooOften_startTheJobAgain() {
    files.inject(
        Fault.ioError()
            .on(Kind.WRITE)
            .when(call -> call.path().toString().endsWith(".data"))
            .nth(1));
    options = options.withCheckpoints(IMPATIENT).withRestarts(new RestartPolicy(100, 0));
    assertThat(start().await().restarts()).isPositive();
    assertThat(small.committedLines()).isEqualTo(100);
    assertAborted("declined", "Input/output error");
  }

  private static boolean isLocal(Operation call) {
    return call.path().startsWith(LOCAL);
  }

  private void keepCopies() {
    options =
        options
            .withCheckpoints(IMPATIENT)
            .withRestarts(new RestartPolicy(100, 0))
            .withLocalRecovery(new LocalRecovery(files, LOCAL, 1 << 20));
  }

  private void assertNoneLeftBehind(String thread) {
    assertThat(heard(JobEvent.ThreadLeftBehind.class))
        .extracting(JobEvent.ThreadLeftBehind::thread)
        .doesNotContain(thread);
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "CLOSE"})
  void checkpoint_whileTheLocalDiskHangs_holdsUpNoRemoval(Kind kind) {
    keepCopies();
    files.inject(Fault.hang().on(kind).when(HangingDiskTest::isCopy).nth(1));
    assertThat(start().await().restarts()).isPositive();
    assertThat(small.committedLines()).isEqualTo(100);
    assertNoneLeftBehind("small/removals");
  }

  private static boolean isCopy(Operation call) {
    return isLocal(call) && call.path().toString().endsWith(".copy");
  }

  @Test
  void run_whileDeletesOfLocalCopiesHang_holdsUpNoRemoval() {
    keepCopies();
    files.inject(Fault.hang().on(Kind.DELETE).when(HangingDiskTest::isCopy));
    options = options.withCheckpoints(IMPATIENT.withIntervalMillis(5));
    small.elements = 10_000;
    start().await();
    assertThat(small.committedLines()).isEqualTo(10_000);
    assertNoneLeftBehind("small/removals");
  }

  @Test
  void start_whileTheLocalDiskHangs_runsWithoutCopiesAndGivesTheDirectoryBackLater()
      throws Exception {
    keepCopies();
    files.inject(Fault.hang().on(Kind.LOCK).when(HangingDiskTest::isLocal));
    start().await();
    assertThat(small.committedLines()).isEqualTo(100);
    assertThat(heard(JobEvent.ThreadLeftBehind.class))
        .extracting(JobEvent.ThreadLeftBehind::thread)
        .containsOnly("small/local-copies");
    endThreads();
    assertThat(files.files()).noneMatch(path -> path.toString().endsWith(".copy"));
    HeldLock lock = files.tryLock(LOCAL.resolve("_local-copies.lock")).orElseThrow();
    lock.close();
  }
}
