package io.streambed.examples.flights.job;

import io.streambed.connector.Line;
import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.Times;
import io.streambed.examples.flights.logic.Totals;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;
import io.streambed.serial.Serializers;
import io.streambed.state.StateDescriptor;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import java.util.List;

/** Running totals of the flights to each airport, at the end of each day that has one. */
final class DailyTotals implements KeyedFunction<String, Line<Flight>, Void, String> {
  private static final ValueStateDescriptor<Totals> TOTALS =
      new ValueStateDescriptor<>("totals", Serializers.records(Totals.class), Totals.NONE);

  @Override
  public List<StateDescriptor> states() {
    return List.of(FlightBuffer.STATE, OpenWindow.STATE, TOTALS);
  }

  @Override
  public KeyedHandler<Line<Flight>, Void> open(KeyedContext<String, String> context) {
    return new Handler(context);
  }

  private static final class Handler implements KeyedHandler<Line<Flight>, Void> {
    private final KeyedContext<String, String> context;
    private final FlightBuffer flights;
    private final OpenWindow day;
    private final ValueState<Totals> totals;

    Handler(KeyedContext<String, String> context) {
      this.context = context;
      this.flights = new FlightBuffer(context, Times.HOUR_MILLIS);
      this.day = new OpenWindow(context, Times.DAY_MILLIS);
      this.totals = context.state(TOTALS);
    }

    @Override
    public void onElement(Line<Flight> line, long timestampMillis) {
      flights.add(line);
    }

    @Override
    public void onEventTimer(long timestampMillis) {
      for (Flight flight : flights.take(timestampMillis)) {
        day.open(Times.dayStart(flight.departureMillis()));
        totals.update(totals.value().plus(flight));
      }
      if (day.endsBy(timestampMillis)) {
        close();
      }
    }

    /** The totals run on; only the day ends. */
    private void close() {
      context.emit(totals.value().line(context.key(), day.startMillis()), day.lastMillis());
      day.close();
    }
  }
}
