package io.streambed.examples.flights.flink;

import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.HourStats;
import io.streambed.examples.flights.logic.HourStats.Departure;
import io.streambed.examples.flights.logic.Rule;
import io.streambed.examples.flights.logic.RuleName;
import io.streambed.examples.flights.logic.Times;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.AggregatingState;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/** Departures, late ones and mean delay of each airport in each hour. */
final class HourlyDelays extends KeyedBroadcastProcessFunction<String, Flight, Rule, String> {
  private static final long serialVersionUID = 1L;
  private static final long SLOT_MILLIS = 15 * Times.MINUTE_MILLIS;

  private transient FlightBuffer flights;
  private transient OpenWindow hour;
  private transient AggregatingState<Departure, HourStats> stats;

  private static final class Stats implements AggregateFunction<Departure, HourStats, HourStats> {
    private static final long serialVersionUID = 1L;

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
  public void open(OpenContext context) {
    flights = new FlightBuffer(getRuntimeContext(), SLOT_MILLIS);
    hour = new OpenWindow(getRuntimeContext(), Times.HOUR_MILLIS);
    stats =
        getRuntimeContext()
            .getAggregatingState(
                new AggregatingStateDescriptor<>(
                    "hour-stats", new Stats(), TypeInformation.of(HourStats.class)));
  }

  @Override
  public void processElement(Flight flight, ReadOnlyContext context, Collector<String> out)
      throws Exception {
    flights.add(flight, context.timerService());
  }

  @Override
  public void processBroadcastElement(Rule rule, Context context, Collector<String> out)
      throws Exception {
    context.getBroadcastState(Rules.STATE).put(rule.key(), rule.threshold());
  }

  @Override
  public void onTimer(long timestampMillis, OnTimerContext context, Collector<String> out)
      throws Exception {
    for (Flight flight : flights.take(timestampMillis)) {
      take(flight, context);
    }
    if (hour.endsBy(timestampMillis)) {
      out.collect(stats.get().line(context.getCurrentKey(), hour.startMillis()));
      stats.clear();
      hour.close();
    }
  }

  private void take(Flight flight, OnTimerContext context) throws Exception {
    long time = flight.departureMillis();
    hour.open(Times.hourStart(time), context.timerService());
    int threshold =
        Rules.threshold(context.getBroadcastState(Rules.STATE), RuleName.LATE_MINUTES, time);
    stats.add(new Departure(flight.delayMinutes(), flight.delayMinutes() >= threshold));
  }
}
