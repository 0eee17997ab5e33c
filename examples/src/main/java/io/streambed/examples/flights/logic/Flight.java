package io.streambed.examples.flights.logic;

import java.util.Comparator;

/**
 * A flight.
 *
 * @param line its line in the input, from 1
 * @param departureMillis when it was to depart, in milliseconds since the epoch
 * @param delayMinutes how much later it came; negative if early
 * @param miles the distance
 * @param origin the airport it departs from
 * @param destination the airport it flies to
 */
public record Flight(
    long line,
    long departureMillis,
    int delayMinutes,
    int miles,
    String origin,
    String destination) {
  /** The order in which flights are taken: departure, then line. */
  public static final Comparator<Flight> BY_TIME =
      Comparator.comparingLong(Flight::departureMillis).thenComparingLong(Flight::line);

  /**
   * The route.
   *
   * @return origin and destination
   */
  public Route route() {
    return new Route(origin, destination);
  }
}
