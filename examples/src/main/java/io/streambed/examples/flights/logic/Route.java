package io.streambed.examples.flights.logic;

/**
 * From one airport to another.
 *
 * @param origin the airport of departure
 * @param destination the airport of arrival
 */
public record Route(String origin, String destination) {
  @Override
  public String toString() {
    return origin + "-" + destination;
  }
}
