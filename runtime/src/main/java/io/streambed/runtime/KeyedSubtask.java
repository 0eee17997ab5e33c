package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.entry.Expiry;
import io.streambed.entry.StateSchema;
import io.streambed.job.FailurePolicy;
import io.streambed.job.JobOperator.KeyedOperator;
import io.streambed.job.KeyedBroadcastHandler;
import io.streambed.job.KeyedCoHandler;
import io.streambed.job.KeyedHandler;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.migration.DeclaredState;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.StateKind;
import io.streambed.state.TimeToLive;
import io.streambed.time.StateTime;
import io.streambed.timer.KeyedTimer;
import io.streambed.timer.TimerService;
import io.streambed.timer.TimerTarget;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RunnableFuture;
import java.util.stream.Stream;

/** A subtask that runs a keyed function. Input 0 is keyed, input 1 broadcast. */
final class KeyedSubtask extends ConsumingSubtask implements TimerTarget<Object, VoidNamespace> {
  private static final String TIMERS = "_timers";

  /** Event time of each subtask: whichever restores takes over the greatest. */
  private static final ListStateDescriptor<StateTime.EventTime> TIME =
      new ListStateDescriptor<>("_time", Serializers.of(StateTime.EventTime.class));

  private final KeyedOperator operator;
  private final StateBackend backend;
  private final RestoredState restored;
  private final ElementFailures failures;
  private final SubtaskQuestions questions;

  /** Event-time timers that are registered by others while those fire. */
  final TimerRenewals renewals;

  /** Whether some state expires. */
  private final boolean expires;

  private final StateTime time;

  /** The watermark under which event-time timers fire. */
  private long coming;

  /** Null if neither a state nor a checkpoint knows of event time. */
  private ListState<StateTime.EventTime> keptTime;

  private KeyedStateBackend<Object> keyed;
  private OperatorStateBackend broadcast;
  private TimerService<Object, VoidNamespace> timers;
  private KeyedRuntimeContext context;
  private KeyedHandler<Object> handler;
  private KeyedCoHandler<Object, Object> coHandler;
  private KeyedBroadcastHandler<Object, Object> broadcastHandler;
  private long eventTimersFired;

  /**
   * What a subtask is one of.
   *
   * @param operator the operator
   * @param failures what becomes of elements that its function fails for
   */
  record Of(KeyedOperator operator, FailurePolicy failures) {}

  KeyedSubtask(
      Of of,
      StateBackend backend,
      RestoredState restored,
      TaskServices services,
      Deployment.Latches latches) {
    super(new Id(of.operator.id(), restored.subtask()), services, latches.ready(), latches.start());
    this.operator = of.operator;
    this.failures = new ElementFailures(operator.id(), of.failures, services.events());
    this.questions = services.queries().of(operator.id(), restored.subtask());
    this.backend = backend;
    this.restored = restored;
    this.expires =
        of.operator.states().keyed().stream().anyMatch(state -> state.timeToLive() != null);
    this.time = StateTime.withWatermarks(services.clock());
    this.renewals = new TimerRenewals(operator.id(), () -> timers.size());
  }

  /** The keyed states that an operator's subtasks open, timers among them. */
  static List<DeclaredState> keyedStates(KeyedOperator operator, int maxParallelism) {
    Serializer<Object> keys = operator.keySerializer().duplicate();
    return Stream.concat(
            operator.states().keyed().stream().map(DeclaredState::of),
            TimerService.queues(TIMERS, keys, Serializers.unit(), maxParallelism).stream()
                .map(
                    queue ->
                        DeclaredState.of(queue)
                            .told("its timers", "Timers hold keys: keep the type of the keys.")))
        .toList();
  }

  /** The operator states that an operator's subtasks open. */
  static List<DeclaredState> operatorStates(KeyedOperator operator) {
    return Stream.concat(
            operator.states().broadcast().stream().map(DeclaredState::ofBroadcast),
            Stream.of(DeclaredState.ofOperator(StateKind.UNION_LIST, TIME)))
        .toList();
  }

