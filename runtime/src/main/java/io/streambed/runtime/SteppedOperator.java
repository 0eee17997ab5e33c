package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.RescalePlanner;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.StorageException;
import io.streambed.file.Compression;
import io.streambed.job.FailurePolicy;
import io.streambed.job.Job;
import io.streambed.job.JobOperator;
import io.streambed.job.JobOperator.KeyedOperator;
import io.streambed.job.JobStep;
import io.streambed.job.SideOutput;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.meter.Meters;
import io.streambed.meter.StateTracking;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.time.ProcessingTime;
import io.streambed.timer.KeyedTimer;
import io.streambed.timer.TimerService;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The subtasks of one keyed operator, driven step by step on the caller's thread: they are those
 * that run in a job, without threads, channels and a master. Each step has happened when its call
 * returns, timers that it made due included. For tests of functions; module {@code harness} is made
 * of it.
 *
 * <p>Snapshots are kept in memory, and each holds all of the state: any store restores them, at any
 * parallelism.
 *
 * <p>After an element, a watermark or the clock has failed, the state is somewhere in the middle of
 * that step: close the operator, and open another one from a snapshot, as a job does.
 *
 * <p>Threading: one thread.
 */
public final class SteppedOperator implements AutoCloseable {
  /** So many processing-time timers in one step are no mistake yet. */
  private static final long MAX_TIMERS = 1_000_000;

  private final Job job;
  private final KeyedOperator operator;
  private final Consumer<Emitted> results;
  private final Acknowledgements acknowledgements = new Acknowledgements();
  private final List<KeyedSubtask> subtasks = new ArrayList<>();
  private final List<Output.Partitioner> inputs;
  private long clockMillis;
  private ProcessingTime time;
  private long watermarkMillis = TimerService.NO_WATERMARK;
  private long lastCheckpointId;
  private boolean closed;

  /**
   * What is run.
   *
   * @param job a job that has the operator
   * @param operatorId the id of a keyed operator
   * @param parallelism number of subtasks, from 1 to the job's max parallelism; what the job says
   *     of it does not count
   * @param backend whose store the state is kept in; its storage of checkpoints is not used
   * @param clockMillis what the clock shows at first, in milliseconds since the epoch. Processing
   *     time is the same, unless a snapshot that is restored was taken later: it goes on from that
   *     then, at the clock's pace
   */
  public record Setup(
      Job job, String operatorId, int parallelism, StateBackend backend, long clockMillis) {
    /** Checks the parts. */
    public Setup {
      KeyGroups.checkParallelism(job.maxParallelism(), parallelism);
      Objects.requireNonNull(backend, "backend");
    }

    private KeyedOperator operator() {
      for (JobOperator each : job.operators()) {
        if (each.id().equals(operatorId) && each instanceof KeyedOperator keyed) {
          return keyed.withParallelism(parallelism);
        }
      }
      throw new IllegalArgumentException(
          "job \"" + job.name() + "\" has no keyed operator \"" + operatorId + "\"");
    }
  }

  /**
   * A result.
   *
   * @param subtask who emitted it
   * @param key of the element or timer that was handled; null if it was a broadcast element
   * @param side the side output that it was given to; null if it is no side output's
   * @param value the result
   * @param timestampMillis its event time
   */
  public record Emitted(
      int subtask, Object key, SideOutput<?> side, Object value, long timestampMillis) {}

  private SteppedOperator(Setup setup, Consumer<Emitted> results) {
    this.job = setup.job();
    this.operator = setup.operator();
    this.clockMillis = setup.clockMillis();
    this.results = Objects.requireNonNull(results, "results");
    this.inputs =
        operator.inputs().stream()
            .map(input -> KeyPartitioner.of(operator, input, job.maxParallelism()))
            .toList();
  }

  /**
   * Opens the function on each subtask, without state.
   *
   * @param setup what is run
   * @param results takes each result when it is emitted
   * @return the operator, to be closed
   * @throws IllegalArgumentException if the job has no such operator, or the parallelism is wrong
   * @throws FunctionFailedException if the function throws a checked exception; others come as they
   *     are
   */
  public static SteppedOperator open(Setup setup, Consumer<Emitted> results) {
    return open(setup, null, results);
  }

