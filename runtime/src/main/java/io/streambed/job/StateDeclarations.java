package io.streambed.job;

import io.streambed.job.JobOperator.States;
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
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes note of the states that a function opens. They are no states yet: whoever uses one, or
 * registers a timer, is told so.
 */
final class StateDeclarations implements KeyedContext<Object, Object> {
  private final String operatorId;
  private final List<StateDescriptor> keyed = new ArrayList<>();
  private final List<MapStateDescriptor<?, ?>> broadcast = new ArrayList<>();

  private StateDeclarations(String operatorId) {
    this.operatorId = operatorId;
  }

  /**
   * Opens a function to learn its states.
   *
   * @throws IllegalArgumentException if it cannot be opened, or closed again
   */
  static States of(String operatorId, KeyedFunction<Object, Object, Object> function) {
    StateDeclarations declarations = new StateDeclarations(operatorId);
    try {
      KeyedHandler<Object> handler = function.open(declarations);
      if (handler == null) {
        throw new IllegalStateException(
            "a " + function.getClass().getName() + " opened to null instead of a handler");
      }
      handler.close();
    } catch (Exception e) {
      throw new IllegalArgumentException(
          "operator \""
              + operatorId
              + "\": its function cannot be opened, by which its states are learned: "
              + e.getMessage(),
          e);
    }
    return new States(declarations.keyed, declarations.broadcast);
  }

  private IllegalStateException tooEarly(String what) {
    return new IllegalStateException(
        what
            + " of operator \""
            + operatorId
            + "\" is used while its function is opened: open states there, and use them in the"
            + " handler, where there is a current key");
  }

  private <S> S note(Class<S> type, StateDescriptor descriptor) {
    keyed.add(descriptor);
    return none(type, descriptor);
  }

  private <S> S none(Class<S> type, StateDescriptor descriptor) {
    Object none =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return method.invoke(descriptor, arguments);
              }
              throw tooEarly("state \"" + descriptor.name() + "\"");
            });
    return type.cast(none);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <V> ValueState<V> state(ValueStateDescriptor<V> descriptor) {
    return note(ValueState.class, descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <E> ListState<E> state(ListStateDescriptor<E> descriptor) {
    return note(ListState.class, descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <UK, UV> MapState<UK, UV> state(MapStateDescriptor<UK, UV> descriptor) {
    return note(MapState.class, descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> ReducingState<T> state(ReducingStateDescriptor<T> descriptor) {
    return note(ReducingState.class, descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <IN, ACC, OUT> AggregatingState<IN, OUT> state(
      AggregatingStateDescriptor<IN, ACC, OUT> descriptor) {
    return note(AggregatingState.class, descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <BK, BV> BroadcastState<BK, BV> broadcastState(MapStateDescriptor<BK, BV> descriptor) {
    broadcast.add(descriptor);
    return none(BroadcastState.class, descriptor);
  }

  @Override
  public Object key() {
    throw tooEarly("the current key");
  }

  @Override
  public int subtask() {
    return 0;
  }

  @Override
  public long watermark() {
    return Long.MIN_VALUE;
  }

  @Override
  public long processingTimeMillis() {
    return 0;
  }

  @Override
  public void registerEventTimer(long timestampMillis) {
    throw tooEarly("a timer");
  }

  @Override
  public void deleteEventTimer(long timestampMillis) {
    throw tooEarly("a timer");
  }

  @Override
  public void registerProcessingTimer(long timestampMillis) {
    throw tooEarly("a timer");
  }

  @Override
  public void deleteProcessingTimer(long timestampMillis) {
    throw tooEarly("a timer");
  }

  @Override
  public void emit(Object result) {
    throw tooEarly("the output");
  }

  @Override
  public void emit(Object result, long timestampMillis) {
    throw tooEarly("the output");
  }

  @Override
  public <S> void emit(SideOutput<S> to, S result) {
    throw tooEarly("the output");
  }
}