  @Override
  void open() throws Exception {
    metrics.hasChannels();
    metrics.sendsTo(output);
    metrics.hasKeyedState();
    broadcast =
        backend.createOperatorStateBackend(restored.operatorOptions(operator.parallelism()));
    restoreTime();
    keyed =
        backend.createKeyedStateBackend(
            restored.keyedOptions(
                operator.keySerializer(), operator.states().keyed(), progress(), time, services));
    forgetTime();
    timers = new TimerService<>(TIMERS, keyed, Serializers.unit(), this);
    measure();
    context = new KeyedRuntimeContext(operator.states(), keyed, broadcast, timers, this);
    handler = operator.function().open(context);
    if (handler == null) {
      throw new IllegalStateException(
          "the function of operator \""
              + operatorId
              + "\", a "
              + operator.function().getClass().getName()
              + ", opened to null instead of a handler");
    }
    takeSecondInput();
    for (StateSchema undeclared : keyed.carried()) {
      reportUndeclared(undeclared.name());
    }
    reportUndeclared(broadcast);
    questions.answeredBy(gate);
  }

  private RestoreProgress progress() {
    RestoreSteps steps = new RestoreSteps(services.events()::tell, operatorId, subtask);
    return (doneBytes, totalBytes) -> {
      metrics.restored(doneBytes, totalBytes);
      steps.advanced(doneBytes, totalBytes);
    };
  }

  @Override
  void measure() {
    if (metrics.measured()) {
      // Not their size: to count them, a store may read them all.
      metrics.timersPending(timers.knownSize().orElse(SubtaskMetrics.UNKNOWN));
    }
  }

  @Override
  boolean recovered() {
    return keyed.recovery().progress().isComplete();
  }

  /** Before keyed state is restored: what it had no time to live for lives from this time on. */
  private void restoreTime() {
    boolean eventTime =
        operator.states().keyed().stream()
            .anyMatch(state -> state.timeToLive() != null && state.timeToLive().eventTime());
    boolean written =
        broadcast.carried().stream().anyMatch(state -> state.schema().name().equals(TIME.name()));
    if (eventTime || written) {
      keptTime = broadcast.getUnionListState(TIME);
      Iterable<StateTime.EventTime> kept = keptTime.get();
      if (kept != null) {
        kept.forEach(time::goOnFrom);
      }
    }
  }

  /** With the last state that lives by event time, what a checkpoint keeps of that goes. */
  private void forgetTime() {
    boolean used =
        Stream.concat(
                operator.states().keyed().stream()
                    .map(StateDescriptor::timeToLive)
                    .filter(Objects::nonNull)
                    .map(TimeToLive::eventTime),
                keyed.carried().stream().map(state -> state.expiry() == Expiry.EVENT_STAMPED))
            .anyMatch(eventTime -> eventTime);
    if (keptTime != null && !used) {
      keptTime.update(List.of());
      keptTime = null;
    }
  }

  @SuppressWarnings("unchecked")
  private void takeSecondInput() {
    if (handler instanceof KeyedCoHandler<?, ?> co) {
      coHandler = (KeyedCoHandler<Object, Object>) co;
    } else if (handler instanceof KeyedBroadcastHandler<?, ?> broadcasting) {
      broadcastHandler = (KeyedBroadcastHandler<Object, Object>) broadcasting;
    }
  }

  @Override
  void element(int input, Element element) throws Exception {
    try {
      handle(input, element);
    } catch (Exception e) {
      context.broadcasting(false);
      failures.failed(output, element.value(), element.timestampMillis(), e);
    }
  }

