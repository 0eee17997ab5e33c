package io.streambed.examples.flights.job;

import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.Times;
import io.streambed.examples.flights.logic.Totals;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.state.ValueState;

/** Running totals of the flights to each airport, at the end of each day that has one. */
final class DailyTotals implements KeyedHandler<Flight> {
  private final KeyedContext<String, String> context;
  private final FlightBuffer flights;
  private final OpenWindow day;
  private final ValueState<Totals> totals;

  DailyTotals(KeyedContext<String, String> context) {
    this.context = context;
    this.flights = new FlightBuffer(context, Times.HOUR_MILLIS);
    this.day = new OpenWindow(context, Times.DAY_MILLIS);
    this.totals = context.value("totals", Totals.class, Totals.NONE);
  }

  @Override
  public void onElement(Flight flight, long timestampMillis) {
    flights.add(flight);
  }

  @Override
  public void onEventTimer(long timestampMillis) {
    for (Flight flight : flights.take(timestampMillis)) {
      day.open(Times.dayStart(flight.departureMillis()));
      totals.update(totals.value().plus(flight));
    }
    if (day.endsBy(timestampMillis)) {
      endDay();
    }
  }

  /** The totals run on; only the day ends. */
  private void endDay() {
    context.emit(totals.value().line(context.key(), day.startMillis()), day.lastMillis());
    day.close();
  }
}
