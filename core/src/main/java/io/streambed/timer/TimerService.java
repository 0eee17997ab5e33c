package io.streambed.timer;

import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.store.OrderedSet;
import io.streambed.store.QueueSpec;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The timers of one operator's subtask, kept in the backend's store as two ordered sets. See the
 * package for the rules.
 *
 * <p>Threading: the thread of the task.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
public final class TimerService<K, N> {
  /** What the watermark is before the first one comes. */
  public static final long NO_WATERMARK = Long.MIN_VALUE;

  private final KeyedStateBackend<K> backend;
  private final TimerTarget<K, N> target;
  private final OrderedSet<KeyedTimer<K, N>> eventTime;
  private final OrderedSet<KeyedTimer<K, N>> processingTime;
  private long watermark = NO_WATERMARK;

  /**
   * Opens the timers of a name, with those that were restored.
   *
   * @param name unique among the operator's states
   * @param backend the operator's keyed state
   * @param namespaces of the namespaces
   * @param target is called when timers fire
   */
  public TimerService(
      String name,
      KeyedStateBackend<K> backend,
      Serializer<N> namespaces,
      TimerTarget<K, N> target) {
    this.backend = backend;
    this.target = target;
    List<QueueSpec<KeyedTimer<K, N>>> queues =
        queues(name, backend.keySerializer(), namespaces, backend.maxParallelism());
    this.eventTime = backend.openQueue(queues.get(0));
    this.processingTime = backend.openQueue(queues.get(1));
  }

  /**
   * What a service of a name keeps in its backend.
   *
   * @param name the name
   * @param keys of the keys; used by the queues
   * @param namespaces of the namespaces
   * @param maxParallelism number of key groups
   * @param <K> the type of the keys
   * @param <N> the type of the namespaces
   * @return the queue of event time and that of processing time
   */
  public static <K, N> List<QueueSpec<KeyedTimer<K, N>>> queues(
      String name, Serializer<K> keys, Serializer<N> namespaces, int maxParallelism) {
    KeyHasher<K> hasher = keys.keyHasher();
    return Stream.of("/event-time", "/processing-time")
        .map(
            time ->
                new QueueSpec<>(
                    name + time,
                    new TimerSerializer<>(keys, namespaces.duplicate()),
                    (KeyedTimer<K, N> timer) ->
                        KeyGroups.assign(hasher.hash(timer.key()), maxParallelism)))
        .toList();
  }

  /**
   * Registers an event-time timer of the current key.
   *
   * @param namespace the namespace
   * @param timestampMillis fires once the watermark is at least this
   * @return false if it was registered already
   */
  public boolean registerEventTimeTimer(N namespace, long timestampMillis) {
    return eventTime.add(new KeyedTimer<>(timestampMillis, backend.currentKey(), namespace));
  }

  /**
   * Removes an event-time timer of the current key.
   *
   * @param namespace the namespace
   * @param timestampMillis what it was registered for
   * @return false if there was none
   */
  public boolean deleteEventTimeTimer(N namespace, long timestampMillis) {
    return eventTime.remove(new KeyedTimer<>(timestampMillis, backend.currentKey(), namespace));
  }

  /**
   * Registers a processing-time timer of the current key.
   *
   * @param namespace the namespace
   * @param timestampMillis fires once the clock shows at least this
   * @return false if it was registered already
   */
  public boolean registerProcessingTimeTimer(N namespace, long timestampMillis) {
    return processingTime.add(new KeyedTimer<>(timestampMillis, backend.currentKey(), namespace));
  }

  /**
   * Removes a processing-time timer of the current key.
   *
   * @param namespace the namespace
   * @param timestampMillis what it was registered for
   * @return false if there was none
   */
  public boolean deleteProcessingTimeTimer(N namespace, long timestampMillis) {
    return processingTime.remove(
        new KeyedTimer<>(timestampMillis, backend.currentKey(), namespace));
  }

  /**
   * The current watermark.
   *
   * @return the greatest one given, or {@link #NO_WATERMARK}
   */
  public long currentWatermark() {
    return watermark;
  }

  /**
   * Takes a watermark and fires what is due, each with its key current.
   *
   * @param timestampMillis no element at or before this will come any more; a lower one than the
   *     current is taken as the current
   */
  public void advanceWatermark(long timestampMillis) {
    watermark = Math.max(watermark, timestampMillis);
    KeyedTimer<K, N> timer;
    while ((timer = eventTime.peek()) != null && timer.timestampMillis() <= watermark) {
      eventTime.poll();
      backend.setCurrentKey(timer.key());
      target.onEventTime(timer);
    }
  }

  /**
   * Fires the processing-time timers that are due, each with its key current.
   *
   * @param nowMillis what the clock shows
   */
  public void advanceProcessingTime(long nowMillis) {
    while (advanceProcessingTime(nowMillis, Integer.MAX_VALUE)) {
      // Until no more are due.
    }
  }

  /**
   * Fires the processing-time timers that are due, but no more than so many: timers that register
   * themselves anew, due at once, would otherwise keep the thread for ever.
   *
   * @param nowMillis what the clock shows
   * @param maxTimers how many may fire, from 1
   * @return whether more are due
   */
  public boolean advanceProcessingTime(long nowMillis, int maxTimers) {
    int fired = 0;
    KeyedTimer<K, N> timer;
    while ((timer = processingTime.peek()) != null && timer.timestampMillis() <= nowMillis) {
      if (fired++ == maxTimers) {
        return true;
      }
      processingTime.poll();
      backend.setCurrentKey(timer.key());
      target.onProcessingTime(timer);
    }
    return false;
  }

  /**
   * When the next processing-time timer is due.
   *
   * @return its timestamp, or {@link Long#MAX_VALUE} if there is none
   */
  public long nextProcessingTimeMillis() {
    KeyedTimer<K, N> timer = processingTime.peek();
    return timer == null ? Long.MAX_VALUE : timer.timestampMillis();
  }

  /**
   * Number of timers of both times.
   *
   * @return a count
   */
  public long size() {
    return eventTime.size() + processingTime.size();
  }

  /**
   * Number of timers of both times, as far as it is known without reading them: after a restore a
   * store may not know it, and {@link #size} would walk over all timers.
   *
   * @return a count, or empty if it is not known
   */
  public OptionalLong knownSize() {
    OptionalLong ofEventTime = eventTime.knownSize();
    OptionalLong ofProcessingTime = processingTime.knownSize();
    return ofEventTime.isPresent() && ofProcessingTime.isPresent()
        ? OptionalLong.of(ofEventTime.getAsLong() + ofProcessingTime.getAsLong())
        : OptionalLong.empty();
  }

  /**
   * The event-time timers of one key group.
   *
   * @param keyGroup a key group of the backend
   * @return a copy, in the order of firing
   */
  public List<KeyedTimer<K, N>> eventTimeTimers(int keyGroup) {
    return eventTime.inKeyGroup(keyGroup);
  }
}
