package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the tests of things that hang have in common. Each ends all threads that it started. */
@Timeout(60)
abstract class HangContract {
  /** For checkpoints, of which the last one is given up when it hangs. */
  static final CoordinatorOptions IMPATIENT = new CoordinatorOptions(0, 0, 2_000, 1, 0, 1);

  private static final long STOP_TIMEOUT_MILLIS = 1_000;

  final SimulatedFileSystem files = new SimulatedFileSystem();
  final SmallJob small = new SmallJob();
  final Hang hang = new Hang();
  final List<JobEvent> events = new CopyOnWriteArrayList<>();

  /** Checkpoints at the end alone; no restart. */
  RunOptions options =
      RunOptions.defaults()
          .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(0))
          .withRestarts(RestartPolicy.NEVER)
          .withStopTimeoutMillis(STOP_TIMEOUT_MILLIS)
          .withListener(events::add);

  StateBackend backend() {
    FileStorageOptions storage =
        FileStorageOptions.in(Path.of("/checkpoints"))
            .withSavepointRoot(Path.of("/savepoints"))
            .withSmallFileThresholdBytes(0);
    return StateBackend.of(
        new HeapKeyedStoreFactory(), new FileCheckpointStorage(files, storage, UUID::randomUUID));
  }

  JobHandle start() {
    return Streambed.start(small.job(), Store.of(backend()), options);
  }

  @AfterEach
  void endThreads() throws InterruptedException {
    hang.release();
    files.heal();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("small/")) {
        thread.join();
      }
    }
    assertThat(files.openHandles()).isZero();
  }

  static JobFailedException failure(JobHandle job) {
    return catchThrowableOfType(JobFailedException.class, job::await);
  }

  /** Cancels a job of which nothing hangs. */
  static JobResult cancel(JobHandle job) {
    job.cancel();
    JobResult result = job.await();
    assertThat(result.end()).isEqualTo(JobResult.End.CANCELLED);
    return result;
  }

  /** The failure of a job that is cancelled once something hangs. */
  JobFailedException cancelledWhileHanging() {
    JobHandle job = start();
    hang.awaitReached();
    job.cancel();
    JobFailedException failure = failure(job);
    assertThat(failure).hasMessageContaining("it was cancelled");
    return failure;
  }

  void assertLeftBehind(JobFailedException failure, String thread, String place) {
    assertThat(failure)
        .hasMessageContaining("thread \"" + thread + "\" did not end within")
        .hasMessageContaining(place);
    assertThat(failure.getSuppressed()).hasAtLeastOneElementOfType(StuckThreadException.class);
    assertThat(events)
        .anyMatch(
            event ->
                event instanceof JobEvent.ThreadLeftBehind left && left.thread().equals(thread));
  }

  <T extends JobEvent> List<T> heard(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Completes at the first event of some kind; beside the list of all. */
  CompletableFuture<JobEvent> first(Predicate<JobEvent> wanted) {
    CompletableFuture<JobEvent> first = new CompletableFuture<>();
    options =
        options.withListener(
            event -> {
              events.add(event);
              if (wanted.test(event)) {
                first.complete(event);
              }
            });
    return first;
  }
}
