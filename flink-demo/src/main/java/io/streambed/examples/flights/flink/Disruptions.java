package io.streambed.examples.flights.flink;

import io.streambed.examples.flights.logic.Disruption;
import io.streambed.examples.flights.logic.Disruption.Session;
import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.Rule;
import io.streambed.examples.flights.logic.RuleName;
import io.streambed.examples.flights.logic.Times;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.state.ReducingState;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/** Sessions of late departures of each airport. */
final class Disruptions extends KeyedBroadcastProcessFunction<String, Flight, Rule, String> {
  private static final long serialVersionUID = 1L;
  private static final long SLOT_MILLIS = 15 * Times.MINUTE_MILLIS;

  private transient FlightBuffer flights;
  private transient ValueState<Session> session;
  private transient ReducingState<Disruption> disruption;

  @Override
  public void open(OpenContext context) {
    flights = new FlightBuffer(getRuntimeContext(), SLOT_MILLIS);
    session =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("session", TypeInformation.of(Session.class)));
    disruption =
        getRuntimeContext()
            .getReducingState(
                new ReducingStateDescriptor<>(
                    "disruption", Disruption::plus, TypeInformation.of(Disruption.class)));
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
    ReadOnlyBroadcastState<Rule.Key, Integer> rules = context.getBroadcastState(Rules.STATE);
    for (Flight flight : flights.take(timestampMillis)) {
      long time = flight.departureMillis();
      closeIfOverAt(time, context, out);
      if (flight.delayMinutes() >= Rules.threshold(rules, RuleName.LATE_MINUTES, time)) {
        extend(flight, Rules.threshold(rules, RuleName.SESSION_GAP_MINUTES, time), context);
      }
    }
    closeIfOverAt(timestampMillis + 1, context, out);
  }

  private void extend(Flight flight, int gap, OnTimerContext context) throws Exception {
    Session before = session.value();
    Session after = before == null ? Session.of(flight, gap) : before.with(flight, gap);
    session.update(after);
    disruption.add(Disruption.of(flight));
    // Not before the flights of that slot were taken: one of them may go on with the session.
    context.timerService().registerEventTimeTimer(flights.slotEnd(after.endMillis() - 1));
  }

  /** Closes the session if the next flight of the key cannot be before some time. */
  private void closeIfOverAt(long nextMillis, OnTimerContext context, Collector<String> out)
      throws Exception {
    Session open = session.value();
    if (open == null || nextMillis < open.endMillis()) {
      return;
    }
    Disruption whole = disruption.get();
    if (whole.flights() >= Disruption.LEAST_FLIGHTS) {
      out.collect(whole.line(context.getCurrentKey(), open));
    }
    session.clear();
    disruption.clear();
  }
}
