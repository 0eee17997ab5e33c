package io.streambed.examples.flights.job;

import io.streambed.connector.Line;
import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.HourStats;
import io.streambed.examples.flights.logic.HourStats.Departure;
import io.streambed.examples.flights.logic.Rule;
import io.streambed.examples.flights.logic.RuleName;
import io.streambed.examples.flights.logic.Times;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;
import io.streambed.serial.Serializers;
import io.streambed.state.AggregateFunction;
import io.streambed.state.AggregatingState;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.StateDescriptor;
import java.util.List;

/** Departures, late ones and mean delay of each airport in each hour. */
final class HourlyDelays implements KeyedFunction<String, Line<Flight>, Line<Rule>, String> {
  private static final long SLOT_MILLIS = 15 * Times.MINUTE_MILLIS;

  private static final AggregatingStateDescriptor<Departure, HourStats, HourStats> STATS =
      new AggregatingStateDescriptor<>(
          "hour-stats", Serializers.records(HourStats.class), new Stats());

  private static final class Stats implements AggregateFunction<Departure, HourStats, HourStats> {
    @Override
    public HourStats createAccumulator() {
      return HourStats.NONE;
    }

    @Override
    public HourStats add(Departure departure, HourStats stats) {
      return stats.plus(departure);
    }

    @Override
    public HourStats getResult(HourStats stats) {
      return stats;
    }

    @Override
    public HourStats merge(HourStats a, HourStats b) {
      return a.plus(b);
    }
  }

  @Override
  public List<StateDescriptor> states() {
    return List.of(FlightBuffer.STATE, OpenWindow.STATE, STATS);
  }

  @Override
  public List<MapStateDescriptor<?, ?>> broadcastStates() {
    return List.of(RuleState.STATE);
  }

  @Override
  public KeyedHandler<Line<Flight>, Line<Rule>> open(KeyedContext<String, String> context) {
    return new Handler(context);
  }

  private static final class Handler implements KeyedHandler<Line<Flight>, Line<Rule>> {
    private final KeyedContext<String, String> context;
    private final FlightBuffer flights;
    private final RuleState rules;
    private final OpenWindow hour;
    private final AggregatingState<Departure, HourStats> stats;

    Handler(KeyedContext<String, String> context) {
      this.context = context;
      this.flights = new FlightBuffer(context, SLOT_MILLIS);
      this.rules = new RuleState(context);
      this.hour = new OpenWindow(context, Times.HOUR_MILLIS);
      this.stats = context.state(STATS);
    }

    @Override
    public void onElement(Line<Flight> line, long timestampMillis) {
      flights.add(line);
    }

    @Override
    public void onBroadcast(Line<Rule> line, long timestampMillis) {
      rules.add(line);
    }

    @Override
    public void onEventTimer(long timestampMillis) {
      for (Flight flight : flights.take(timestampMillis)) {
        take(flight);
      }
      if (hour.endsBy(timestampMillis)) {
        close();
      }
    }

    private void take(Flight flight) {
      long time = flight.departureMillis();
      hour.open(Times.hourStart(time));
      boolean late = flight.delayMinutes() >= rules.threshold(RuleName.LATE_MINUTES, time);
      stats.add(new Departure(flight.delayMinutes(), late));
    }

    private void close() {
      context.emit(stats.get().line(context.key(), hour.startMillis()), hour.lastMillis());
      stats.clear();
      hour.close();
    }
  }
}
