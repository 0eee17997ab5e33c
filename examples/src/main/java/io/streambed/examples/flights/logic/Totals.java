package io.streambed.examples.flights.logic;

/**
 * All flights to one airport so far.
 *
 * @param flights how many
 * @param miles the sum of their distances
 * @param delayMinutes the sum of their delays
 */
public record Totals(long flights, long miles, long delayMinutes) {
  /** Of no flights. */
  public static final Totals NONE = new Totals(0, 0, 0);

  /**
   * With one more flight.
   *
   * @param flight the flight
   * @return new totals
   */
  public Totals plus(Flight flight) {
    return new Totals(flights + 1, miles + flight.miles(), delayMinutes + flight.delayMinutes());
  }

  /**
   * The line of output.
   *
   * @param airport the airport
   * @param dayMillis the first millisecond of the day up to whose end they count
   * @return {@code totals,day,airport,flights,miles,mean delay}
   */
  public String line(String airport, long dayMillis) {
    return "totals,"
        + Times.day(dayMillis)
        + ","
        + airport
        + ","
        + flights
        + ","
        + miles
        + ","
        + Decimals.mean(delayMinutes, flights);
  }
}
