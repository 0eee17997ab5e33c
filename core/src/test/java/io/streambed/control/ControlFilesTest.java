package io.streambed.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.control.ControlAnswer.State;
import io.streambed.control.ControlRequest.Kind;
import io.streambed.error.CorruptionException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.LocalFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests and answers as files: who may take what, and what becomes of files of no use. */
class ControlFilesTest {
  private static final JobAttempt SELF = new JobAttempt(new UUID(1, 2), 300);
  private static final UUID ID = new UUID(0x0123456789abcdefL, 0x0f1e2d3c4b5a6978L);
  private static final UUID FILE_ID = new UUID(3, 4);

  /** A request of version 1, to be read for ever. */
  private static final String GOLDEN_REQUEST =
      "8b5354524d42454443524551000100010123456789abcdef0f1e2d3c4b5a69786e6f6e6500000000"
          + "00000000000000009028a0490000001300000013ff0000000000272bc2c500000000000000010000"
          + "000000000002ac0202750191f3000000000000003400000000000000890123456789abcdef0f1e2d"
          + "3c4b5a697849df633e8b454e4453545242";

  /** An answer of version 1, to be read for ever. */
  private static final String GOLDEN_ANSWER =
      "8b5354524d42454443414e5300010001000000000000000300000000000000046e6f6e6500000000"
          + "0000000000000000c78056c80000003d0000003dff00000000009eab824400000000000000010000"
          + "000000000002ac020123456789abcdef0f1e2d3c4b5a697803010f2f73617665706f696e74732f73"
          + "2d31086120726561736f6e3247fa07000000000000003400000000000000b3000000000000000300"
          + "00000000000004ddacb1b88b454e4453545242";

  private final LocalFileSystem files = new LocalFileSystem();

  @TempDir Path root;

  private IncomingRequests incoming() {
    return incoming(SELF);
  }

  private IncomingRequests incoming(JobAttempt attempt) {
    return new IncomingRequests(files, root, attempt, UUID::randomUUID);
  }

  private OutgoingRequest outgoing(ControlRequest request) {
    return new OutgoingRequest(files, root, request);
  }

  private OutgoingRequest sent(ControlRequest request) {
    control().toFile().mkdir();
    OutgoingRequest outgoing = outgoing(request);
    outgoing.send(UUID.randomUUID());
    return outgoing;
  }

  private static ControlRequest stop() {
    return new ControlRequest(UUID.randomUUID(), SELF, Kind.STOP);
  }

  private Path control() {
    return root.resolve("control");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(control())) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void request_ofEachKind_isTakenOnceAndAnswered(Kind kind) throws IOException {
    ControlRequest request = new ControlRequest(ID, SELF, kind);
    OutgoingRequest outgoing = sent(request);
    IncomingRequests incoming = incoming();
    assertThat(outgoing.answer()).isEmpty();
    assertThat(incoming.look()).containsExactly(request);
    assertThat(incoming.look()).as("not taken yet").containsExactly(request);
    assertThat(incoming.take(request)).isTrue();
    assertThat(incoming.take(request)).as("taken before").isFalse();
    assertThat(outgoing.answer()).contains(ControlAnswer.TAKEN);
    assertThat(incoming.look()).isEmpty();
    for (ControlAnswer answer :
        List.of(
            ControlAnswer.complete("/savepoints/ä"),
            ControlAnswer.done(Optional.of("/savepoints/ä")),
            ControlAnswer.failed("as \ud800 is half a pair", Optional.empty()))) {
      incoming.answer(ID, answer);
      assertThat(outgoing.answer().orElseThrow().state()).isEqualTo(answer.state());
      assertThat(outgoing.answer().orElseThrow().savepoint()).isEqualTo(answer.savepoint());
    }
    assertThat(outgoing.answer().orElseThrow().reason()).isEqualTo("as ? is half a pair");
    assertThat(outgoing.removeAnswer()).isTrue();
    assertThat(names()).isEmpty();
  }

