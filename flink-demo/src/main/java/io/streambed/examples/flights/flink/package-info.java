/**
 * The flights job as a Flink DataStream program: what {@code logic} computes, over Flink's keyed
 * state, on whatever state backend the cluster is configured for.
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
 * <p><b>The same output always.</b> Which lines are rejected depends on the file alone; flights are
 * held back in a {@link io.streambed.examples.flights.flink.FlightBuffer} until the watermark has
 * passed them, and taken by departure, then line; rules apply by the time of the flight. So the set
 * of lines in the output is the same at every parallelism, after every restart, on every backend,
 * and the same as that of the embedded job.
 *
 * <p><b>Reading order.</b> {@link io.streambed.examples.flights.flink.FlightsProgram}, {@code
 * FlightLine}, {@code FlightFormat}, {@code RuleFormat}, {@code NumberedLines}, {@code
 * ThrottledSource}; {@code FlightBuffer}, {@code OpenWindow}; {@code HourlyDelays}, {@code
 * WorstFlightsPerWeek}, {@code Disruptions}, {@code DailyTotals}, {@code RejectedLines}.
 * <b>Threading.</b> Flink's: each function is used by its task alone. <b>Imports.</b> logic; Flink.
 */
package io.streambed.examples.flights.flink;
