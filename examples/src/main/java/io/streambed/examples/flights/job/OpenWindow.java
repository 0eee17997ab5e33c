package io.streambed.examples.flights.job;

import io.streambed.job.KeyedContext;
import io.streambed.state.ValueState;

/**
 * The window of the current key that is being filled: an hour, a day, a week. Since flights are
 * taken in order there is one at a time.
 */
final class OpenWindow {
  private final KeyedContext<?, ?> context;
  private final long lengthMillis;
  private final ValueState<Long> start;

  OpenWindow(KeyedContext<?, ?> context, long lengthMillis) {
    this.context = context;
    this.lengthMillis = lengthMillis;
    this.start = context.value("window-start", Long.class);
  }

  boolean isOpen() {
    return start.value() != null;
  }

  long startMillis() {
    return start.value();
  }

  long lastMillis() {
    return start.value() + lengthMillis - 1;
  }

  /** Whether it is open and ends at a time or before. */
  boolean endsBy(long timeMillis) {
    return isOpen() && lastMillis() <= timeMillis;
  }

  /** Opens it if none is, and has a timer fire when it is complete. */
  void open(long startMillis) {
    if (!isOpen()) {
      start.update(startMillis);
      context.registerEventTimer(lastMillis());
    }
  }

  void close() {
    start.clear();
  }
}
