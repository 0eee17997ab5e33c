package io.streambed.flink;

import io.streambed.store.IndexField;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueElement;

/** The field that Flink's timers have for the queue that holds them. */
final class TimerIndex<T extends HeapPriorityQueueElement> implements IndexField<T> {
  @Override
  public int get(T element) {
    return element.getInternalIndex();
  }

  @Override
  public void set(T element, int index) {
    element.setInternalIndex(index);
  }
}
