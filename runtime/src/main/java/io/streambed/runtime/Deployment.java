package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CoordinatorAction.Unanswered;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.job.FailurePolicy;
import io.streambed.job.Job;
import io.streambed.job.JobOperator;
import io.streambed.job.JobOperator.Input;
import io.streambed.job.JobOperator.KeyedOperator;
import io.streambed.job.JobOperator.SinkOperator;
import io.streambed.job.JobOperator.SourceOperator;
import io.streambed.job.JobStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * One run of a job's subtasks, from a checkpoint or from nothing until they finish, fail or are
 * cancelled: makes them, connects them, starts and stops their threads.
 *
 * <p>Threading: the master's thread.
 */
final class Deployment {
  private final Job job;
  private final Map<String, List<Subtask>> subtasks = new LinkedHashMap<>();
  private final Map<Subtask, Thread> threads = new LinkedHashMap<>();
  private final Map<SplitDiscovery, Thread> discoveries = new LinkedHashMap<>();
  private final Latches latches;

  /**
   * What the subtasks of one deployment share.
   *
   * @param ready counted down by each once it has its state
   * @param start waited for before any works
   * @param run which run this is
   */
  record Latches(CountDownLatch ready, CountDownLatch start, RunIdentity run) {}

  /**
   * Names one deployment.
   *
   * @param jobId the same for all over the same checkpoints
   * @param runId begins with it, unlike that of any other
   */
  record RunIdentity(String jobId, String runId) {}

  /**
   * Makes and connects the subtasks.
   *
   * @param job the job
   * @param backend where state is kept
   * @param from the checkpoint to start from, or null
   * @param allowDropped whether state of operators that the job does not have may be left behind
   * @param services what subtasks need of the master
   * @param run which run this is
   */
  Deployment(
      Job job,
      StateBackend backend,
      OpenedCheckpoint from,
      boolean allowDropped,
      TaskServices services,
      RunIdentity run) {
    this.job = job;
    int count = job.operators().stream().mapToInt(JobOperator::parallelism).sum();
    this.latches = new Latches(new CountDownLatch(count), new CountDownLatch(1), run);
    Map<String, OperatorSnapshot> snapshots = OperatorMatch.of(job, from, allowDropped);
    OperatorMatch.warnOfDropped(job, from, snapshots);
    for (JobOperator operator : job.operators()) {
      List<RestoredState> states =
          RestoredState.of(job, operator, from, snapshots.get(operator.id()));
      subtasks.put(operator.id(), make(operator, backend, states, services));
    }
    Map<String, List<Port>> ports = new HashMap<>();
    subtasks.forEach((id, made) -> ports.put(id, made.stream().map(Port::of).toList()));
    for (JobStep step : job.steps()) {
      ports.put(
          step.id(),
          ports.get(step.input()).stream()
              .map(port -> port.behind(step, job.failurePolicy(step.id())))
              .toList());
    }
    job.operators().forEach(operator -> connect(operator, ports));
  }

  /** Where results come out of a subtask: its own, or those of a step in it. */
  private record Port(Subtask subtask, Output output) {
    static Port of(Subtask subtask) {
      return new Port(subtask, subtask.output);
    }

    Port behind(JobStep step, FailurePolicy policy) {
      Output behind =
          step instanceof JobStep.Function function
              ? subtask.chain(function, policy, output)
              : output.side(((JobStep.Side) step).output().name());
      return new Port(subtask, behind);
    }
  }

  private List<Subtask> make(
      JobOperator operator,
      StateBackend backend,
      List<RestoredState> states,
      TaskServices services) {
    List<Subtask> made = new ArrayList<>();
    if (operator instanceof SourceOperator source) {
      SplitDiscovery discovery = new SplitDiscovery(source, services, latches);
      for (RestoredState state : states) {
        SourceSubtask subtask = new SourceSubtask(discovery, backend, state, services, latches);
        discovery.add(subtask);
        made.add(subtask);
      }
      String name = job.name() + "/" + source.id() + "/splits";
      discoveries.put(discovery, Workers.daemon(name, discovery));
    } else if (operator instanceof KeyedOperator keyed) {
      KeyedSubtask.Of of = new KeyedSubtask.Of(keyed, job.failurePolicy(keyed.id()));
      states.forEach(state -> made.add(new KeyedSubtask(of, backend, state, services, latches)));
    } else {
      SinkOperator sink = (SinkOperator) operator;
      states.forEach(state -> made.add(new SinkSubtask(sink, backend, state, services, latches)));
    }
    return made;
  }

