package io.streambed.examples.flights.job;

import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.Route;
import io.streambed.examples.flights.logic.Times;
import io.streambed.examples.flights.logic.WorstFlights;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.state.ListState;
import java.util.ArrayList;
import java.util.List;

/** The flights of each route with the greatest delays in each week. */
final class WorstFlightsPerWeek implements KeyedHandler<Flight> {
  private static final long SLOT_MILLIS = 4 * Times.HOUR_MILLIS;

  private final KeyedContext<Route, String> context;
  private final FlightBuffer flights;
  private final OpenWindow week;
  private final ListState<Flight> worst;

  WorstFlightsPerWeek(KeyedContext<Route, String> context) {
    this.context = context;
    this.flights = new FlightBuffer(context, SLOT_MILLIS);
    this.week = new OpenWindow(context, Times.WEEK_MILLIS);
    this.worst = context.list("worst-flights", Flight.class);
  }

  @Override
  public void onElement(Flight flight, long timestampMillis) {
    flights.add(flight);
  }

  @Override
  public void onEventTimer(long timestampMillis) {
    for (Flight flight : flights.take(timestampMillis)) {
      if (flight.delayMinutes() > 0) {
        take(flight);
      }
    }
    if (week.endsBy(timestampMillis)) {
      endWeek();
    }
  }

  private void take(Flight flight) {
    week.open(Times.weekStart(flight.departureMillis()));
    List<Flight> before = kept();
    List<Flight> after = WorstFlights.with(before, flight);
    if (!after.equals(before)) {
      worst.update(after);
    }
  }

  private List<Flight> kept() {
    List<Flight> kept = new ArrayList<>();
    Iterable<Flight> held = worst.get();
    if (held != null) {
      held.forEach(kept::add);
    }
    return kept;
  }

  private void endWeek() {
    for (String line : WorstFlights.lines(kept(), context.key(), week.startMillis())) {
      context.emit(line, week.lastMillis());
    }
    worst.clear();
    week.close();
  }
}
