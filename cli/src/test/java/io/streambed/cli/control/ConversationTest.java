package io.streambed.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.cli.control.Outcome.Result;
import io.streambed.control.ControlAnswer;
import io.streambed.control.ControlRequest;
import io.streambed.control.ControlRequest.Kind;
import io.streambed.control.IncomingRequests;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.testkit.fault.Fault;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command says of a job that does not do as it is asked. The test plays the job. */
@Timeout(60)
class ConversationTest {
  private static final long LONG_MILLIS = 50_000;

  private final FileSystem files = new LocalFileSystem();
  private final StringWriter err = new StringWriter();
  private ClaimedCheckpoints claim;
  private IncomingRequests incoming;

  @TempDir Path root;

  @BeforeEach
  void claim() {
    claim = storage().claim("visits");
    incoming = claim.requests().orElseThrow();
    incoming.open();
  }

  private FileCheckpointStorage storage() {
    return new FileCheckpointStorage(files, FileStorageOptions.in(root), UUID::randomUUID);
  }

  @AfterEach
  void close() {
    claim.close();
  }

  private Conversation conversation(long timeoutMillis) {
    return new Conversation(
        files, root, timeoutMillis, new Conversation.Pace(10, 50, 300), new PrintWriter(err, true));
  }

  private CompletableFuture<Outcome> asked(long timeoutMillis) {
    return CompletableFuture.supplyAsync(
        () -> conversation(timeoutMillis).ask(Kind.STOP, () -> false));
  }

  private ControlRequest taken() {
    List<ControlRequest> found = List.of();
    while (found.isEmpty()) {
      Thread.onSpinWait();
      found = incoming.look();
    }
    assertThat(incoming.take(found.get(0))).isTrue();
    return found.get(0);
  }

  @Test
  void ask_theProcessDoesNotTakeIt_isWithdrawnAtTheTimeout() {
    Outcome outcome = asked(300).join();
    assertThat(outcome.result()).isEqualTo(Result.NOT_TAKEN);
    assertThat(outcome.reason()).contains("has not taken the request", "within 300 ms");
    assertThat(incoming.look()).isEmpty();
  }

  @Test
  void ask_theJobIsTooOldToTakeRequests_saysSoAtOnce() throws IOException {
    Files.delete(root.resolve("control"));
    Outcome outcome = asked(LONG_MILLIS).join();
    assertThat(outcome.result()).isEqualTo(Result.NOT_TAKEN);
    assertThat(outcome.reason()).contains("takes no requests");
    assertThat(root.resolve("control")).doesNotExist();
  }

