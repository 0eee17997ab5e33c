package io.streambed.runtime;

import io.streambed.error.StateQueryException;
import io.streambed.error.StateQueryException.Reason;
import io.streambed.keyed.KeyedStateBackend;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What others ask of the keyed state of one subtask. Its thread answers between two batches of
 * elements, a few questions each time, so that no number of questions keeps elements from it. They
 * wait while the subtask starts, through restarts too, and there is a bound of how many do.
 *
 * <p>Threading: any thread asks; the subtask's thread answers; the master's says what happens.
 */
final class SubtaskQuestions {
  /** So many are asked and not answered at a time. */
  static final int MAX_ASKED = 128;

  /** So many are answered before the subtask looks at its elements again. */
  private static final int IN_A_ROW = 16;

  private final String operatorId;
  private final int subtask;
  private final Executor answers;
  private final Deque<Question<?>> waiting = new ArrayDeque<>();

  /** All that are not over: those that wait, the one at work, those whose answers are made. */
  private final Set<Question<?>> unanswered = new LinkedHashSet<>();

  private boolean ended;

  /** The gate of the subtask that answers; null before the first has opened its state. */
  private InputGate gate;

  /** Whether somebody waits: told without the lock, between any two batches. */
  private volatile boolean someWait;

  /**
   * Questions of one subtask, of each that a job has after one another.
   *
   * @param operatorId the operator
   * @param subtask which of its subtasks
   * @param answers makes answers of what the subtask has found, and completes futures
   */
  SubtaskQuestions(String operatorId, int subtask, Executor answers) {
    this.operatorId = operatorId;
    this.subtask = subtask;
    this.answers = answers;
  }

  /**
   * What the subtask's thread does for one who asks.
   *
   * @param <T> the type of what it finds
   */
  interface Look<T> extends BiFunction<KeyedStateBackend<Object>, Executor, T> {}

  /** A question, until its answer is there or nobody wants it any more. */
  private record Question<T>(Look<T> look, CompletableFuture<T> found) {
    void answer(KeyedStateBackend<Object> state, Executor background) {
      try {
        found.complete(look.apply(state, background));
      } catch (RuntimeException | Error e) {
        // It is the question that fails, not the task: the asker's serializers were called.
        found.completeExceptionally(e);
        if (e instanceof VirtualMachineError failure && !(e instanceof StackOverflowError)) {
          throw failure;
        }
      }
    }
  }

  /**
   * Asks.
   *
   * @param look is given the state and what works beside the task, on the subtask's thread
   * @param answer makes the answer of what was found, on another
   * @return the answer; no thread of the task completes it
   */
  <T, R> CompletableFuture<R> ask(Look<T> look, Function<T, R> answer) {
    Question<T> question = new Question<>(look, new CompletableFuture<>());
    InputGate taker;
    synchronized (this) {
      if (ended) {
        return CompletableFuture.failedFuture(ended());
      }
      if (unanswered.size() == MAX_ASKED) {
        return CompletableFuture.failedFuture(tooMany());
      }
      unanswered.add(question);
      waiting.add(question);
      someWait = true;
      taker = gate;
    }
    if (taker != null) {
      taker.wakeUp();
    }
    CompletableFuture<R> given = new CompletableFuture<>();
    given.whenComplete((answered, failure) -> isOver(question));
    question
        .found
        .handleAsync(
            (found, failure) -> {
              if (failure instanceof RuntimeException e) {
                throw e;
              } else if (failure instanceof Error e) {
                throw e;
              }
              return answer.apply(found);
            },
            answers)
        .whenComplete((made, failure) -> complete(given, made, failure));
    return given;
  }

  /** Completes a future, with a failure as it is: not within another of {@code java.util}. */
  static <R> void complete(CompletableFuture<R> given, R answer, Throwable failure) {
    if (failure == null) {
      given.complete(answer);
    } else if (failure instanceof CompletionException && failure.getCause() != null) {
      given.completeExceptionally(failure.getCause());
    } else {
      given.completeExceptionally(failure);
    }
  }

  private synchronized void isOver(Question<?> question) {
    unanswered.remove(question);
    // It may have been given up before anybody looked at it.
    waiting.remove(question);
  }

  /** From now on the subtask with this gate answers: its state is open. */
  synchronized void answeredBy(InputGate newGate) {
    gate = newGate;
  }

  /** Whether somebody waits. */
  boolean someWait() {
    return someWait;
  }

  /**
   * Answers some; on the thread of the subtask.
   *
   * @return whether there are more
   */
  boolean answer(InputGate of, KeyedStateBackend<Object> state, Executor background) {
    for (int i = 0; i < IN_A_ROW; i++) {
      Question<?> next = next(of);
      if (next == null) {
        return false;
      }
      next.answer(state, background);
    }
    return someWait;
  }

  /** The next one; null if there is none, or another subtask has taken the place of this. */
  private synchronized Question<?> next(InputGate of) {
    Question<?> next = of == gate ? waiting.poll() : null;
    someWait = !waiting.isEmpty();
    return next;
  }

  /** The job has ended: nobody will answer any more. */
  void end() {
    List<Question<?>> left;
    synchronized (this) {
      ended = true;
      // A task that hangs may have one of them in its hands.
      left = List.copyOf(unanswered);
      waiting.clear();
      someWait = false;
    }
    left.forEach(question -> question.found.completeExceptionally(ended()));
  }

  /** What those are told who ask a job that has ended. */
  StateQueryException ended() {
    return new StateQueryException(
        Reason.ENDED,
        "operator \""
            + operatorId
            + "\" was asked for state, and the job has ended: start it again, or read a savepoint");
  }

  private StateQueryException tooMany() {
    return new StateQueryException(
        Reason.TOO_MANY,
        "subtask "
            + subtask
            + " of operator \""
            + operatorId
            + "\" is asked for state by "
            + MAX_ASKED
            + " queries that it has not answered yet: wait for some of them, or take a view, which"
            + " answers without the task");
  }
}
