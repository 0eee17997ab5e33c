package io.streambed.examples.flights.job;

import io.streambed.connector.Line;
import io.streambed.examples.flights.logic.Flight;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;
import io.streambed.serial.Serializers;
import io.streambed.state.StateDescriptor;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import java.util.List;

/**
 * Lines that are no flights, as {@code rejected,line,reason}; and at the end of the input their
 * number, if there are any, as {@code rejected-total,number}.
 */
final class RejectedLines implements KeyedFunction<Boolean, Line<Flight>, Void, String> {
  private static final ValueStateDescriptor<Long> COUNT =
      new ValueStateDescriptor<>("rejected-lines", Serializers.longs(), 0L);

  private static final long END_OF_INPUT = Long.MAX_VALUE;

  @Override
  public List<StateDescriptor> states() {
    return List.of(COUNT);
  }

  @Override
  public KeyedHandler<Line<Flight>, Void> open(KeyedContext<Boolean, String> context) {
    return new Handler(context, context.state(COUNT));
  }

  private record Handler(KeyedContext<Boolean, String> context, ValueState<Long> count)
      implements KeyedHandler<Line<Flight>, Void> {
    @Override
    public void onElement(Line<Flight> line, long timestampMillis) {
      if (line instanceof Line.Rejected<Flight> rejected) {
        count.update(count.value() + 1);
        context.registerEventTimer(END_OF_INPUT);
        context.emit("rejected," + rejected.number() + "," + rejected.reason(), timestampMillis);
      }
    }

    @Override
    public void onEventTimer(long timestampMillis) {
      context.emit("rejected-total," + count.value(), timestampMillis);
    }
  }
}
