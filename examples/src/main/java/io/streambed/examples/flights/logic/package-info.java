/**
 * What the flights job computes, as plain Java: records and pure functions without a stream
 * processor, so that any of them can run it.
 *
 * <p><b>Reading order.</b> {@link io.streambed.examples.flights.logic.Flight}, {@link
 * io.streambed.examples.flights.logic.FlightLines}, {@link
 * io.streambed.examples.flights.logic.Rule}; then what is computed: {@link
 * io.streambed.examples.flights.logic.HourStats}, {@link
 * io.streambed.examples.flights.logic.WorstFlights}, {@link
 * io.streambed.examples.flights.logic.Disruption}, {@link
 * io.streambed.examples.flights.logic.Totals}.
 *
 * <p><b>Time.</b> Local minutes of departure are taken as UTC: milliseconds since the epoch.
 * Results depend on the flights, their lines and the rules alone: flights of one key are taken in
 * the order of departure, then line. <b>Threading.</b> Immutable. <b>Imports.</b> nothing.
 */
package io.streambed.examples.flights.logic;
