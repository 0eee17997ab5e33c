package io.streambed.runtime;

import io.streambed.backend.Store;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import java.util.concurrent.CompletableFuture;

/**
 * The way in: declares jobs and runs them in this JVM.
 *
 * <pre>{@code
 * JobBuilder job = Streambed.job("visits");
 * job.source("clicks", clicks)
 *     .keyBy(Click::user)
 *     .process("count", context -> {
 *       ValueState<Long> count = context.value("count", Long.class, 0L);
 *       return (click, timestampMillis) -> {
 *         count.update(count.value() + 1);
 *         context.emit(context.key() + " " + count.value());
 *       };
 *     })
 *     .sink("results", new PrintSink<>(System.out));
 * Streambed.run(job.build(), Store.heap(Path.of("visits")));
 * }</pre>
 */
public final class Streambed {
  private Streambed() {}

  /**
   * Begins to declare a job.
   *
   * @param name the job's name; its checkpoints belong to it
   * @return a builder
   */
  public static JobBuilder job(String name) {
    return new JobBuilder(name);
  }

  /**
   * Runs a job as {@link #run(Job, Store, RunOptions)} does, with default options: it goes on from
   * its last checkpoint in the store, if there is one. A job that was ended with a savepoint is
   * started from that, by {@link RunOptions#withRestore}: its last checkpoint is older.
   *
   * @param job the job
   * @param store where its state and its checkpoints are kept
   * @return what was done
   * @throws JobFailedException if it failed more often than the restart policy allows, or the
   *     calling thread was interrupted
   * @throws io.streambed.error.FencedException if another process runs it on the same storage
   * @throws io.streambed.error.StreambedException if it cannot be started
   */
  public static JobResult run(Job job, Store store) {
    return run(job, store, RunOptions.defaults());
  }

  /**
   * Runs a job to the end of its input: until its last checkpoint is complete and its sinks have
   * committed. If the calling thread is interrupted, the job is stopped and its checkpoints stay.
   *
   * @param job the job
   * @param store where its state and its checkpoints are kept
   * @param options how to run it
   * @return what was done
   * @throws JobFailedException if it failed more often than the restart policy allows, or the
   *     calling thread was interrupted
   * @throws io.streambed.error.FencedException if another process runs it on the same storage
   * @throws io.streambed.error.StreambedException if it cannot be started: storage, checkpoint, or
   *     what the checkpoint holds does not fit
   */
  public static JobResult run(Job job, Store store, RunOptions options) {
    return start(job, store, options).await();
  }

  /**
   * Starts a job as {@link #start(Job, Store, RunOptions)} does, with default options: it goes on
   * from its last checkpoint in the store, if there is one.
   *
   * @param job the job
   * @param store where its state and its checkpoints are kept
   * @return the running job
   */
  public static JobHandle start(Job job, Store store) {
    return start(job, store, RunOptions.defaults());
  }

  /**
   * Starts a job and returns at once.
   *
   * @param job the job
   * @param store where its state and its checkpoints are kept
   * @param options how to run it
   * @return the running job; failures, that it cannot be started among them, come from its {@code
   *     await}
   */
  public static JobHandle start(Job job, Store store, RunOptions options) {
    JobMaster master = new JobMaster(job, store.backend(), options, System::nanoTime);
    CompletableFuture<JobResult> result = new CompletableFuture<>();
    Runnable run =
        () -> {
          try {
            result.complete(master.run());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        };
    new Thread(run, job.name() + "/master").start();
    return new JobHandle(master, result);
  }
}
