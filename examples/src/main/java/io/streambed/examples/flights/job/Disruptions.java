package io.streambed.examples.flights.job;

import io.streambed.examples.flights.logic.Disruption;
import io.streambed.examples.flights.logic.Disruption.Session;
import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.Rule;
import io.streambed.examples.flights.logic.RuleName;
import io.streambed.examples.flights.logic.Times;
import io.streambed.job.KeyedBroadcastHandler;
import io.streambed.job.KeyedContext;
import io.streambed.state.ReducingState;
import io.streambed.state.ValueState;

/** Sessions of late departures of each airport. */
final class Disruptions implements KeyedBroadcastHandler<Flight, Rule> {
  private static final long SLOT_MILLIS = 15 * Times.MINUTE_MILLIS;

  private final KeyedContext<String, String> context;
  private final FlightBuffer flights;
  private final RuleState rules;
  private final ValueState<Session> session;
  private final ReducingState<Disruption> disruption;

  Disruptions(KeyedContext<String, String> context) {
    this.context = context;
    this.flights = new FlightBuffer(context, SLOT_MILLIS);
    this.rules = new RuleState(context);
    this.session = context.value("session", Session.class);
    this.disruption = context.reducing("disruption", Disruption.class, Disruption::plus);
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