  @Test
  void ask_theAnswerIsDamaged_saysThatTheJobHasTakenTheRequest() throws IOException {
    CompletableFuture<Outcome> outcome = asked(LONG_MILLIS);
    Files.write(root.resolve("control/answer-" + taken().id()), new byte[200]);
    assertThat(outcome.join().result()).isEqualTo(Result.UNKNOWN);
    assertThat(outcome.join().reason()).contains("has taken the request");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void ask_aStepOfSendingFails_isNotTakenAndNeverDone(int step) {
    SimulatedFileSystem disk = new SimulatedFileSystem();
    Path checkpoints = Path.of("/checkpoints");
    FileStorageOptions where = FileStorageOptions.in(checkpoints);
    try (ClaimedCheckpoints held =
        new FileCheckpointStorage(disk, where, UUID::randomUUID).claim("visits")) {
      IncomingRequests requests = held.requests().orElseThrow();
      requests.open();
      disk.inject(
          Fault.ioError()
              .when(o -> o.changesDisk() && o.path().startsWith(checkpoints.resolve("control")))
              .nth(step));
      Outcome outcome =
          new Conversation(
                  disk,
                  checkpoints,
                  LONG_MILLIS,
                  new Conversation.Pace(10, 50, 300),
                  new PrintWriter(err, true))
              .ask(Kind.STOP, () -> false);
      disk.heal();
      assertThat(outcome.result()).isEqualTo(Result.NOT_TAKEN);
      assertThat(outcome.reason()).contains("nothing will be done about it");
      assertThat(requests.look()).isEmpty();
    }
  }

  @Test
  void ask_takenAndNotAnswered_isUnknown() {
    CompletableFuture<Outcome> outcome = asked(1_500);
    taken();
    assertThat(outcome.join().result()).isEqualTo(Result.UNKNOWN);
    assertThat(err.toString()).contains("Job \"visits\" has taken the request");
  }

  @Test
  void ask_refused_tellsTheReasonAndThatTheProcessRuns() {
    CompletableFuture<Outcome> outcome = asked(LONG_MILLIS);
    incoming.answer(taken().id(), ControlAnswer.failed("the disk is full", Optional.empty()));
    assertThat(outcome.join().result()).isEqualTo(Result.FAILED);
    assertThat(outcome.join().reason()).contains("the disk is full. Its process still runs.");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ask_theProcessDiesBehindTheSavepoint_tellsWhereItIs(boolean toldSo) throws IOException {
    Path savepoint = Files.createDirectory(root.resolve("s-1"));
    Files.createFile(savepoint.resolve("_metadata"));
    CompletableFuture<Outcome> outcome = asked(LONG_MILLIS);
    incoming.answer(
        taken().id(),
        toldSo
            ? ControlAnswer.complete(savepoint.toString())
            : ControlAnswer.taken(savepoint.toString()));
    claim.close();
    assertThat(outcome.join().result()).isEqualTo(Result.UNKNOWN);
    assertThat(outcome.join().savepoint()).isEqualTo(savepoint.toString());
    assertThat(outcome.join().reason())
        .contains("ended without an answer", "start the job from it");
  }

  @Test
  void ask_theProcessDiesBeforeTheSavepointIsComplete_saysSo() throws IOException {
    Path savepoint = Files.createDirectory(root.resolve("s-1"));
    CompletableFuture<Outcome> outcome = asked(LONG_MILLIS);
    incoming.answer(taken().id(), ControlAnswer.taken(savepoint.toString()));
    claim.close();
    assertThat(outcome.join().result()).isEqualTo(Result.UNKNOWN);
    assertThat(outcome.join().savepoint()).isNull();
    assertThat(outcome.join().reason()).contains(savepoint + " is not known to be complete");
  }

  @Test
  void ask_cancelThatMeetsAStop_adviseToStartFromItsSavepoint() {
    Outcome outcome =
        new Outcome(
            new Outcome.Asked(root, "visits", 1, Kind.CANCEL),
            Result.DONE,
            "/savepoints/s-1",
            null);
    outcome.print(false, new PrintWriter(new StringWriter()), new PrintWriter(err));
    assertThat(err.toString()).contains("RestorePoint.At").doesNotContain("--restore latest");
  }

  @Test
  void ask_theProcessDiesBeforeItTakesIt_isWithdrawn() {
    CompletableFuture<Outcome> outcome = asked(LONG_MILLIS);
    while (incoming.look().isEmpty()) {
      Thread.onSpinWait();
    }
    claim.close();
    assertThat(outcome.join().result()).isEqualTo(Result.NOT_TAKEN);
  }

  @Test
  void ask_answeredAfterTheDirectoryWasGivenBack_isDone() {
    CompletableFuture<Outcome> outcome = asked(LONG_MILLIS);
    ControlRequest request = taken();
    claim.close();
    incoming.answer(request.id(), ControlAnswer.done(Optional.of("/savepoints/s-1")));
    assertThat(outcome.join().result()).isEqualTo(Result.DONE);
    assertThat(root.resolve("control")).as("the answer is removed").isEmptyDirectory();
  }

  @Test
  void ask_anotherProcessTakesTheDirectoryOver_doesNotWaitForIt() {
    CompletableFuture<Outcome> outcome = asked(LONG_MILLIS);
    taken();
    claim.close();
    claim = storage().claim("visits");
    assertThat(outcome.join().result()).isEqualTo(Result.UNKNOWN);
  }

  @Test
  void ask_interrupted_isWithdrawn() throws InterruptedException {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Thread command =
        new Thread(
            () -> outcome.complete(conversation(LONG_MILLIS).ask(Kind.SAVEPOINT, () -> true)));
    command.start();
    while (incoming.look().isEmpty()) {
      Thread.onSpinWait();
    }
    command.interrupt();
    assertThat(outcome.join().result()).isEqualTo(Result.NOT_TAKEN);
    command.join();
    assertThat(incoming.look()).isEmpty();
  }
}