  private void connect(JobOperator operator, Map<String, List<Port>> ports) {
    if (operator instanceof KeyedOperator keyed) {
      for (int number = 0; number < keyed.inputs().size(); number++) {
        Input input = keyed.inputs().get(number);
        for (String from : input.from()) {
          for (Port port : ports.get(from)) {
            port.output.connect(
                KeyPartitioner.of(keyed, input, job.maxParallelism()), gates(operator), number);
          }
        }
      }
    } else if (operator instanceof SinkOperator sink) {
      sink.inputs().forEach(from -> connectSink(ports.get(from), gates(operator)));
    }
  }

  private List<InputGate> gates(JobOperator operator) {
    return subtasks.get(operator.id()).stream().map(subtask -> subtask.gate).toList();
  }

  /** One to one where the numbers are equal; else in turn, every sender to every sink. */
  private static void connectSink(List<Port> from, List<InputGate> gates) {
    for (int i = 0; i < from.size(); i++) {
      if (from.size() == gates.size()) {
        from.get(i).output.connect((key, value) -> 0, List.of(gates.get(i)), 0);
      } else {
        int[] next = {i % gates.size()};
        from.get(i)
            .output
            .connect((key, value) -> next[0] = (next[0] + 1) % gates.size(), gates, 0);
      }
    }
  }

  /** Starts the threads: all restore, none works yet. */
  void start() {
    for (Subtask subtask : all()) {
      String name = job.name() + "/" + subtask.operatorId + "/" + subtask.subtask;
      Thread thread = Workers.daemon(name, subtask);
      threads.put(subtask, thread);
      thread.start();
    }
    discoveries.values().forEach(Thread::start);
  }

  /** Whether all subtasks have restored their state. */
  boolean ready() {
    return latches.ready().getCount() == 0;
  }

  /**
   * Whether nothing is left to read of the checkpoint that was restored. To be asked once all are
   * {@link #ready()}.
   */
  boolean recovered() {
    return all().stream().allMatch(Subtask::recovered);
  }

  /** Lets all work. */
  void go() {
    latches.start().countDown();
  }

  void sendBarrier(Barrier barrier) {
    for (Subtask subtask : all()) {
      if (subtask instanceof SourceSubtask source) {
        source.postBarrier(barrier);
      }
    }
  }

  void completed(long checkpointId) {
    all().forEach(subtask -> subtask.postCompleted(checkpointId));
  }

  void aborted(long checkpointId) {
    all().forEach(subtask -> subtask.postAborted(checkpointId));
  }

  void finish() {
    endDiscoveries();
    all().forEach(Subtask::postFinish);
  }

  int sourceSubtasks() {
    return (int) all().stream().filter(SourceSubtask.class::isInstance).count();
  }

  private void endDiscoveries() {
    discoveries.forEach(
        (discovery, thread) -> {
          discovery.cancel();
          thread.interrupt();
        });
  }

  /** Tells all threads to end; does not wait for them. */
  void stop() {
    endDiscoveries();
    all().forEach(Subtask::cancel);
    // Whoever waits to start goes on to its closed gate.
    go();
    // One that closes what it has is on its way.
    threads.forEach(
        (subtask, thread) -> {
          if (!subtask.closing()) {
            thread.interrupt();
          }
        });
  }

  /**
   * For threads that have not ended a while after {@link #stop()}: interrupts them again, whatever
   * they do, and closes the readers that they may wait in. A close may hang, so each has a thread.
   */
  void insist() {
    endDiscoveries();
    threads.forEach(
        (subtask, thread) -> {
          if (thread.isAlive()) {
            thread.interrupt();
            Workers.daemon(thread.getName() + "/close", subtask::closeInputs).start();
          }
        });
  }

  /** The threads of subtasks that have not ended. */
  List<Thread> aliveSubtasks() {
    return threads.values().stream().filter(Thread::isAlive).toList();
  }

  /** The threads that have not ended. */
  List<Thread> alive() {
    return Stream.concat(threads.values().stream(), discoveries.values().stream())
        .filter(Thread::isAlive)
        .toList();
  }

  /**
   * Why subtasks have not answered a checkpoint: where the first of them is that does not just wait
   * for others; empty if all do.
   */
  Optional<String> whatHolds(long checkpointId, List<Unanswered> unanswered) {
    return unanswered.stream().flatMap(each -> place(checkpointId, each).stream()).findFirst();
  }

  private Optional<String> place(long checkpointId, Unanswered unanswered) {
    Subtask subtask = subtasks.get(unanswered.operatorId()).get(unanswered.subtask());
    Optional<String> writing = subtask.snapshots.placeOf(checkpointId);
    Thread thread = threads.get(subtask);
    if (writing.isEmpty() && InputGate.isWaitedIn(thread)) {
      return Optional.empty();
    }
    return Optional.of(
        "subtask "
            + unanswered.subtask()
            + " of operator \""
            + unanswered.operatorId()
            + "\": "
            + writing.orElseGet(() -> StuckThreadException.placeOf(thread)));
  }

  private List<Subtask> all() {
    return subtasks.values().stream().flatMap(List::stream).toList();
  }
}
