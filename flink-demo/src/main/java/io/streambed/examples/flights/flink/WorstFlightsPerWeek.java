package io.streambed.examples.flights.flink;

import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.Route;
import io.streambed.examples.flights.logic.Times;
import io.streambed.examples.flights.logic.WorstFlights;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** The flights of each route with the greatest delays in each week. */
final class WorstFlightsPerWeek extends KeyedProcessFunction<Route, Flight, String> {
  private static final long serialVersionUID = 1L;
  private static final long SLOT_MILLIS = 4 * Times.HOUR_MILLIS;

  private transient FlightBuffer flights;
  private transient OpenWindow week;
  private transient ListState<Flight> worst;

  @Override
  public void open(OpenContext context) {
    flights = new FlightBuffer(getRuntimeContext(), SLOT_MILLIS);
    week = new OpenWindow(getRuntimeContext(), Times.WEEK_MILLIS);
    worst =
        getRuntimeContext()
            .getListState(
                new ListStateDescriptor<>("worst-flights", TypeInformation.of(Flight.class)));
  }

  @Override
  public void processElement(Flight flight, Context context, Collector<String> out)
      throws Exception {
    flights.add(flight, context.timerService());
  }

  @Override
  public void onTimer(long timestampMillis, OnTimerContext context, Collector<String> out)
      throws Exception {
    for (Flight flight : flights.take(timestampMillis)) {
      if (flight.delayMinutes() > 0) {
        week.open(Times.weekStart(flight.departureMillis()), context.timerService());
        take(flight);
      }
    }
    if (week.endsBy(timestampMillis)) {
      WorstFlights.lines(kept(), context.getCurrentKey(), week.startMillis()).forEach(out::collect);
      worst.clear();
      week.close();
    }
  }

  private void take(Flight flight) throws Exception {
    List<Flight> before = kept();
    List<Flight> after = WorstFlights.with(before, flight);
    if (!after.equals(before)) {
      worst.update(after);
    }
  }

  private List<Flight> kept() throws Exception {
    List<Flight> kept = new ArrayList<>();
    Iterable<Flight> held = worst.get();
    if (held != null) {
      held.forEach(kept::add);
    }
    return kept;
  }
}
