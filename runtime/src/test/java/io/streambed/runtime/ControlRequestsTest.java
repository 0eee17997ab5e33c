package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.control.ControlAnswer;
import io.streambed.control.ControlAnswer.State;
import io.streambed.control.ControlRequest;
import io.streambed.control.ControlRequest.Kind;
import io.streambed.control.JobAttempt;
import io.streambed.control.OutgoingRequest;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.testkit.fault.Fault;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A running job that is asked through its directory. */
class ControlRequestsTest extends HangContract {
  private static final Path ROOT = Path.of("/checkpoints");

  private final FedSource source = new FedSource();

  @BeforeEach
  void feed() {
    small.source = source;
    source.split("a").give(LongStream.range(0, 70).toArray());
  }

  /** A job that has read what there is. */
  private JobHandle started() {
    return started(backend());
  }

  private JobHandle started(StateBackend backend) {
    JobHandle job = Streambed.start(small.job(), Store.of(backend), options);
    await().until(() -> small.written.size() == 70);
    return job;
  }

  private OutgoingRequest ask(Kind kind) {
    FileCheckpointStorage.LastClaim claim = FileCheckpointStorage.lastClaim(files, ROOT);
    return ask(kind, new JobAttempt(claim.job().id(), claim.attempt()));
  }

  private OutgoingRequest ask(Kind kind, JobAttempt attempt) {
    OutgoingRequest request =
        new OutgoingRequest(files, ROOT, new ControlRequest(UUID.randomUUID(), attempt, kind));
    request.send(UUID.randomUUID());
    return request;
  }

