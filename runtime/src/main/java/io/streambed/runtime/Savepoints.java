package io.streambed.runtime;

import io.streambed.error.CheckpointDeclinedException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The savepoints that users have asked for and not got yet. Each answer is given on a thread of its
 * own: what a user hangs to it may wait or fail, and harms nobody. Any thread.
 */
final class Savepoints {
  private final String job;
  private final Map<Long, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong requests = new AtomicLong();
  private volatile boolean ended;

  Savepoints(String job) {
    this.job = job;
  }

  /** A request: its number, and what the user waits for. */
  record Request(long id, CompletableFuture<String> answer) {}

  Request request() {
    Request request = new Request(requests.incrementAndGet(), new CompletableFuture<>());
    waiting.put(request.id, request.answer);
    if (ended) {
      refuseAll();
    }
    return request;
  }

  void taken(long requestId, String location) {
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
