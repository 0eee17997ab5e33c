package io.streambed.examples.flights.job;

import io.streambed.connector.Line;
import io.streambed.examples.flights.logic.Disruption;
import io.streambed.examples.flights.logic.Disruption.Session;
import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.Rule;
import io.streambed.examples.flights.logic.RuleName;
import io.streambed.examples.flights.logic.Times;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;
import io.streambed.serial.Serializers;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingState;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.StateDescriptor;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import java.util.List;

/** Sessions of late departures of each airport. */
final class Disruptions implements KeyedFunction<String, Line<Flight>, Line<Rule>, String> {
  private static final long SLOT_MILLIS = 15 * Times.MINUTE_MILLIS;

  private static final ValueStateDescriptor<Session> SESSION =
      new ValueStateDescriptor<>("session", Serializers.records(Session.class));

  private static final ReducingStateDescriptor<Disruption> DISRUPTION =
      new ReducingStateDescriptor<>(
          "disruption", Serializers.records(Disruption.class), Disruption::plus);

  @Override
  public List<StateDescriptor> states() {
    return List.of(FlightBuffer.STATE, SESSION, DISRUPTION);
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
    private final ValueState<Session> session;
    private final ReducingState<Disruption> disruption;

    Handler(KeyedContext<String, String> context) {
      this.context = context;
      this.flights = new FlightBuffer(context, SLOT_MILLIS);
      this.rules = new RuleState(context);
      this.session = context.state(SESSION);
      this.disruption = context.state(DISRUPTION);
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
        long time = flight.departureMillis();
        closeIfOverAt(time);
        if (flight.delayMinutes() >= rules.threshold(RuleName.LATE_MINUTES, time)) {
          extend(flight);
        }
      }
      closeIfOverAt(timestampMillis + 1);
    }

    private void extend(Flight flight) {
      int gap = rules.threshold(RuleName.SESSION_GAP_MINUTES, flight.departureMillis());
      Session before = session.value();
      Session after = before == null ? Session.of(flight, gap) : before.with(flight, gap);
      session.update(after);
      disruption.add(Disruption.of(flight));
      // Not before the flights of that slot were taken: one of them may go on with the session.
      context.registerEventTimer(flights.slotEnd(after.endMillis() - 1));
    }

    /** Closes the session if the next flight of the key cannot be before some time. */
    private void closeIfOverAt(long nextMillis) {
      Session open = session.value();
      if (open == null || nextMillis < open.endMillis()) {
        return;
      }
      Disruption whole = disruption.get();
      if (whole.flights() >= Disruption.LEAST_FLIGHTS) {
        context.emit(whole.line(context.key(), open), open.endMillis() - 1);
      }
      session.clear();
      disruption.clear();
    }
  }
}
