package io.streambed.examples.flights.flink;

import java.io.IOException;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimerService;

/**
 * The window of the current key that is being filled: an hour, a day, a week. Since flights are
 * taken in order there is one at a time.
 */
final class OpenWindow {
  private final long lengthMillis;
  private final ValueState<Long> start;

  OpenWindow(RuntimeContext context, long lengthMillis) {
    this.lengthMillis = lengthMillis;
    this.start = context.getState(new ValueStateDescriptor<>("window-start", Types.LONG));
  }

  long startMillis() throws IOException {
    return start.value();
  }

  /** Whether it is open and ends at a time or before. */
  boolean endsBy(long timeMillis) throws IOException {
    Long open = start.value();
    return open != null && lastMillis(open) <= timeMillis;
  }

  private long lastMillis(long startMillis) {
    return startMillis + lengthMillis - 1;
  }

  /** Opens it if none is, and has a timer fire when it is complete. */
  void open(long startMillis, TimerService timers) throws IOException {
    if (start.value() == null) {
      start.update(startMillis);
      timers.registerEventTimeTimer(lastMillis(startMillis));
    }
  }

  void close() {
    start.clear();
  }
}
