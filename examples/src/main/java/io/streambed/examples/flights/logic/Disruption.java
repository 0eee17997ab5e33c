package io.streambed.examples.flights.logic;

/**
 * The late departures of one airport in a row, without a gap between them.
 *
 * @param flights how many
 * @param delayMinutes the sum of their delays
 * @param worstMinutes the greatest of their delays
 */
public record Disruption(int flights, long delayMinutes, int worstMinutes) {
  /** Fewer late departures than this are not worth a line. */
  public static final int LEAST_FLIGHTS = 5;

  /**
   * The bounds of a disruption that goes on.
   *
   * @param startMillis its first late departure, in milliseconds since the epoch
   * @param lastMillis its last one so far
   * @param endMillis a late departure from here on belongs to another one
   */
  public record Session(long startMillis, long lastMillis, long endMillis) {
    /**
     * A new one.
     *
     * @param flight its first late departure
     * @param gapMinutes the gap that ends it, by the rule of the flight's time
     * @return its bounds
     */
    public static Session of(Flight flight, int gapMinutes) {
      long time = flight.departureMillis();
      return new Session(time, time, time + gapMinutes * Times.MINUTE_MILLIS);
    }

    /**
     * The same with one more late departure. A shorter gap does not draw the end nearer.
     *
     * @param flight the late departure, before the end
     * @param gapMinutes the gap that ends it, by the rule of the flight's time
     * @return new bounds
     */
    public Session with(Flight flight, int gapMinutes) {
      Session own = of(flight, gapMinutes);
      return new Session(startMillis, own.lastMillis, Math.max(endMillis, own.endMillis));
    }
  }

  /**
   * Of one late departure.
   *
   * @param flight the late departure
   * @return a disruption of one flight
   */
  public static Disruption of(Flight flight) {
    return new Disruption(1, flight.delayMinutes(), flight.delayMinutes());
  }

  /**
   * Of both.
   *
   * @param other others
   * @return a new disruption
   */
  public Disruption plus(Disruption other) {
    return new Disruption(
        flights + other.flights,
        delayMinutes + other.delayMinutes,
        Math.max(worstMinutes, other.worstMinutes));
  }

  /**
   * The line of output.
   *
   * @param airport the airport
   * @param session its bounds
   * @return {@code disruption,airport,first departure,last departure,flights,mean delay,worst}
   */
  public String line(String airport, Session session) {
    return "disruption,"
        + airport
        + ","
        + Times.minute(session.startMillis())
        + ","
        + Times.minute(session.lastMillis())
        + ","
        + flights
        + ","
        + Decimals.mean(delayMinutes, flights)
        + ","
        + worstMinutes;
  }
}
