package io.streambed.examples.flights.logic;

/**
 * The departures of one airport in one hour.
 *
 * @param flights how many
 * @param late how many of them were late
 * @param delayMinutes the sum of their delays
 */
public record HourStats(int flights, int late, long delayMinutes) {
  /** Of no departures. */
  public static final HourStats NONE = new HourStats(0, 0, 0);

  /**
   * A departure, judged by the rule of its time.
   *
   * @param delayMinutes its delay
   * @param late whether that counts as late
   */
  public record Departure(int delayMinutes, boolean late) {}

  /**
   * With one more departure.
   *
   * @param departure the departure
   * @return new stats
   */
  public HourStats plus(Departure departure) {
    return plus(new HourStats(1, departure.late() ? 1 : 0, departure.delayMinutes()));
  }

  /**
   * Of both.
   *
   * @param other others
   * @return new stats
   */
  public HourStats plus(HourStats other) {
    return new HourStats(
        flights + other.flights, late + other.late, delayMinutes + other.delayMinutes);
  }

  /**
   * The line of output.
   *
   * @param airport the airport
   * @param hourMillis the hour's first millisecond
   * @return {@code hourly,hour,airport,flights,late,mean delay}
   */
  public String line(String airport, long hourMillis) {
    return "hourly,"
        + Times.minute(hourMillis)
        + ","
        + airport
        + ","
        + flights
        + ","
        + late
        + ","
        + Decimals.mean(delayMinutes, flights);
  }
}
