package io.streambed.runtime;

import io.streambed.checkpoint.CoordinatorEvent;
import io.streambed.error.CheckpointDeclinedException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The savepoints that users have asked for and not got yet. Each answer is given on a thread of its
 * own: what a user hangs to it may wait or fail, and harms nobody. Any thread.
 */
final class Savepoints {
  private static final Logger LOG = LoggerFactory.getLogger(Savepoints.class);

  private final String job;
  private final boolean possible;
  private final Consumer<CoordinatorEvent> master;
  private final Map<Long, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong requests = new AtomicLong();
  private volatile boolean ended;

  /**
   * The savepoints of a job.
   *
   * @param job its name
   * @param possible whether its storage has a place for them
   * @param master hears of requests
   */
  Savepoints(String job, boolean possible, Consumer<CoordinatorEvent> master) {
    this.job = job;
    this.possible = possible;
    this.master = master;
  }

  /** Asks for one: the event makes a request of its number. */
  CompletableFuture<String> ask(LongFunction<CoordinatorEvent> event) {
    if (!possible) {
      throw new IllegalStateException(
          "job \""
              + job
              + "\" takes no savepoints: its storage has no directory for them. Set one by"
              + " FileStorageOptions.withSavepointRoot.");
    }
    long id = requests.incrementAndGet();
    CompletableFuture<String> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    if (ended) {
      refuseAll();
    }
    master.accept(event.apply(id));
    return answer;
  }

  void taken(long requestId, String location) {
    LOG.info("A savepoint of job \"{}\" is complete: {}", job, location);
    answer(requestId, future -> future.complete(location));
  }

  void failed(long requestId, String reason) {
    answer(
        requestId, future -> future.completeExceptionally(new CheckpointDeclinedException(reason)));
  }

  private interface Answer {
    void give(CompletableFuture<String> future);
  }

  private void answer(long requestId, Answer answer) {
    CompletableFuture<String> future = waiting.remove(requestId);
    if (future != null) {
      Workers.daemon(job + "/savepoint", () -> answer.give(future)).start();
    }
  }

  /** There will be no more answers. */
  void end() {
    ended = true;
    refuseAll();
  }

  private void refuseAll() {
    waiting.keySet().forEach(request -> failed(request, "the job has ended"));
  }
}
