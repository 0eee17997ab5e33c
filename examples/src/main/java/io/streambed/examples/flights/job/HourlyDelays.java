package io.streambed.examples.flights.job;

import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.HourStats;
import io.streambed.examples.flights.logic.HourStats.Departure;
import io.streambed.examples.flights.logic.Rule;
import io.streambed.examples.flights.logic.RuleName;
import io.streambed.examples.flights.logic.Times;
import io.streambed.job.KeyedBroadcastHandler;
import io.streambed.job.KeyedContext;
import io.streambed.state.AggregateFunction;
import io.streambed.state.AggregatingState;

/** Departures, late ones and mean delay of each airport in each hour. */
final class HourlyDelays implements KeyedBroadcastHandler<Flight, Rule> {
  private static final long SLOT_MILLIS = 15 * Times.MINUTE_MILLIS;

  private final KeyedContext<String, String> context;
  private final FlightBuffer flights;
  private final RuleState rules;
  private final OpenWindow hour;
  private final AggregatingState<Departure, HourStats> stats;

  HourlyDelays(KeyedContext<String, String> context) {
    this.context = context;
    this.flights = new FlightBuffer(context, SLOT_MILLIS);
    this.rules = new RuleState(context);
    this.hour = new OpenWindow(context, Times.HOUR_MILLIS);
    this.stats = context.aggregating("hour-stats", HourStats.class, new Stats());
  }

  @Override
  public void onElement(Flight flight, long timestampMillis) {
    flights.add(flight);
  }

  @Override
  public void onBroadcast(Rule rule, long timestampMillis) {
    rules.add(rule);
  }

  @Override
  public void onEventTimer(long timestampMillis) {
    for (Flight flight : flights.take(timestampMillis)) {
      take(flight);
    }
    if (hour.endsBy(timestampMillis)) {
      endHour();
    }
  }

  private void take(Flight flight) {
    long time = flight.departureMillis();
    hour.open(Times.hourStart(time));
    boolean late = flight.delayMinutes() >= rules.threshold(RuleName.LATE_MINUTES, time);
    stats.add(new Departure(flight.delayMinutes(), late));
  }

  private void endHour() {
    context.emit(stats.get().line(context.key(), hour.startMillis()), hour.lastMillis());
    stats.clear();
    hour.close();
  }

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
}