  /**
   * Opens the function on each subtask, with the state of a snapshot. The watermark is not in it:
   * there is none until {@link #watermark} gives one. State that lives by event time goes on from
   * the snapshot's all the same.
   *
   * @param setup what is run; parallelism and store may be others than the snapshot's
   * @param from what {@link #snapshot()} gave, of this or an operator like this
   * @param results takes each result when it is emitted
   * @return the operator, to be closed
   * @throws IllegalArgumentException if the job has no such operator, or the parallelism is wrong
   * @throws io.streambed.error.IncompatibleStateException if the states do not fit, or one may have
   *     been renamed without its former name: as the start of a job, before the function is opened
   * @throws FunctionFailedException if the function throws a checked exception; others come as they
   *     are
   */
  public static SteppedOperator restore(
      Setup setup, OpenedCheckpoint from, Consumer<Emitted> results) {
    return open(setup, Objects.requireNonNull(from, "from"), results);
  }

  private static SteppedOperator open(
      Setup setup, OpenedCheckpoint from, Consumer<Emitted> results) {
    SteppedOperator stepped = new SteppedOperator(setup, results);
    try {
      stepped.openSubtasks(setup.backend(), from);
      return stepped;
    } catch (RuntimeException e) {
      stepped.closeAfter(e);
      throw e;
    }
  }

  private void openSubtasks(StateBackend backend, OpenedCheckpoint from) {
    OperatorSnapshot snapshot =
        from == null
            ? null
            : RescalePlanner.matchOperators(
                    from.metadata().operators(), Set.of(operator.id()), false)
                .get(operator.id());
    time = new ProcessingTime(new SteppedClock(), () -> TimeUnit.MILLISECONDS.toNanos(clockMillis));
    if (from != null) {
      new StartCheck(job, backend.stores(), RunOptions.defaults()).check(from);
      time.goOnFrom(from.metadata().timestampMillis());
    }
    lastCheckpointId = from == null ? 0 : from.metadata().checkpointId();
    TaskServices services =
        new TaskServices(
            acknowledgements,
            new JobEvents(job.name(), JobProbe.NONE, JobListener.NONE),
            Runnable::run,
            Runnable::run,
            Runnable::run,
            time,
            System::nanoTime,
            Meters.NONE,
            StateTracking.NONE,
            new StateQueries(job.name(), job.maxParallelism(), List.of(operator)));
    for (RestoredState state : RestoredState.of(job, operator, from, snapshot)) {
      KeyedSubtask subtask =
          new KeyedSubtask(
              new KeyedSubtask.Of(operator, job.failurePolicy(operator.id())),
              backend,
              state,
              services,
              new Deployment.Latches(
                  new CountDownLatch(1),
                  new CountDownLatch(1),
                  new Deployment.RunIdentity(job.name(), job.name())));
      subtasks.add(subtask);
      call("open", subtask::open);
      takeResults(subtask);
    }
  }

  /** Reads what a subtask gives, as a step behind it would. */
  private void takeResults(KeyedSubtask subtask) {
    JobStep.Function results =
        new JobStep.Function(
            operator.id() + "/results",
            operator.id(),
            context -> (value, timestampMillis) -> take(subtask, null, value, timestampMillis));
    ChainedStep step = new ChainedStep(results, subtask, new FailurePolicy.Fail());
    call("open", step::open);
    subtask.output.chain(step);
    subtask.output.readUnreadSides((side, value, millis) -> take(subtask, side, value, millis));
  }

  private void take(KeyedSubtask from, SideOutput<?> side, Object value, long timestampMillis) {
    if (!closed) {
      results.accept(new Emitted(from.subtask, from.handledKey(), side, value, timestampMillis));
    }
  }

