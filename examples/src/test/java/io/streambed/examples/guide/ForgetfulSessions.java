package io.streambed.examples.guide;

import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;
import io.streambed.state.ValueState;
import java.util.HashMap;
import java.util.Map;

/** Counts a user's clicks until a minute has passed without one. It has a bug. */
final class ForgetfulSessions implements KeyedFunction<String, String, String> {
  @Override
  public KeyedHandler<String> open(KeyedContext<String, String> context) {
    ValueState<Integer> clicks = context.value("clicks", Integer.class, 0);
    Map<String, Long> ends = new HashMap<>(); // the bug: this is to be state
    return KeyedHandler.of(
        (user, timestampMillis) -> {
          clicks.update(clicks.value() + 1);
          ends.put(user, timestampMillis + 60_000);
          context.registerEventTimer(timestampMillis + 60_000);
        },
        timestampMillis -> {
          Long end = ends.get(context.key());
          if (end != null && end == timestampMillis) { // not a timer of an earlier click
            context.emit(context.key() + " " + clicks.value());
            clicks.clear();
          }
        });
  }
}
