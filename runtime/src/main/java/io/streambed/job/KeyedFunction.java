package io.streambed.job;

import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateDescriptor;
import java.util.List;

/**
 * A function over a keyed stream, with state and timers of the element's key; and, if it declares
 * broadcast states, over a second stream that every subtask gets in whole.
 *
 * @param <K> the type of the keys
 * @param <I> the type of the elements
 * @param <B> the type of the broadcast elements; {@link Void} if there are none
 * @param <O> the type of the results
 */
public interface KeyedFunction<K, I, B, O> {
  /**
   * The keyed states it uses.
   *
   * @return their descriptors, names unique
   */
  List<StateDescriptor> states();

  /**
   * The broadcast states it uses.
   *
   * @return their descriptors, names unique
   */
  default List<MapStateDescriptor<?, ?>> broadcastStates() {
    return List.of();
  }

  /**
   * Begins on one subtask, its state restored.
   *
   * @param context state, timers and output of the subtask
   * @return the handler of the subtask
   */
  KeyedHandler<I, B> open(KeyedContext<K, O> context);
}
