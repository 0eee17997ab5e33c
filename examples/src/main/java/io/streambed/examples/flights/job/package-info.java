/**
 * The flights job: what {@code logic} computes, over keyed state.
 *
 * <pre>
 * flights --+-- by origin ------> hourly-delays --> hourly-output
 *           +-- by route -------> worst-flights --> worst-output
 *           +-- by origin ------> disruptions ----> disruption-output
 *           +-- by destination -> totals ---------> totals-output
 *           +-- rejected lines -> rejected -------> rejected-output
 * rules ------- to all subtasks of hourly-delays and disruptions
 * </pre>
 *
 * <p><b>The same output always.</b> Flights of one key come over several channels, in an order that
 * no one specifies. So each function holds them back in a {@link
 * io.streambed.examples.flights.job.FlightBuffer} until the watermark has passed them, and takes
 * them in the order of departure, then line; rules apply by the time of the flight. The set of
 * lines in the output is then the same at every parallelism and after every restart.
 *
 * <p><b>Reading order.</b> {@link io.streambed.examples.flights.job.FlightsJob}, {@code
 * FlightBuffer}, {@code OpenWindow}, {@code HourlyDelays}, {@code WorstFlightsPerWeek}, {@code
 * Disruptions}, {@code DailyTotals}, {@code RejectedLines}. <b>Threading.</b> As package {@code
 * io.streambed.job} says. <b>Imports.</b> logic; connector, job, state, serial and file of
 * Streambed.
 */
package io.streambed.examples.flights.job;
