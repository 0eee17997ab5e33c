package io.streambed.examples.flights.flink;

import io.streambed.examples.flights.logic.Flight;

/**
 * A line of the input, as the parser and the file's order judged it.
 *
 * @param number its number in the file, from 1
 * @param timestampMillis the flight's departure; if there is none, that of the last flight before
 * @param flight the flight, or null if the line is rejected
 * @param reason what is wrong with it, or null if nothing is
 */
public record FlightLine(long number, long timestampMillis, Flight flight, String reason) {}
