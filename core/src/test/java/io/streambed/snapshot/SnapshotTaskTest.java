package io.streambed.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What was frozen is let go of exactly once, and streams are closed, however a task ends. */
class SnapshotTaskTest {
  private final AtomicInteger released = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  @Test
  void run_succeeds_givesTheHandleAndReleasesOnce() throws Exception {
    SnapshotTask<String> task = new SnapshotTask<>(streams -> "handle", released::incrementAndGet);
    assertThat(released).hasValue(0);
    task.run();
    task.run();
    assertThat(task.cancel(true)).isFalse();
    assertThat(task.get()).isEqualTo("handle");
    assertThat(released).hasValue(1);
  }

  @Test
  void run_bodyFails_passesItOnAndReleasesOnce() {
    SnapshotTask<String> task =
        new SnapshotTask<>(
            streams -> {
              throw new IOException("the disk is full");
            },
            released::incrementAndGet);
    task.run();
    assertThatThrownBy(task::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("the disk is full");
    assertThat(released).hasValue(1);
  }

  @Test
  void cancel_beforeTheRun_releasesOnceAndNothingIsWritten() {
    AtomicInteger runs = new AtomicInteger();
    SnapshotTask<Integer> task =
        new SnapshotTask<>(streams -> runs.incrementAndGet(), released::incrementAndGet);
    assertThat(task.cancel(true)).isTrue();
    assertThat(released).hasValue(1);
    task.run();
    assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
    assertThat(runs).hasValue(0);
    assertThat(released).hasValue(1);
  }

  @Test
  void cancel_duringTheRun_closesItsStreamsAndReleasesOnceTheBodyEnds() {
    SnapshotTask<?>[] itself = new SnapshotTask<?>[1];
    int[] releasedInside = new int[1];
    Closeable stream = closed::incrementAndGet;
    SnapshotTask<String> task =
        new SnapshotTask<>(
            streams -> {
              streams.register(stream);
              itself[0].cancel(false);
              releasedInside[0] = released.get();
              assertThat(closed).as("closed under the body").hasValue(1);
              assertThatThrownBy(() -> streams.register(stream))
                  .isInstanceOf(StorageException.class);
              return "too late";
            },
            released::incrementAndGet);
    itself[0] = task;
    task.run();
    assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
    assertThat(closed).as("a late stream is closed at once").hasValue(2);
    assertThat(releasedInside[0]).as("not while the body reads").isZero();
    assertThat(released).hasValue(1);
  }
}