  /**
   * Hands an element over: to the subtask of its key, or to all if the input is broadcast.
   *
   * @param input 0 for the operator's first input, 1 for its second
   * @param value the element
   * @param timestampMillis its event time
   * @throws UnusableKeyException if the key cannot be told
   * @throws FunctionFailedException if the function throws a checked exception; others come as they
   *     are
   * @throws IllegalArgumentException if there is no such input
   */
  public void element(int input, Object value, long timestampMillis) {
    if (input < 0 || input >= inputs.size()) {
      throw new IllegalArgumentException(
          "operator \"" + operator.id() + "\" has " + inputs.size() + " inputs, and none " + input);
    }
    Output.Partitioner partitioner = inputs.get(input);
    Object key = partitioner.key(value);
    int target = partitioner.target(key, value);
    Element element = new Element(key, value, timestampMillis);
    for (KeyedSubtask subtask : subtasks) {
      if (target == Output.Partitioner.ALL || target == subtask.subtask) {
        try {
          subtask.batchBegins();
          subtask.element(input, element);
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw FunctionFailedException.ofElement(operator.id(), value, e);
        }
      }
    }
  }

  /**
   * Lets event time advance on all inputs, and timers fire: subtask by subtask, in each by time.
   *
   * @param timestampMillis no element at or before it will come; nothing happens if it is not later
   *     than the one before
   * @throws FunctionFailedException if the function throws a checked exception; others come as they
   *     are
   */
  public void watermark(long timestampMillis) {
    if (timestampMillis > watermarkMillis) {
      watermarkMillis = timestampMillis;
      subtasks.forEach(subtask -> subtask.watermark(timestampMillis));
    }
  }

  /**
   * Moves the clock, and lets processing-time timers fire.
   *
   * @param nowMillis what it shows, in milliseconds since the epoch
   * @throws IllegalArgumentException if that is earlier than what it shows
   * @throws IllegalStateException if timers fire without end, each registering another that is due
   * @throws FunctionFailedException if the function throws a checked exception; others come as they
   *     are
   */
  public void clock(long nowMillis) {
    if (nowMillis < clockMillis) {
      throw new IllegalArgumentException(
          "the clock shows " + clockMillis + " and does not go back to " + nowMillis);
    }
    clockMillis = nowMillis;
    for (KeyedSubtask subtask : subtasks) {
      long fired = 0;
      while (subtask.processingTime(time.getAsLong())) {
        fired += ConsumingSubtask.TIMERS_IN_A_ROW;
        if (fired >= MAX_TIMERS) {
          throw new IllegalStateException(
              "processing-time timers of operator \""
                  + operator.id()
                  + "\" fire without end: more than "
                  + MAX_TIMERS
                  + " while the clock shows "
                  + nowMillis
                  + ". Let onProcessingTimer register timers for later than"
                  + " processingTimeMillis().");
        }
      }
    }
  }

  /**
   * Takes a snapshot of all subtasks, which is complete when this returns.
   *
   * @return it; it stays valid when this operator is closed
   * @throws StorageException if a subtask could not write
   */
  public OpenedCheckpoint snapshot() {
    long id = ++lastCheckpointId;
    // A storage for each: nothing is ever removed from it, and it goes with its snapshot.
    var storage = new MemoryCheckpointStorage(Integer.MAX_VALUE, UUID::randomUUID);
    try (var claim = storage.claim(job.name())) {
      CheckpointWriter writer = claim.begin(id, SnapshotType.CHECKPOINT);
      SnapshotOptions options = SnapshotOptions.checkpoint(Compression.NONE);
      Barrier barrier = new Barrier(id, writer, options, Barrier.AtSources.GO_ON);
      acknowledgements.begin();
      for (KeyedSubtask subtask : subtasks) {
        call("a snapshot", () -> subtask.snapshot(barrier));
      }
      OperatorSnapshot written =
          new OperatorSnapshot(
              operator.id(), parallelism(), job.maxParallelism(), acknowledgements.all());
      writer.commit(time.getAsLong(), List.of(written), Set.of());
      subtasks.forEach(subtask -> subtask.completed(id));
      return claim.latest().orElseThrow();
    }
  }

