package io.streambed.runtime;

import io.streambed.entry.StateSchema;
import io.streambed.error.StateQueryException;
import io.streambed.error.StateQueryException.Reason;
import io.streambed.job.JobOperator;
import io.streambed.job.JobOperator.KeyedOperator;
import io.streambed.key.KeyGroups;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.snapshot.StateStatistics;
import io.streambed.state.StateQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Looks into the keyed state of a running job, for users: asks the subtasks, and completes the
 * futures on threads that nothing else needs: there are as many as callbacks of users that wait.
 *
 * <p>Threading: any thread.
 */
final class StateQueries {
  /** So many views of one operator are open at a time: each costs its store copies, or files. */
  static final int MAX_VIEWS = 4;

  private final String job;
  private final Map<String, Operator> operators = new LinkedHashMap<>();
  private final ThreadPoolExecutor answers;

  /** How the counts that go on are given up. */
  private final Set<Runnable> counts = ConcurrentHashMap.newKeySet();

  private volatile boolean countsNoMore;

  /** The statistics that were asked for last; those who ask meanwhile get the same. */
  private CompletableFuture<SortedMap<String, List<KeyedStateStatistics>>> counting;

  /**
   * The questions of a job, whose subtasks need not run yet.
   *
   * @param job its name
   * @param maxParallelism the number of its key groups
   * @param operators its operators, of which the keyed ones are asked
   */
  StateQueries(String job, int maxParallelism, List<? extends JobOperator> operators) {
    this.job = job;
    this.answers =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            1,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> Workers.daemon(job + "/query", task),
            (task, stopped) -> task.run());
    for (JobOperator operator : operators) {
      if (operator instanceof KeyedOperator keyed) {
        this.operators.put(keyed.id(), new Operator(keyed, maxParallelism, answers));
      }
    }
  }

  /** A keyed operator. */
  private static final class Operator {
    final KeyedOperator declared;
    final int maxParallelism;
    final List<SubtaskQuestions> subtasks;
    final Semaphore views = new Semaphore(MAX_VIEWS);

    Operator(KeyedOperator declared, int maxParallelism, Executor answers) {
      this.declared = declared;
      this.maxParallelism = maxParallelism;
      this.subtasks =
          IntStream.range(0, declared.parallelism())
              .mapToObj(subtask -> new SubtaskQuestions(declared.id(), subtask, answers))
              .toList();
    }

    int subtaskOf(Object key) {
      if (key == null) {
        throw new StateQueryException(
            Reason.UNUSABLE_KEY,
            "operator \"" + declared.id() + "\" was asked for the key null: give a key");
      }
      int hash;
      try {
        hash = declared.keySerializer().keyHasher().hash(key);
      } catch (RuntimeException e) {
        throw new StateQueryException(
            Reason.UNUSABLE_KEY,
            "operator \""
                + declared.id()
                + "\" was asked for a key, a "
                + key.getClass().getName()
                + ", that is none of its keys, which are "
                + declared.keySerializer().duplicate().snapshot(),
            e);
      }
      int keyGroup = KeyGroups.assign(hash, maxParallelism);
      return KeyGroups.subtaskOf(keyGroup, maxParallelism, subtasks.size());
    }
  }

  private Operator operator(String id) {
    Operator operator = operators.get(id);
    if (operator == null) {
      throw new StateQueryException(
          Reason.UNKNOWN_OPERATOR,
          "job \""
              + job
              + "\" has no operator \""
              + id
              + "\" with keyed state; there are "
              + operators.keySet());
    }
    return operator;
  }

  /** The questions of a subtask, for whoever runs it. */
  SubtaskQuestions of(String operatorId, int subtask) {
    return operator(operatorId).subtasks.get(subtask);
  }

  <R> CompletableFuture<Optional<R>> query(String operatorId, StateQuery<R> query, Object key) {
    try {
      Operator operator = operator(operatorId);
      return operator
          .subtasks
          .get(operator.subtaskOf(key))
          .ask((state, background) -> state.query(query, key), Supplier::get);
    } catch (StateQueryException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  CompletableFuture<OperatorView> view(String operatorId, Duration longest) {
    if (longest.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(
          "a view of operator \"" + operatorId + "\" for " + longest + ": give 1 ms or more");
    }
    Operator operator;
    try {
      operator = operator(operatorId);
      if (!operator.views.tryAcquire()) {
        throw new StateQueryException(
            Reason.TOO_MANY,
            "operator \""
                + operatorId
                + "\" has "
                + MAX_VIEWS
                + " views that are open: close one, or ask it for what it shows");
      }
    } catch (StateQueryException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Void> over = new CompletableFuture<>();
    OperatorView view =
        new OperatorView(
            operator.subtasks.size(),
            operator::subtaskOf,
            () -> {
              operator.views.release();
              // Nothing has to close it any more: the timer is let go, and the view with it.
              over.cancel(false);
            });
    List<CompletableFuture<?>> parts = new ArrayList<>();
    for (int i = 0; i < operator.subtasks.size(); i++) {
      int subtask = i;
      parts.add(
          operator
              .subtasks
              .get(i)
              .ask(
                  (state, background) -> {
                    // Here, so that it is closed if nobody wants the view any more.
                    view.add(subtask, state.freeze());
                    return view;
                  },
                  added -> added));
    }
    CompletableFuture<OperatorView> whole =
        given(
            all(parts)
                .thenApply(
                    done -> {
                      closeAfter(longest, view, over);
                      return view;
                    }));
    whole.whenComplete(
        (opened, failure) -> {
          if (failure != null) {
            parts.forEach(part -> part.cancel(false));
            view.close();
          }
        });
    return whole;
  }

  /** Closes a view when its time is over, on a thread of its own: it may wait for a look-up. */
  private void closeAfter(Duration longest, OperatorView view, CompletableFuture<Void> over) {
    over.thenRunAsync(view::close, task -> Workers.daemon(job + "/view", task).start());
    // The conversion ends at the greatest number; Duration.toMillis would throw.
    over.completeOnTimeout(null, TimeUnit.MILLISECONDS.convert(longest), TimeUnit.MILLISECONDS);
  }

  /** What users get: given on a thread for them, a failure as it is and not within another. */
  private <T> CompletableFuture<T> given(CompletableFuture<T> made) {
    CompletableFuture<T> given = new CompletableFuture<>();
    made.whenCompleteAsync(
        (answer, failure) -> SubtaskQuestions.complete(given, answer, failure), answers);
    return given;
  }

  private static CompletableFuture<Void> all(List<CompletableFuture<?>> parts) {
    return CompletableFuture.allOf(parts.toArray(new CompletableFuture<?>[0]));
  }

  synchronized CompletableFuture<SortedMap<String, List<KeyedStateStatistics>>> statistics() {
    if (counting == null || counting.isDone()) {
      counting = count();
    }
    return given(counting);
  }

  private CompletableFuture<SortedMap<String, List<KeyedStateStatistics>>> count() {
    Map<String, List<CompletableFuture<List<KeyedStateStatistics>>>> ofOperators = new TreeMap<>();
    List<CompletableFuture<?>> parts = new ArrayList<>();
    operators.forEach(
        (id, operator) -> {
          List<CompletableFuture<List<KeyedStateStatistics>>> ofOperator =
              operator.subtasks.stream().map(this::countOf).toList();
          ofOperators.put(id, ofOperator);
          parts.addAll(ofOperator);
        });
    return all(parts)
        .thenApply(
            done -> {
              SortedMap<String, List<KeyedStateStatistics>> all = new TreeMap<>();
              ofOperators.forEach((id, each) -> all.put(id, merged(each)));
              return all;
            });
  }

  /** Freezes on the subtask's thread, and counts beside it. */
  private CompletableFuture<List<KeyedStateStatistics>> countOf(SubtaskQuestions subtask) {
    return subtask
        .ask(
            (state, background) -> counting(subtask, state.statistics(), background),
            counting -> counting)
        .thenCompose(counting -> counting);
  }

  private CompletableFuture<List<KeyedStateStatistics>> counting(
      SubtaskQuestions subtask,
      RunnableFuture<List<KeyedStateStatistics>> frozen,
      Executor background) {
    CompletableFuture<List<KeyedStateStatistics>> counted = new CompletableFuture<>();
    Runnable givingUp =
        () -> {
          frozen.cancel(false);
          counted.completeExceptionally(subtask.ended());
        };
    counts.add(givingUp);
    counted.whenComplete((statistics, failure) -> counts.remove(givingUp));
    if (countsNoMore) {
      stopCounting();
    }
    background.execute(
        () -> {
          frozen.run();
          try {
            counted.complete(frozen.get());
          } catch (CancellationException e) {
            // Who gave it up has told those who wait.
            return;
          } catch (ExecutionException e) {
            counted.completeExceptionally(e.getCause());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            counted.completeExceptionally(new CancelledException());
          }
        });
    return counted;
  }

  /** Gives up the counts that go on, and those that begin later: the job ends. */
  void stopCounting() {
    countsNoMore = true;
    counts.forEach(Runnable::run);
  }

  /** The states of all subtasks of an operator: no two of them have a key group in common. */
  private static List<KeyedStateStatistics> merged(
      List<CompletableFuture<List<KeyedStateStatistics>>> subtasks) {
    Map<StateSchema, SortedMap<Integer, StateStatistics>> states = new LinkedHashMap<>();
    for (CompletableFuture<List<KeyedStateStatistics>> subtask : subtasks) {
      for (KeyedStateStatistics state : subtask.join()) {
        states.computeIfAbsent(state.schema(), schema -> new TreeMap<>()).putAll(state.keyGroups());
      }
    }
    List<KeyedStateStatistics> all = new ArrayList<>();
    states.forEach((schema, keyGroups) -> all.add(new KeyedStateStatistics(schema, keyGroups)));
    return all;
  }

  /** The job has ended: whoever waits, or asks from now on, is told so. */
  void end() {
    operators.values().forEach(each -> each.subtasks.forEach(SubtaskQuestions::end));
    answers.shutdown();
  }
}
