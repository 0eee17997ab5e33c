package io.streambed.benchmarks.flink;

import io.streambed.benchmarks.Backend;
import org.apache.flink.runtime.state.InternalPriorityQueue;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.TimerHeapInternalTimer;

/** A queue of timers, used as Flink's own timer service uses it. */
final class FlinkTimers extends Backend.Timers {
  private final KeyedStateBackend<Long> backend;
  private final InternalPriorityQueue<TimerHeapInternalTimer<Long, VoidNamespace>> queue;

  FlinkTimers(
      KeyedStateBackend<Long> backend,
      InternalPriorityQueue<TimerHeapInternalTimer<Long, VoidNamespace>> queue) {
    this.backend = backend;
    this.queue = queue;
  }

  private TimerHeapInternalTimer<Long, VoidNamespace> timer(long millis) {
    return new TimerHeapInternalTimer<>(millis, backend.getCurrentKey(), VoidNamespace.INSTANCE);
  }

  @Override
  public void register(long millis) {
    queue.add(timer(millis));
  }

  @Override
  public void delete(long millis) {
    queue.remove(timer(millis));
  }

  @Override
  public long firstMillis() {
    var first = queue.peek();
    return first == null ? NONE : first.getTimestamp();
  }

  @Override
  public Long fire(long nowMillis) {
    var first = queue.peek();
    if (first == null || first.getTimestamp() > nowMillis) {
      return null;
    }
    backend.setCurrentKey(first.getKey());
    queue.poll();
    return first.getKey();
  }
}
