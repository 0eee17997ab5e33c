package io.streambed.runtime;

import io.streambed.control.ControlAnswer;
import io.streambed.control.ControlRequest;
import io.streambed.control.ControlRequest.Kind;
import io.streambed.control.IncomingRequests;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what other processes ask of a job through its directory, and answers them. A thread of its
 * own looks for requests: a disk that holds it holds nobody else.
 *
 * <p>That a job was stopped is answered when it has given its directory back: whoever asked may
 * start the next one at once. So the last answers are written at the very end, and the job's result
 * is told after them, for a while at most.
 *
 * <p>Threading: the master's thread, but for {@link #savepointBegins}, which is any, and for what
 * {@code watch} calls, which is the thread of its own.
 */
final class ControlRequests {
  /** From one look for requests to the next. */
  static final long LOOK_MILLIS = 100;

  /** How long the end of a job waits at most until its last answers are written. */
  static final long LAST_ANSWERS_MILLIS = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(ControlRequests.class);

  private final JobMaster master;

  /** Taken, and not answered for the last time. */
  private final List<Taken> taken = new ArrayList<>();

  private Thread thread;

  /** The savepoint under way that is to end the job, or was the last one; null if there is none. */
  private volatile Place place;

  /** The savepoint that ends the job; null before it is complete. */
  private volatile String endingSavepoint;

  /** Whether the end of the job is to wait for answers. */
  private volatile boolean owesAnswers;

  private volatile End end;

  /** A request, and the savepoint that comes of it; one that is never complete for a cancel. */
  private static final class Taken {
    final UUID id;
    final Kind kind;
    final CompletableFuture<String> savepoint;
    Place toldOfPlace;
    boolean toldOfSavepoint;

    Taken(ControlRequest request, CompletableFuture<String> savepoint) {
      this.id = request.id();
      this.kind = request.kind();
      this.savepoint = savepoint;
    }
  }

  /** Where a savepoint is being written, and whether those who asked for it have been told. */
  private record Place(String location, CountDownLatch told) {}

  /** How the job has ended; one of the two is null. */
  private record End(JobResult result, Throwable failure) {}

  /** Of the job of a master; nothing is looked for yet. */
  ControlRequests(JobMaster master) {
    this.master = master;
  }

  /** Begins to look for requests, if anybody can make some. */
  void start(Optional<IncomingRequests> requests) {
    if (requests.isPresent()) {
      thread = Workers.daemon(master.jobName() + "/control", () -> watch(requests.get()));
      thread.start();
    }
  }

