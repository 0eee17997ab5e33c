package io.streambed.cli.control;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileCheckpointStorage.LastClaim;
import io.streambed.cli.control.Outcome.Asked;
import io.streambed.cli.control.Outcome.Result;
import io.streambed.control.ControlAnswer;
import io.streambed.control.ControlAnswer.State;
import io.streambed.control.ControlRequest;
import io.streambed.control.ControlRequest.Kind;
import io.streambed.control.JobAttempt;
import io.streambed.control.OutgoingRequest;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.FileSystem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Asks a running job for something, waits for it, and says meanwhile how far it is. One thread. */
final class Conversation {
  /** A job takes a request within a fraction of this, unless something is wrong. */
  private static final long SLOW_MILLIS = 5_000;

  /** From one line that says how long it has taken to the next. */
  private static final long PROGRESS_MILLIS = 10_000;

  /**
   * How often it looks.
   *
   * @param answerMillis from one look for an answer to the next
   * @param aliveMillis from one look whether the job still runs to the next
   * @param lastAnswerMillis how long a job that has ended may take to write its last answer
   */
  record Pace(long answerMillis, long aliveMillis, long lastAnswerMillis) {
    static final Pace NORMAL = new Pace(100, 1_000, 3_000);
  }

  private final FileSystem files;
  private final Path root;
  private final long timeoutMillis;
  private final Pace pace;
  private final PrintWriter err;
  private final long startNanos = System.nanoTime();
  private Asked asked;
  private OutgoingRequest request;
  private Optional<ControlAnswer> heard = Optional.empty();
  private long nextAliveMillis;
  private long nextProgressMillis = SLOW_MILLIS;

  Conversation(FileSystem files, Path root, long timeoutMillis, Pace pace, PrintWriter err) {
    this.files = files;
    this.root = root;
    this.timeoutMillis = timeoutMillis;
    this.pace = pace;
    this.err = err;
  }

  /** Asks, and waits until it is done, failed, late, or the thread is interrupted by a signal. */
  Outcome ask(Kind kind, BooleanSupplier signalled) {
    // Before anybody looks at the lock of what may be no job's directory.
    LastClaim claim = FileCheckpointStorage.lastClaim(files, root);
    asked = new Asked(root, claim.job().name(), claim.attempt(), kind);
    if (!FileCheckpointStorage.isHeld(files, root)) {
      return outcome(Result.NOT_RUNNING, job() + " does not run: no process holds " + root + ".");
    }
    JobAttempt attempt = new JobAttempt(claim.job().id(), claim.attempt());
    request =
        new OutgoingRequest(files, root, new ControlRequest(UUID.randomUUID(), attempt, kind));
    if (!request.canBeSent()) {
      return outcome(
          Result.NOT_TAKEN,
          job()
              + " takes no requests: "
              + root
              + " has no directory control, which a job makes when it starts. Its Streambed is an"
              + " older one: stop it from within, or by a signal.");
    }
    try {
      request.send(UUID.randomUUID());
    } catch (StorageException e) {
      return outcome(
          Result.NOT_TAKEN,
          "The request could not be made, and nothing will be done about it: " + e.getMessage());
    }
    try {
      return await();
    } catch (InterruptedException e) {
      return givenUp("a signal has ended the wait");
    } catch (StreambedException e) {
      // The signal may come while an answer is read.
      if (signalled.getAsBoolean()) {
        Thread.interrupted();
        return givenUp("a signal has ended the wait");
      }
      return givenUp(e.getMessage());
    }
  }

  private String job() {
    return "job \"" + asked.job() + "\"";
  }

  private Outcome await() throws InterruptedException {
    while (true) {
      listen();
      if (heard.isPresent() && heard.get().isLast()) {
        return answered(heard.get());
      }
      if (waitedMillis() >= timeoutMillis) {
        return givenUp("it was not answered within " + timeoutMillis + " ms");
      }
      if (waitedMillis() >= nextAliveMillis) {
        nextAliveMillis = waitedMillis() + pace.aliveMillis;
        if (!stillRuns()) {
          return ended();
        }
      }
      tellProgress();
      Thread.sleep(pace.answerMillis);
    }
  }

