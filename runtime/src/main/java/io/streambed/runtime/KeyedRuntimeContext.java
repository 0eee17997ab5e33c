package io.streambed.runtime;

import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
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
import java.util.HashSet;
import java.util.Set;

/** The context of a keyed function on one subtask. */
final class KeyedRuntimeContext implements KeyedContext<Object, Object> {
  private final KeyedStateBackend<Object> keyed;
  private final OperatorStateBackend broadcast;
  private final TimerService<Object, VoidNamespace> timers;
  private final KeyedSubtask subtask;
  private final Set<StateDescriptor> declared;
  private final Set<StateDescriptor> declaredBroadcast;
  private boolean broadcasting;

  KeyedRuntimeContext(
      KeyedFunction<?, ?, ?, ?> function,
      KeyedStateBackend<Object> keyed,
      OperatorStateBackend broadcast,
      TimerService<Object, VoidNamespace> timers,
      KeyedSubtask subtask) {
    this.keyed = keyed;
    this.broadcast = broadcast;
    this.timers = timers;
    this.subtask = subtask;
    this.declared = new HashSet<>(function.states());
    this.declaredBroadcast = new HashSet<>(function.broadcastStates());
    function.broadcastStates().forEach(broadcast::getBroadcastState);
  }

  /** Whether a broadcast element is being handled, so that broadcast state may change. */
  void broadcasting(boolean now) {
    broadcasting = now;
  }

  private void require(Set<StateDescriptor> from, StateDescriptor descriptor) {
    if (!from.contains(descriptor)) {
      throw new IllegalArgumentException(
          "operator \""
              + subtask.operatorId
              + "\" did not declare state \""
              + descriptor.name()
              + "\" as it asks for it: keep the descriptor in a constant");
    }
  }

  @Override
  public Object key() {
    return keyed.currentKey();
  }

  @Override
  public <V> ValueState<V> state(ValueStateDescriptor<V> descriptor) {
    require(declared, descriptor);
    return keyed.getState(descriptor);
  }

  @Override
  public <E> ListState<E> state(ListStateDescriptor<E> descriptor) {
    require(declared, descriptor);
    return keyed.getListState(descriptor);
  }

  @Override
  public <UK, UV> MapState<UK, UV> state(MapStateDescriptor<UK, UV> descriptor) {
    require(declared, descriptor);
    return keyed.getMapState(descriptor);
  }

  @Override
  public <T> ReducingState<T> state(ReducingStateDescriptor<T> descriptor) {
    require(declared, descriptor);
    return keyed.getReducingState(descriptor);
  }

  @Override
  public <IN, ACC, OUT> AggregatingState<IN, OUT> state(
      AggregatingStateDescriptor<IN, ACC, OUT> descriptor) {
    require(declared, descriptor);
    return keyed.getAggregatingState(descriptor);
  }

  @Override
  public <BK, BV> BroadcastState<BK, BV> broadcastState(MapStateDescriptor<BK, BV> descriptor) {
    require(declaredBroadcast, descriptor);
    return new GuardedBroadcastState<>(
        broadcast.getBroadcastState(descriptor), () -> broadcasting, descriptor.name());
  }

  @Override
  public long watermark() {
    return timers.currentWatermark();
  }

  @Override
  public long processingTimeMillis() {
    return subtask.services.clock().getAsLong();
  }

  @Override
  public void registerEventTimer(long timestampMillis) {
    if (timers.registerEventTimeTimer(VoidNamespace.INSTANCE, timestampMillis)) {
      subtask.renewals.registered(timestampMillis);
    }
  }

  @Override
  public void deleteEventTimer(long timestampMillis) {
    timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, timestampMillis);
  }

  @Override
  public void registerProcessingTimer(long timestampMillis) {
    timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, timestampMillis);
  }

  @Override
  public void deleteProcessingTimer(long timestampMillis) {
    timers.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, timestampMillis);
  }

  @Override
  public void emit(Object result, long timestampMillis) {
    if (result == null) {
      throw new IllegalArgumentException(
          "the function of operator \""
              + subtask.operatorId
              + "\" emitted null as a result: emit nothing, or a value that says so");
    }
    subtask.output.emit(result, timestampMillis);
  }
}
