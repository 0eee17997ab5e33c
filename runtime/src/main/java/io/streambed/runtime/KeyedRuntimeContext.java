package io.streambed.runtime;

import io.streambed.job.JobOperator.States;
import io.streambed.job.KeyedContext;
import io.streambed.job.SideOutput;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.VoidNamespace;
import io.streambed.state.AggregatingState;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.BroadcastState;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapState;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingState;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.timer.TimerService;
import java.util.Collection;

/** The context of a keyed function on one subtask. */
final class KeyedRuntimeContext implements KeyedContext<Object, Object> {
  private final States declared;
  private final KeyedStateBackend<Object> keyed;
  private final OperatorStateBackend broadcast;
  private final TimerService<Object, VoidNamespace> timers;
  private final KeyedSubtask subtask;
  private long timestampMillis;
  private boolean broadcasting;

  KeyedRuntimeContext(
      States declared,
      KeyedStateBackend<Object> keyed,
      OperatorStateBackend broadcast,
      TimerService<Object, VoidNamespace> timers,
      KeyedSubtask subtask) {
    this.declared = declared;
    this.keyed = keyed;
    this.broadcast = broadcast;
    this.timers = timers;
    this.subtask = subtask;
    declared.broadcast().forEach(broadcast::getBroadcastState);
  }

  /** The event time of what is being handled. */
  void at(long nowMillis) {
    timestampMillis = nowMillis;
  }

  /** Whether a broadcast element is being handled, so that broadcast state may change. */
  void broadcasting(boolean now) {
    broadcasting = now;
  }

  /** The key of the element or timer that is handled; null while a broadcast element is. */
  Object handledKey() {
    return broadcasting ? null : keyed.currentKey();
  }

  private void require(Collection<? extends StateDescriptor> from, StateDescriptor descriptor) {
    for (StateDescriptor each : from) {
      if (each.name().equals(descriptor.name()) && each.kind() == descriptor.kind()) {
        return;
      }
    }
    throw new IllegalStateException(
        "operator \""
            + subtask.operatorId
            + "\" opens state \""
            + descriptor.name()
            + "\" now, and did not when the job was built: a function opens the same states"
            + " always, in its open method");
  }

  @Override
  public Object key() {
    return keyed.currentKey();
  }

  @Override
  public <V> ValueState<V> state(ValueStateDescriptor<V> descriptor) {
    require(declared.keyed(), descriptor);
    return keyed.getState(descriptor);
  }

  @Override
  public <E> ListState<E> state(ListStateDescriptor<E> descriptor) {
    require(declared.keyed(), descriptor);
    return keyed.getListState(descriptor);
  }

  @Override
  public <UK, UV> MapState<UK, UV> state(MapStateDescriptor<UK, UV> descriptor) {
    require(declared.keyed(), descriptor);
    return keyed.getMapState(descriptor);
  }

  @Override
  public <T> ReducingState<T> state(ReducingStateDescriptor<T> descriptor) {
    require(declared.keyed(), descriptor);
    return keyed.getReducingState(descriptor);
  }

  @Override
  public <IN, ACC, OUT> AggregatingState<IN, OUT> state(
      AggregatingStateDescriptor<IN, ACC, OUT> descriptor) {
    require(declared.keyed(), descriptor);
    return keyed.getAggregatingState(descriptor);
  }

  @Override
  public <BK, BV> BroadcastState<BK, BV> broadcastState(MapStateDescriptor<BK, BV> descriptor) {
    require(declared.broadcast(), descriptor);
    return new GuardedBroadcastState<>(
        broadcast.getBroadcastState(descriptor), () -> broadcasting, descriptor.name());
  }

  @Override
  public long watermark() {
    return timers.currentWatermark();
  }

  @Override
  public int subtask() {
    return subtask.subtask;
  }

  @Override
  public long processingTimeMillis() {
    return subtask.services.clock().getAsLong();
  }

  @Override
  public void registerEventTimer(long timerMillis) {
    if (timers.registerEventTimeTimer(VoidNamespace.INSTANCE, timerMillis)) {
      subtask.renewals.registered(timerMillis);
    }
  }

  @Override
  public void deleteEventTimer(long timerMillis) {
    timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, timerMillis);
  }

  @Override
  public void registerProcessingTimer(long timerMillis) {
    timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, timerMillis);
  }

  @Override
  public void deleteProcessingTimer(long timerMillis) {
    timers.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, timerMillis);
  }

  @Override
  public void emit(Object result) {
    emit(result, timestampMillis);
  }

  @Override
  public void emit(Object result, long resultMillis) {
    subtask.output.emit(present(result), resultMillis);
  }

  @Override
  public <S> void emit(SideOutput<S> to, S result) {
    subtask.output.emit(to, present(result), timestampMillis);
  }

  private Object present(Object result) {
    if (result == null) {
      throw new IllegalArgumentException(
          "the function of operator \""
              + subtask.operatorId
              + "\" emitted null as a result: emit nothing, or a value that says so");
    }
    return result;
  }
}
