package io.streambed.harness;

import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;
import io.streambed.state.MapState;

/** Counts each user's visits in every ten minutes. */
final class VisitCounts implements KeyedFunction<String, String, String> {
  private static final long TEN_MINUTES = 600_000;

  @Override
  public KeyedHandler<String> open(KeyedContext<String, String> context) {
    MapState<Long, Long> counts = context.map("counts", Long.class, Long.class);
    return KeyedHandler.of(
        (user, timestampMillis) -> {
          long last = timestampMillis - timestampMillis % TEN_MINUTES + TEN_MINUTES - 1;
          counts.put(last, counts.contains(last) ? counts.get(last) + 1 : 1);
          context.registerEventTimer(last);
        },
        last -> {
          context.emit(context.key() + " " + counts.get(last));
          counts.remove(last);
        });
  }
}
