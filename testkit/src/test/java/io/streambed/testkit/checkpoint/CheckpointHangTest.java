package io.streambed.testkit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotType;
import io.streambed.testkit.fault.Fault;
import io.streambed.testkit.fault.Operation;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The disk does not answer: who waits for it, and who does not. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CheckpointHangTest {
  private final SimulatedFileSystem files = new SimulatedFileSystem();
  private final JobOnDisk job = new JobOnDisk(files, 3);
  private final ExecutorService removals = Executors.newSingleThreadExecutor();
  private final ExecutorService writer = Executors.newSingleThreadExecutor();

  @AfterEach
  void endThreads() throws InterruptedException {
    files.heal();
    for (ExecutorService threads : new ExecutorService[] {removals, writer}) {
      threads.shutdown();
      assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(files.openHandles()).isZero();
  }

  private void awaitHanging() {
    while (files.hanging() == 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void commit_whileADeleteHangs_returnsAndLaterOnesToo() throws Exception {
    ClaimedCheckpoints claim = job.claim(removals);
    job.take(claim, 1, SnapshotType.CHECKPOINT, 1);
    files.inject(Fault.hang().on(Operation.Kind.DELETE));
    job.take(claim, 2, SnapshotType.CHECKPOINT, 1);
    awaitHanging();
    job.take(claim, 3, SnapshotType.CHECKPOINT, 1);
    assertThat(job.verify(claim.latest().orElseThrow())).isEqualTo(3);
    claim.close();
    files.heal();
    removals.submit(() -> {}).get();
    try (ClaimedCheckpoints next = job.claim()) {
      assertThat(next.completed()).containsExactly(3L);
      assertThat(files.files()).hasSameElementsAs(job.expectedFiles(next));
    }
  }

  @Test
  void discard_whileAWriteHangs_returnsAndTheWriteFailsOnceItComesBack() throws Exception {
    ClaimedCheckpoints claim = job.claim(removals);
    CheckpointWriter checkpoint = claim.begin(1, SnapshotType.CHECKPOINT);
    SnapshotOutput stream = checkpoint.create("keyed-0");
    files.inject(Fault.hang().on(Operation.Kind.WRITE).nth(1));
    Future<?> write = writer.submit(() -> writeForever(stream));
    awaitHanging();
    checkpoint.discard();
    stream.close();
    job.take(claim, 2, SnapshotType.CHECKPOINT, 1);
    removals.submit(() -> {}).get();
    files.heal();
    assertThat(write.get()).isNull();
    claim.close();
    removals.submit(() -> {}).get();
    try (ClaimedCheckpoints next = job.claim()) {
      assertThat(next.completed()).containsExactly(2L);
      assertThat(files.files()).hasSameElementsAs(job.expectedFiles(next));
    }
  }

  /** Ends when the stream is closed. */
  private static Void writeForever(SnapshotOutput stream) {
    assertThatThrownBy(
            () -> {
              while (true) {
                stream.write(new byte[1 << 16]);
              }
            })
        .isInstanceOf(IOException.class);
    return null;
  }

  @Test
  void close_whileACommitHangsBeforeItsCommitPoint_keepsItFromBecomingComplete() throws Exception {
    ClaimedCheckpoints claim = job.claim(removals);
    job.take(claim, 1, SnapshotType.CHECKPOINT, 1);
    files.inject(
        Fault.hang()
            .on(Operation.Kind.SYNC)
            .when(operation -> operation.path().endsWith("_metadata")));
    Future<?> commit =
        writer.submit(
            () ->
                assertThatThrownBy(() -> job.take(claim, 2, SnapshotType.CHECKPOINT, 1))
                    .isInstanceOf(RuntimeException.class));
    awaitHanging();
    Thread close = new Thread(claim::close);
    close.start();
    while (close.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    files.heal();
    commit.get();
    close.join();
    try (ClaimedCheckpoints next = job.claim()) {
      assertThat(next.completed()).containsExactly(1L);
    }
  }
}
