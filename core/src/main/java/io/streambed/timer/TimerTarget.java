package io.streambed.timer;

/**
 * Is called when timers fire; the timer's key is current in the backend then.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
public interface TimerTarget<K, N> {
  /**
   * An event-time timer fires: the watermark has reached it.
   *
   * @param timer the timer, already removed
   */
  void onEventTime(KeyedTimer<K, N> timer);

  /**
   * A processing-time timer fires: the clock has reached it.
   *
   * @param timer the timer, already removed
   */
  void onProcessingTime(KeyedTimer<K, N> timer);
}