  /**
   * A savepoint that is to end the job is begun. Waits, for a while at most, until those who asked
   * know its place: if the process dies behind it, they look themselves whether it is complete.
   */
  void savepointBegins(String location) {
    Place begun = new Place(location, new CountDownLatch(1));
    place = begun;
    if (owesAnswers) {
      LockSupport.unpark(thread);
      try {
        begun.told.await(LAST_ANSWERS_MILLIS / 2, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The savepoint that ends the job is complete; its results are not visible yet. */
  void savepointComplete(String location) {
    endingSavepoint = location;
    LockSupport.unpark(thread);
  }

  /** Runs the job; who asked for its end learns how it ended before anybody else does. */
  JobResult whileRunning(Supplier<JobResult> job) {
    try {
      JobResult result = job.get();
      end(new End(result, null));
      return result;
    } catch (Throwable e) {
      end(new End(null, e));
      throw e;
    }
  }

  private void end(End how) {
    end = how;
    LockSupport.unpark(thread);
    if (owesAnswers) {
      try {
        thread.join(LAST_ANSWERS_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (thread.isAlive()) {
        LOG.warn(
            "Requests to job \"{}\" are not answered to the end",
            master.jobName(),
            StuckThreadException.of(thread, LAST_ANSWERS_MILLIS));
      }
    }
  }

  // ---- the thread that watches

  private void watch(IncomingRequests requests) {
    while (end == null) {
      orWarn(() -> look(requests));
      if (end == null) {
        LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
      }
    }
    taken.forEach(each -> orWarn(() -> requests.answer(each.id, lastAnswer(each))));
  }

  /** One request that cannot be dealt with is not to cost the others their answers. */
  private void orWarn(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.warn("A request to job \"{}\" could not be dealt with", master.jobName(), e);
    }
  }

  private void look(IncomingRequests requests) {
    for (ControlRequest request : requests.look()) {
      take(requests, request);
    }
    Place known = place;
    taken.removeIf(each -> isAnswered(requests, each, known));
    owesAnswers = !taken.isEmpty();
    if (known != null) {
      known.told.countDown();
    }
  }

  private void take(IncomingRequests requests, ControlRequest request) {
    // Before the file is gone: the job must not end in between and think that nobody waits.
    owesAnswers = true;
    if (end == null && requests.take(request)) {
      LOG.info("Job \"{}\" is asked for this through its directory: {}", master.jobName(), request);
      taken.add(new Taken(request, begin(request.kind())));
    }
  }

  private CompletableFuture<String> begin(Kind kind) {
    try {
      return switch (kind) {
        case SAVEPOINT -> master.requestSavepoint();
        case STOP, DRAIN ->
            stopUnderWay(kind).orElseGet(() -> master.requestStop(kind == Kind.DRAIN));
        case CANCEL -> {
          master.cancel();
          yield new CompletableFuture<>();
        }
      };
    } catch (IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Two who ask for the same end get the same savepoint. */
  private Optional<CompletableFuture<String>> stopUnderWay(Kind kind) {
    return taken.stream()
        .filter(each -> each.kind == kind && !each.savepoint.isCompletedExceptionally())
        .map(each -> each.savepoint)
        .findFirst();
  }

  /** Whether a request has got its last answer now, the job being at work. */
  private boolean isAnswered(IncomingRequests requests, Taken each, Place known) {
    Optional<String> failure = failure(each.savepoint);
    if (failure.isPresent()) {
      requests.answer(each.id, ControlAnswer.failed(failure.get(), Optional.empty()));
      return true;
    }
    if (each.kind == Kind.SAVEPOINT && each.savepoint.isDone()) {
      requests.answer(each.id, ControlAnswer.done(Optional.of(each.savepoint.join())));
      return true;
    }
    boolean ends = each.kind != Kind.SAVEPOINT;
    if (ends && endingSavepoint == null && known != null && known != each.toldOfPlace) {
      each.toldOfPlace = known;
      requests.answer(each.id, ControlAnswer.taken(known.location));
    }
    if (ends && endingSavepoint != null && !each.toldOfSavepoint) {
      each.toldOfSavepoint = true;
      requests.answer(each.id, ControlAnswer.complete(endingSavepoint));
    }
    return false;
  }

  /** What to say now that the job has ended. */
  private ControlAnswer lastAnswer(Taken each) {
    if (each.kind == Kind.CANCEL) {
      return end.failure == null
          ? ControlAnswer.done(end.result.savepoint())
          : ControlAnswer.failed(message(end.failure), Optional.ofNullable(endingSavepoint));
    }
    awaitEnd(each.savepoint);
    Optional<String> refusal = failure(each.savepoint);
    boolean ends = each.kind != Kind.SAVEPOINT;
    if (ends && end.failure != null) {
      return ControlAnswer.failed(
          message(end.failure),
          Optional.ofNullable(
              refusal.isEmpty() ? each.savepoint.getNow(endingSavepoint) : endingSavepoint));
    }
    return refusal.isEmpty() && each.savepoint.isDone()
        ? ControlAnswer.done(Optional.of(each.savepoint.join()))
        : ControlAnswer.failed(refusal.orElse("the job has ended"), Optional.empty());
  }

  /** The ended job completes what it has promised on other threads, soon. */
  private static void awaitEnd(CompletableFuture<String> savepoint) {
    try {
      savepoint.get(LAST_ANSWERS_MILLIS / 2, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The caller looks itself.
    }
  }

  /** Some failures have no message. */
  private static String message(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private static Optional<String> failure(CompletableFuture<String> savepoint) {
    if (savepoint.isDone()) {
      try {
        savepoint.join();
      } catch (CompletionException e) {
        return Optional.of(message(e.getCause()));
      }
    }
    return Optional.empty();
  }
}