  private long waitedMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  /** Hears what is new, and tells it. */
  private void listen() {
    Optional<ControlAnswer> now = request.answer();
    if (now.isEmpty() || now.equals(heard)) {
      return;
    }
    boolean first = heard.isEmpty();
    heard = now;
    if (now.get().state() == State.TAKEN && first) {
      say(
          capital(job())
              + " has taken the request."
              + (asked.kind() == Kind.CANCEL
                  ? ""
                  : " A savepoint takes as long as a full checkpoint."));
    } else if (now.get().state() == State.COMPLETE) {
      say(
          "The savepoint "
              + now.get().savepoint().orElse("")
              + " is complete; what it holds is being made visible.");
    }
  }

  private void tellProgress() {
    if (waitedMillis() < nextProgressMillis) {
      return;
    }
    nextProgressMillis = waitedMillis() + PROGRESS_MILLIS;
    say(
        heard.isPresent()
            ? "Waiting for " + job() + " since " + waitedMillis() / 1_000 + " s."
            : "The process that holds "
                + root
                + " has not taken the request in "
                + waitedMillis() / 1_000
                + " s: it has just started, hangs, or is a Streambed that takes none.");
  }

  private void say(String line) {
    err.println(line);
    err.flush();
  }

  private static String capital(String sentence) {
    return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
  }

  /** Whether the process that was asked still holds the directory, and not its successor. */
  private boolean stillRuns() {
    return FileCheckpointStorage.isHeld(files, root)
        && FileCheckpointStorage.lastClaim(files, root).attempt() == asked.attempt();
  }

  /** The process has let go of the directory; what it has to say comes after that. */
  private Outcome ended() throws InterruptedException {
    long untilMillis = waitedMillis() + pace.lastAnswerMillis;
    while (waitedMillis() < untilMillis) {
      listen();
      if (heard.isPresent() && heard.get().isLast()) {
        return answered(heard.get());
      }
      Thread.sleep(pace.answerMillis);
    }
    return givenUp("its process has ended without an answer");
  }

  private Outcome answered(ControlAnswer answer) {
    request.removeAnswer();
    if (answer.state() == State.DONE) {
      return new Outcome(asked, Result.DONE, answer.savepoint().orElse(null), null);
    }
    String reason = answer.reason();
    return new Outcome(
        asked,
        Result.FAILED,
        answer.savepoint().orElse(null),
        job()
            + " did not do it: "
            + reason
            + (reason.endsWith(".") ? "" : ".")
            // It may be ending, by another request or a failure.
            + (stillRuns() ? " Its process still runs." : ""));
  }

  /** Withdraws the request, and says what may still come of it. */
  private Outcome givenUp(String why) {
    try {
      if (request.withdraw()) {
        return outcome(
            Result.NOT_TAKEN,
            job() + " has not taken the request: " + why + ". Nothing will be done about it.");
      }
    } catch (StorageException e) {
      return outcome(
          Result.UNKNOWN,
          "It is not known whether "
              + job()
              + " has taken the request: "
              + why
              + ". It could not be withdrawn: "
              + e.getMessage());
    }
    Optional<String> place = heard.flatMap(ControlAnswer::savepoint);
    Optional<String> complete =
        place.filter(path -> FileCheckpointStorage.isCompleteSavepoint(files, Path.of(path)));
    return new Outcome(
        asked,
        Result.UNKNOWN,
        complete.orElse(null),
        job()
            + " has taken the request, and its end is not known: "
            + why
            + ". "
            + whereToStart(place, complete.isPresent()));
  }

  private static String whereToStart(Optional<String> place, boolean complete) {
    if (complete) {
      return "The savepoint " + place.get() + " is complete: start the job from it.";
    }
    return place.map(path -> "The savepoint " + path).orElse("A savepoint of this request")
        + " is not known to be complete. Once the job has ended, look whether the savepoint's"
        + " directory has a file _metadata: then start the job from the savepoint, else from its"
        + " latest checkpoint.";
  }

  private Outcome outcome(Result result, String reason) {
    return new Outcome(asked, result, null, reason);
  }
}