  private static ControlAnswer lastAnswer(OutgoingRequest request) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> request.answer().filter(ControlAnswer::isLast).isPresent());
    return request.answer().orElseThrow();
  }

  @Test
  void savepoint_isTaken_andTheJobGoesOn() {
    JobHandle job = started();
    ControlAnswer answer = lastAnswer(ask(Kind.SAVEPOINT));
    assertThat(answer.state()).isEqualTo(State.DONE);
    assertThat(files.exists(Path.of(answer.savepoint().orElseThrow(), "_metadata"))).isTrue();
    assertThat(job.isDone()).isFalse();
    assertThat(cancel(job).savepoint()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"STOP", "DRAIN"})
  void stop_endsTheJobWithASavepoint_andIsAnsweredOnceTheDirectoryIsFree(Kind kind) {
    JobHandle job = started();
    OutgoingRequest request = ask(kind);
    ControlAnswer answer = lastAnswer(request);
    assertThat(answer.state()).isEqualTo(State.DONE);
    assertThat(FileCheckpointStorage.isHeld(files, ROOT)).isFalse();
    assertThat(small.committedLines()).isEqualTo(70);
    assertThat(job.await().savepoint()).isEqualTo(answer.savepoint()).isPresent();
    assertThat(request.answer()).as("stays").contains(answer);
  }

  @Test
  void stop_isAnsweredBeforeTheJobsResultIsTold() {
    JobHandle job = started();
    OutgoingRequest request = ask(Kind.STOP);
    job.await();
    assertThat(request.answer().orElseThrow().state()).isEqualTo(State.DONE);
  }

  @Test
  void cancel_endsTheJobWithoutASavepoint() {
    JobHandle job = started();
    assertThat(lastAnswer(ask(Kind.CANCEL))).isEqualTo(ControlAnswer.done(Optional.empty()));
    assertThat(job.await().end()).isEqualTo(JobResult.End.CANCELLED);
  }

  @Test
  void stop_askedForTwice_givesBothTheSameSavepoint() {
    JobHandle job = started();
    OutgoingRequest first = ask(Kind.STOP);
    OutgoingRequest second = ask(Kind.STOP);
    ControlAnswer answer = lastAnswer(first);
    assertThat(answer.state()).isEqualTo(State.DONE);
    job.await();
    // The second may have come too late to be taken: then it can be withdrawn.
    assertThat(second.withdraw() || second.answer().orElseThrow().equals(answer)).isTrue();
  }

  @Test
  void stop_whileAnotherOneIsUnderWay_getsTheSameSavepoint() {
    JobHandle job = started();
    small.onCommit = name -> hang.here();
    OutgoingRequest first = ask(Kind.STOP);
    hang.awaitReached();
    await().until(() -> first.answer().orElseThrow().state() == State.COMPLETE);
    OutgoingRequest same = ask(Kind.STOP);
    OutgoingRequest other = ask(Kind.DRAIN);
    await().until(() -> same.answer().isPresent() && other.answer().isPresent());
    hang.release();
    ControlAnswer answer = lastAnswer(first);
    assertThat(answer.state()).isEqualTo(State.DONE);
    job.await();
    assertThat(same.answer()).contains(answer);
    assertThat(other.answer().orElseThrow().state()).isEqualTo(State.FAILED);
  }

  @Test
  void stop_whoseSavepointFails_tellsWhy_andTheJobGoesOn() {
    JobHandle job = started();
    files.inject(Fault.noSpace().when(o -> o.changesDisk() && isSavepoint(o.path())));
    ControlAnswer answer = lastAnswer(ask(Kind.STOP));
    assertThat(answer.state()).isEqualTo(State.FAILED);
    assertThat(answer.reason()).contains("the savepoint was not taken");
    files.heal();
    source.split("a").give(70);
    await().until(() -> small.written.size() == 71);
    assertThat(lastAnswer(ask(Kind.STOP)).state()).isEqualTo(State.DONE);
    job.await();
  }

  private static boolean isSavepoint(Path path) {
    return path.startsWith("/savepoints");
  }

  @Test
  void savepoint_theJobHasNoPlaceForThem_isRefusedWithTheWayOut() {
    JobHandle job =
        started(
            StateBackend.of(
                new HeapKeyedStoreFactory(),
                new FileCheckpointStorage(files, FileStorageOptions.in(ROOT), UUID::randomUUID)));
    for (Kind kind : new Kind[] {Kind.SAVEPOINT, Kind.STOP, Kind.DRAIN}) {
      ControlAnswer answer = lastAnswer(ask(kind));
      assertThat(answer.state()).isEqualTo(State.FAILED);
      assertThat(answer.reason()).contains("withSavepointRoot");
    }
    cancel(job);
  }

  @Test
  void stop_meantForAnEarlierProcess_isRefused() {
    started().cancel();
    await().until(() -> !FileCheckpointStorage.isHeld(files, ROOT));
    OutgoingRequest late = ask(Kind.STOP);
    JobHandle next = start();
    ControlAnswer answer = lastAnswer(late);
    assertThat(answer.state()).isEqualTo(State.FAILED);
    assertThat(answer.reason()).contains("was meant for attempt 1");
    assertThat(next.isDone()).isFalse();
    cancel(next);
  }

  @Test
  void savepoint_theJobFailsMeanwhile_isAnswered() {
    JobHandle job = started();
    small.onWrite =
        number -> {
          hang.here();
          throw new IllegalStateException("told to fail");
        };
    source.split("a").give(70);
    hang.awaitReached();
    OutgoingRequest request = ask(Kind.SAVEPOINT);
    await().until(() -> request.answer().isPresent());
    hang.release();
    failure(job);
    assertThat(request.answer().orElseThrow().state()).isEqualTo(State.FAILED);
  }

  @Test
  void stop_theJobFailsWithoutAMessage_isAnswered() {
    AtomicBoolean broken = new AtomicBoolean();
    AtomicBoolean thrown = new AtomicBoolean();
    options =
        options.withClock(
            new Clock() {
              @Override
              public Instant instant() {
                if (broken.get()) {
                  thrown.set(true);
                  throw new IllegalStateException();
                }
                return Instant.now();
              }

              @Override
              public ZoneId getZone() {
                return ZoneOffset.UTC;
              }

              @Override
              public Clock withZone(ZoneId zone) {
                return this;
              }
            });
    JobHandle job = started();
    small.onWrite = number -> hang.here();
    source.split("a").give(70);
    hang.awaitReached();
    OutgoingRequest request = ask(Kind.STOP);
    await().until(() -> request.answer().isPresent());
    broken.set(true);
    await().untilTrue(thrown);
    hang.release();
    assertThatThrownBy(job::await).isInstanceOf(RuntimeException.class);
    assertThat(request.answer().orElseThrow().state()).isEqualTo(State.FAILED);
    assertThat(request.answer().orElseThrow().reason()).contains("IllegalStateException");
  }

  @Test
  void stop_theCommitFails_tellsTheSavepointToGoOnFrom() {
    JobHandle job = started();
    small.onCommit =
        name -> {
          throw new IllegalStateException("told to fail");
        };
    ControlAnswer answer = lastAnswer(ask(Kind.STOP));
    assertThat(answer.state()).isEqualTo(State.FAILED);
    String savepoint = answer.savepoint().orElseThrow();
    assertThat(failure(job)).hasMessageContaining(savepoint);
    small.onCommit = name -> {};
    options = options.withRestore(new RestorePoint.At(savepoint));
    source.split("a").end();
    start().await();
    assertThat(small.committedLines()).isEqualTo(70);
  }

  @Test
  void disk_hangsUnderTheRequests_theJobGoesOnAndEndsInTime() {
    JobHandle job = started();
    files.inject(Fault.hang().when(o -> o.path().startsWith(ROOT.resolve("control"))));
    await().until(() -> files.hanging() > 0);
    source.split("a").give(70);
    await().until(() -> small.written.size() == 71);
    assertThat(job.savepoint().join()).contains("savepoint");
    cancel(job);
    assertThat(files.hanging()).isPositive();
  }
}
