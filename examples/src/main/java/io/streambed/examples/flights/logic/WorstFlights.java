package io.streambed.examples.flights.logic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The flights of a route with the greatest delays in a week. */
public final class WorstFlights {
  /** How many are kept. */
  public static final int KEPT = 3;

  /** Worst first; of equal delays the one that departed first, then the one on the first line. */
  private static final Comparator<Flight> WORST_FIRST =
      Comparator.comparingInt(Flight::delayMinutes).reversed().thenComparing(Flight.BY_TIME);

  private WorstFlights() {}

  /**
   * The worst of some flights and one more.
   *
   * @param worst the worst so far, worst first, at most {@value #KEPT}
   * @param flight one more
   * @return the same list if the flight does not belong there, else a new one; worst first, at most
   *     {@value #KEPT}
   */
  public static List<Flight> with(List<Flight> worst, Flight flight) {
    if (worst.size() == KEPT && WORST_FIRST.compare(worst.get(KEPT - 1), flight) <= 0) {
      return worst;
    }
    List<Flight> all = new ArrayList<>(worst);
    all.add(flight);
    all.sort(WORST_FIRST);
    return all.size() <= KEPT ? all : new ArrayList<>(all.subList(0, KEPT));
  }

  /**
   * The lines of output.
   *
   * @param worst worst first
   * @param route their route
   * @param weekMillis the week's first millisecond
   * @return of each flight {@code worst,first day of the week,route,rank,departure,delay}
   */
  public static List<String> lines(List<Flight> worst, Route route, long weekMillis) {
    List<String> lines = new ArrayList<>();
    for (Flight flight : worst) {
      lines.add(
          "worst,"
              + Times.day(weekMillis)
              + ","
              + route
              + ","
              + (lines.size() + 1)
              + ","
              + Times.minute(flight.departureMillis())
              + ","
              + flight.delayMinutes());
    }
    return lines;
  }
}
