package io.streambed.benchmarks.embedded;

import io.streambed.benchmarks.Backend;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.timer.KeyedTimer;
import io.streambed.timer.TimerService;
import io.streambed.timer.TimerTarget;

/** Timers of processing time, which can be fired one by one. */
final class EmbeddedTimers extends Backend.Timers {
  private final TimerService<Long, VoidNamespace> timers;
  private Long fired;

  EmbeddedTimers(String name, KeyedStateBackend<Long> backend) {
    timers = new TimerService<>(name, backend, Serializers.unit(), new Target());
  }

  /** Keeps whose timer has fired. */
  private final class Target implements TimerTarget<Long, VoidNamespace> {
    @Override
    public void onEventTime(KeyedTimer<Long, VoidNamespace> timer) {
      throw new IllegalStateException("no timer of event time was registered: " + timer);
    }

    @Override
    public void onProcessingTime(KeyedTimer<Long, VoidNamespace> timer) {
      fired = timer.key();
    }
  }

  @Override
  public void register(long millis) {
    timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, millis);
  }

  @Override
  public void delete(long millis) {
    timers.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, millis);
  }

  @Override
  public long firstMillis() {
    return timers.nextProcessingTimeMillis();
  }

  @Override
  public Long fire(long nowMillis) {
    fired = null;
    timers.advanceProcessingTime(nowMillis, 1);
    return fired;
  }
}