  @Test
  void look_nobodyEverAsked_makesNothing() {
    assertThat(incoming().look()).isEmpty();
    assertThat(control()).doesNotExist();
  }

  @Test
  void send_theJobHasMadeNoDirectory_makesNone() {
    OutgoingRequest outgoing = outgoing(stop());
    assertThat(outgoing.canBeSent()).isFalse();
    assertThatThrownBy(() -> outgoing.send(ID)).isInstanceOf(StorageException.class);
    assertThat(control()).doesNotExist();
  }

  @Test
  void withdraw_beforeItIsTaken_isNotCarriedOut() {
    ControlRequest request = stop();
    OutgoingRequest outgoing = sent(request);
    IncomingRequests incoming = incoming();
    assertThat(incoming.look()).containsExactly(request);
    assertThat(outgoing.withdraw()).isTrue();
    assertThat(incoming.take(request)).isFalse();
    assertThat(outgoing.answer()).isEmpty();
  }

  @Test
  void withdraw_afterItWasTaken_saysSo() {
    ControlRequest request = stop();
    OutgoingRequest outgoing = sent(request);
    incoming().take(request);
    assertThat(outgoing.withdraw()).isFalse();
  }

  @Test
  void look_requestToAnotherAttemptOrJob_isRefusedAndRemoved() throws IOException {
    for (JobAttempt other :
        List.of(
            new JobAttempt(SELF.jobId(), SELF.attempt() - 1),
            new JobAttempt(SELF.jobId(), SELF.attempt() + 1),
            new JobAttempt(new UUID(7, 7), SELF.attempt()))) {
      OutgoingRequest outgoing = sent(new ControlRequest(UUID.randomUUID(), other, Kind.STOP));
      assertThat(incoming().look()).isEmpty();
      ControlAnswer answer = outgoing.answer().orElseThrow();
      assertThat(answer.state()).isEqualTo(State.FAILED);
      assertThat(answer.reason()).contains("was meant for attempt " + other.attempt());
      outgoing.removeAnswer();
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void look_damagedRequest_isRefusedAndRemoved() throws IOException {
    ControlRequest request = stop();
    OutgoingRequest outgoing = sent(request);
    Path file = control().resolve("request-" + request.id());
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i += 11) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 4;
      Files.write(file, damaged);
      assertThat(incoming().look()).as("byte " + i).isEmpty();
      assertThat(outgoing.answer().orElseThrow().reason()).contains("cannot be read");
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void look_hugeRequest_isRefusedWithoutReadingIt() throws IOException {
    Files.createDirectory(control());
    Files.write(control().resolve("request-" + ID), new byte[ControlFormat.MAX_FILE_BYTES + 1]);
    assertThat(incoming().look()).isEmpty();
    OutgoingRequest outgoing = outgoing(new ControlRequest(ID, SELF, Kind.STOP));
    assertThat(outgoing.answer().orElseThrow().reason()).contains("is damaged");
  }

  @Test
  void look_requestUnderAnotherName_isRefused() throws IOException {
    ControlRequest request = stop();
    sent(request);
    Files.move(control().resolve("request-" + request.id()), control().resolve("request-" + ID));
    assertThat(incoming().look()).isEmpty();
    assertThat(names()).containsExactly("answer-" + ID);
  }

  @Test
  void look_strangers_areLeftAlone() throws IOException {
    Files.createDirectories(control().resolve("request-" + ID));
    Files.createFile(control().resolve("notes.txt"));
    Files.createFile(control().resolve("request-1"));
    ControlRequest request = stop();
    sent(request);
    IncomingRequests incoming = incoming();
    for (int look = 0; look < 3; look++) {
      assertThat(incoming.look()).containsExactly(request);
    }
    assertThat(names()).contains("request-" + ID, "notes.txt", "request-1");
  }

  @Test
  void look_controlIsAFile_findsNothing() throws IOException {
    Files.createFile(control());
    assertThat(incoming().look()).isEmpty();
  }

  @Test
  void look_manyRequests_givesSomeAtATime() {
    for (int i = 0; i < IncomingRequests.AT_ONCE + 1; i++) {
      sent(stop());
    }
    assertThat(incoming().look()).hasSize(IncomingRequests.AT_ONCE);
  }

  @Test
  void look_firstOfAnAttempt_removesWhatOlderOnesLeft() throws IOException {
    Files.createDirectory(control());
    UUID before = UUID.randomUUID();
    UUID longAgo = UUID.randomUUID();
    incoming(new JobAttempt(SELF.jobId(), SELF.attempt() - 1))
        .answer(before, ControlAnswer.done(Optional.empty()));
    incoming(new JobAttempt(SELF.jobId(), SELF.attempt() - 2))
        .answer(longAgo, ControlAnswer.done(Optional.empty()));
    Files.createFile(control().resolve("answer-" + ID));
    Files.createFile(control().resolve("answer-" + ID + "." + ID + ".tmp"));
    Files.createFile(control().resolve("request-" + ID + "." + ID + ".tmp"));
    incoming().look();
    assertThat(names()).containsExactly("answer-" + before);
  }

  @Test
  void answer_nobodyRemovesThem_keepsTheLastOnes() throws IOException {
    Files.createDirectory(control());
    IncomingRequests incoming = incoming();
    for (int i = 0; i < IncomingRequests.KEPT_ANSWERS + 5; i++) {
      incoming.answer(new UUID(0, i), ControlAnswer.done(Optional.empty()));
    }
    assertThat(names())
        .hasSize(IncomingRequests.KEPT_ANSWERS)
        .doesNotContain("answer-" + new UUID(0, 4));
  }

  @Test
  void answer_theDirectoryIsGone_isLoggedOnly() {
    incoming().answer(ID, ControlAnswer.TAKEN);
    assertThat(outgoing(stop()).answer()).isEmpty();
  }

  @Test
  void answer_damaged_isReported() throws IOException {
    Files.createDirectory(control());
    Files.write(control().resolve("answer-" + ID), new byte[200]);
    OutgoingRequest outgoing = outgoing(new ControlRequest(ID, SELF, Kind.STOP));
    assertThatThrownBy(outgoing::answer).isInstanceOf(StreambedException.class);
  }

  @Test
  void answer_longReason_isCut() {
    OutgoingRequest outgoing = sent(new ControlRequest(ID, SELF, Kind.STOP));
    incoming().answer(ID, ControlAnswer.failed("ä".repeat(1 << 20), Optional.empty()));
    assertThat(outgoing.answer().orElseThrow().reason()).hasSize(ControlFormat.MAX_REASON_LENGTH);
  }

  @Test
  void version1_goldenBytes() throws IOException {
    ControlRequest request = new ControlRequest(ID, SELF, Kind.DRAIN);
    assertThat(HexFormat.of().formatHex(ControlFormat.bytes(request))).isEqualTo(GOLDEN_REQUEST);
    ControlFormat.Given given =
        new ControlFormat.Given(
            SELF, ID, ControlAnswer.failed("a reason", Optional.of("/savepoints/s-1")));
    assertThat(HexFormat.of().formatHex(ControlFormat.bytes(given, FILE_ID)))
        .isEqualTo(GOLDEN_ANSWER);
    Path file = Files.write(root.resolve("a"), HexFormat.of().parseHex(GOLDEN_REQUEST));
    assertThat(ControlFormat.readRequest(files, file, ID)).isEqualTo(request);
    Files.write(file, HexFormat.of().parseHex(GOLDEN_ANSWER));
    assertThat(ControlFormat.readAnswer(files, file)).isEqualTo(given);
    assertThatThrownBy(() -> ControlFormat.readRequest(files, file, ID))
        .as("an answer is no request")
        .isInstanceOf(CorruptionException.class);
  }
}