  private void handle(int input, Element element) throws Exception {
    at(element.timestampMillis());
    if (input == 0) {
      keyed.setCurrentKey(element.key());
      handler.onElement(element.value(), element.timestampMillis());
    } else if (coHandler != null) {
      keyed.setCurrentKey(element.key());
      coHandler.onSecond(element.value(), element.timestampMillis());
    } else {
      keyed.clearCurrentKey();
      context.broadcasting(true);
      broadcastHandler.onBroadcast(element.value(), element.timestampMillis());
      context.broadcasting(false);
    }
  }

  /** State looks at the clock once for some elements: they have come together. */
  @Override
  void batchBegins() {
    if (expires) {
      time.refresh();
    }
  }

  @Override
  boolean answerQuestions() {
    if (!questions.someWait()) {
      return false;
    }
    checkCancelled();
    if (expires) {
      time.refresh();
    }
    return questions.answer(gate, keyed, services.background());
  }

  private void at(long timestampMillis) {
    context.at(timestampMillis);
    if (expires) {
      time.handling(timestampMillis);
    }
  }

  @Override
  void watermark(long timestampMillis) {
    coming = timestampMillis;
    renewals.begin(timestampMillis);
    timers.advanceWatermark(timestampMillis);
    renewals.end();
    time.advanceWatermark(timestampMillis);
  }

  @Override
  boolean processingTime(long nowMillis) {
    if (expires) {
      time.refresh(nowMillis);
    }
    return timers.advanceProcessingTime(nowMillis, TIMERS_IN_A_ROW);
  }

  @Override
  long nextProcessingTimeMillis() {
    return timers.nextProcessingTimeMillis();
  }

  @Override
  public void onEventTime(KeyedTimer<Object, VoidNamespace> timer) {
    checkCancelled();
    renewals.fired(timer);
    if (++eventTimersFired % TIMERS_IN_A_ROW == 0) {
      // Many may be due at once, and mail is not to wait until they have all fired.
      gate.runMail();
    }
    context.at(timer.timestampMillis());
    if (expires) {
      time.refresh();
      time.firing(timer.timestampMillis(), coming);
    }
    try {
      handler.onEventTimer(timer.timestampMillis());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw FunctionFailedException.ofTimer(timer.key(), timer.timestampMillis(), e);
    }
  }

  @Override
  public void onProcessingTime(KeyedTimer<Object, VoidNamespace> timer) {
    checkCancelled();
    context.at(timer.timestampMillis());
    if (expires) {
      // Its time is none of event time.
      time.refresh();
      time.handling(Long.MIN_VALUE);
    }
    try {
      handler.onProcessingTimer(timer.timestampMillis());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw FunctionFailedException.ofTimer(timer.key(), timer.timestampMillis(), e);
    }
  }

  /** The key of the element or timer that is handled; null while a broadcast element is. */
  Object handledKey() {
    return context.handledKey();
  }

  /** The keyed state, open: for who drives this subtask by hand and looks into it. */
  KeyedStateBackend<Object> keyedState() {
    return keyed;
  }

  /** The broadcast state, as {@link #keyedState()}. */
  OperatorStateBackend broadcastState() {
    return broadcast;
  }

  /** The timers, as {@link #keyedState()}. */
  TimerService<Object, VoidNamespace> timers() {
    return timers;
  }

  @Override
  void snapshot(Barrier barrier) {
    long id = barrier.checkpointId();
    if (keptTime != null) {
      keptTime.update(List.of(time.eventTime()));
    }
    // First, as it runs user code: if that fails, nothing of the store is frozen yet.
    RunnableFuture<OperatorStateHandle> frozen =
        broadcast.snapshot(id, barrier.streams(), barrier.options());
    snapshots.start(id, keyed.snapshot(id, barrier.streams(), barrier.options()), frozen);
  }

  @Override
  void completed(long checkpointId) {}

  @Override
  void close() throws Exception {
    try {
      if (handler != null) {
        handler.close();
      }
    } finally {
      if (keyed != null) {
        keyed.close();
      }
      if (broadcast != null) {
        broadcast.close();
      }
    }
  }
}