  /**
   * Number of subtasks.
   *
   * @return from 1
   */
  public int parallelism() {
    return operator.parallelism();
  }

  /**
   * The states that the function has declared.
   *
   * @return keyed and broadcast ones
   */
  public JobOperator.States states() {
    return operator.states();
  }

  /**
   * Looks into the keyed state of a key, between two steps.
   *
   * @param key the key
   * @param look is given the state, with the key current; what it gives is not to be kept
   * @param <T> the type of what it finds
   * @return what it finds
   */
  public <T> T look(Object key, Function<KeyedStateBackend<Object>, T> look) {
    KeyedStateBackend<Object> state = subtaskOf(key).keyedState();
    return state.looking(
        () -> {
          state.setCurrentKey(key);
          return look.apply(state);
        });
  }

  /**
   * Looks into one subtask's copy of the broadcast state, between two steps.
   *
   * @param subtask its index, from 0
   * @param look is given the state
   * @param <T> the type of what it finds
   * @return what it finds
   */
  public <T> T lookAtBroadcast(int subtask, Function<OperatorStateBackend, T> look) {
    return look.apply(subtasks.get(subtask).broadcastState());
  }

  /**
   * The event-time timers of a key.
   *
   * @param key the key
   * @return what they are registered for, in order
   */
  public List<Long> eventTimers(Object key) {
    KeyedSubtask subtask = subtaskOf(key);
    subtask.keyedState().setCurrentKey(key);
    List<KeyedTimer<Object, VoidNamespace>> ofGroup =
        subtask.timers().eventTimeTimers(subtask.keyedState().currentKeyGroup());
    return ofGroup.stream()
        .filter(timer -> timer.key().equals(key))
        .map(KeyedTimer::timestampMillis)
        .toList();
  }

  /**
   * Number of timers of all keys, both of event time and of processing time.
   *
   * @return from 0
   */
  public long timers() {
    return subtasks.stream().mapToLong(subtask -> subtask.timers().size()).sum();
  }

  /** By the first input, which has keys always. */
  private KeyedSubtask subtaskOf(Object key) {
    return subtasks.get(inputs.get(0).target(key, key));
  }

  /**
   * Closes handlers and state; idempotent. What handlers emit in {@code close} is dropped.
   *
   * @throws FunctionFailedException if a handler's close throws a checked exception; others come as
   *     they are, and everything else is closed in any case
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    RuntimeException failure = null;
    for (KeyedSubtask subtask : subtasks) {
      try {
        call("close", subtask::close);
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void closeAfter(RuntimeException failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** What may call user code. */
  private interface Call {
    void run() throws Exception;
  }

  private void call(String name, Call call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw FunctionFailedException.of(operator.id(), name, e);
    }
  }

  /** Hears what the subtasks have written, in their order. */
  private static final class Acknowledgements implements TaskServices.Master {
    private final List<SubtaskState> written = new ArrayList<>();
    private Optional<Throwable> declined = Optional.empty();

    void begin() {
      written.clear();
      declined = Optional.empty();
    }

    List<SubtaskState> all() {
      declined.ifPresent(
          cause -> {
            throw new StorageException("The snapshot could not be written", cause);
          });
      return written;
    }

    @Override
    public void acknowledged(
        long checkpointId, String operatorId, int subtask, SubtaskState state) {
      written.add(state);
    }

    @Override
    public void declined(long checkpointId, String operatorId, int subtask, Throwable cause) {
      declined = Optional.of(cause);
    }

    @Override
    public void failed(String operatorId, int subtask, Throwable cause) {
      declined = Optional.of(cause);
    }

    @Override
    public void sourceFinished(String operatorId, int subtask) {
      throw new IllegalStateException("operator \"" + operatorId + "\" is no source");
    }
  }

  /** Shows what it was told last. */
  private final class SteppedClock extends Clock {
    @Override
    public long millis() {
      return clockMillis;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(clockMillis);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
