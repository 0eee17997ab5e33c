package io.streambed.examples.flights.job;

import io.streambed.connector.Line;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.state.ValueState;

/**
 * Lines that are no flights, as {@code rejected,line,reason}; and at the end of the input their
 * number, if there are any, as {@code rejected-total,number}.
 */
final class RejectedLines implements KeyedHandler<Line.Rejected<?>> {
  private static final long END_OF_INPUT = Long.MAX_VALUE;

  private final KeyedContext<Boolean, String> context;
  private final ValueState<Long> count;

  RejectedLines(KeyedContext<Boolean, String> context) {
    this.context = context;
    this.count = context.value("rejected-lines", Long.class, 0L);
  }

  @Override
  public void onElement(Line.Rejected<?> line, long timestampMillis) {
    count.update(count.value() + 1);
    context.registerEventTimer(END_OF_INPUT);
    context.emit("rejected," + line.number() + "," + line.reason());
  }

  @Override
  public void onEventTimer(long timestampMillis) {
    context.emit("rejected-total," + count.value());
  }
}
