package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.cli.Choices.Backend;
import io.streambed.control.ControlAnswer;
import io.streambed.control.ControlRequest;
import io.streambed.control.ControlRequest.Kind;
import io.streambed.control.JobAttempt;
import io.streambed.control.OutgoingRequest;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The flights job on RocksDB in a process of its own, which is asked to stop with a savepoint and
 * killed (kill -9) at each kind of event on the way. Another process goes on at another
 * parallelism: on the heap from the savepoint if it is complete, else from the latest checkpoint.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StopKillTest {
  private static final int LINES = 8_000;

  /** So that there is a checkpoint to go on from, and seldom one beside the savepoint. */
  private static final long INTERVAL_MILLIS = 100;

  private final FileSystem files = new LocalFileSystem();

  @TempDir Path directory;

  /** Where the process is killed: at the n-th event of a name behind the request. */
  private record Kill(String event, int nth) {}

  @Test
  void stop_killedOnTheWay_goesOnToTheUninterruptedOutput() throws IOException {
    Path input = Files.write(directory.resolve("flights.csv"), Cli.january(LINES));
    FlightsRun template =
        new FlightsRun(input, Home.rules(), directory.resolve("reference"), INTERVAL_MILLIS);
    OutputLines expected = KillLoop.reference(files, template, 2);
    List<Kill> kills =
        List.of(
            new Kill("SubtaskSnapshot", 3),
            new Kill("CheckpointStoring", 1),
            new Kill("Committing", 2),
            new Kill("never", 1));
    int fromSavepoint = 0;
    for (Kill kill : kills) {
      FlightsRun run = template.in(directory.resolve(kill.event())).on(Backend.ROCKSDB);
      ControlRequest request = stop(run, kill);
      Optional<String> savepoint = savepoint(run, request);
      if (savepoint.isPresent()) {
        goOn(run.on(Backend.HEAP), savepoint.get());
        fromSavepoint++;
      } else {
        goOn(run, "latest");
      }
      assertThat(OutputLines.read(files, run.output())).as("%s", kill).isEqualTo(expected);
    }
    assertThat(fromSavepoint).as("killed before and after").isBetween(1, kills.size() - 1);
  }

  /** Runs until there is a checkpoint, asks to stop, and kills. */
  private ControlRequest stop(FlightsRun run, Kill kill) {
    ControlRequest request = null;
    int seen = 0;
    try (JobProcess process = JobProcess.start(run.arguments(2), true)) {
      for (Marker marker = process.next(); marker != null; marker = process.next()) {
        if (request == null && marker.event().equals("CheckpointCompleted")) {
          request = ask(run);
        } else if (request != null && kill.event().equals(marker.event())) {
          seen++;
        }
        if (seen == kill.nth()) {
          process.kill();
          return request;
        }
        process.goOn();
      }
      assertThat(process.waitFor()).as(process.otherOutput()).isEqualTo(Main.OK);
    }
    assertThat(kill.event()).as("the job has ended before").isEqualTo("never");
    return request;
  }

  /** The process waits until this returns, but for the thread that looks for requests. */
  private ControlRequest ask(FlightsRun run) {
    FileCheckpointStorage.LastClaim claim =
        FileCheckpointStorage.lastClaim(files, run.checkpoints());
    JobAttempt attempt = new JobAttempt(claim.job().id(), claim.attempt());
    ControlRequest request = new ControlRequest(UUID.randomUUID(), attempt, Kind.STOP);
    new OutgoingRequest(files, run.checkpoints(), request).send(UUID.randomUUID());
    while (answer(run, request).isEmpty()) {
      LockSupport.parkNanos(1_000_000);
    }
    return request;
  }

  private Optional<ControlAnswer> answer(FlightsRun run, ControlRequest request) {
    return new OutgoingRequest(files, run.checkpoints(), request).answer();
  }

  /** The savepoint that the job has named, if it is complete. */
  private Optional<String> savepoint(FlightsRun run, ControlRequest request) {
    return answer(run, request)
        .flatMap(ControlAnswer::savepoint)
        .filter(path -> FileCheckpointStorage.isCompleteSavepoint(files, Path.of(path)));
  }

  private static void goOn(FlightsRun run, String restore) {
    List<String> arguments = run.arguments(3);
    arguments.set(arguments.indexOf("latest"), restore);
    try (JobProcess process = JobProcess.start(arguments, false)) {
      while (process.next() != null) {
        // Its markers say what is known.
      }
      assertThat(process.waitFor()).as(process.otherOutput()).isEqualTo(Main.OK);
    }
  }
}
