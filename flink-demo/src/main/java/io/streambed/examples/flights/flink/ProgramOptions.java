package io.streambed.examples.flights.flink;

import java.util.Set;
import org.apache.flink.util.ParameterTool;

/**
 * What the program runs over; paths as Flink's file systems understand them.
 *
 * @param flights the file of flights; gzip if its name ends with .gz
 * @param rules the file of rules
 * @param output the directory that gets one directory per kind of result
 * @param recordsPerSecond how many lines of flights are read in a second at most; 0: no limit
 */
record ProgramOptions(String flights, String rules, String output, double recordsPerSecond) {
  private static final String FLIGHTS = "flights";
  private static final String RULES = "rules";
  private static final String OUTPUT = "output";
  private static final String RATE = "records-per-second";
  private static final Set<String> NAMES = Set.of(FLIGHTS, RULES, OUTPUT, RATE);

  /**
   * Reads the program's arguments.
   *
   * @throws IllegalArgumentException if one is missing, unknown or malformed; the message names it
   */
  static ProgramOptions parse(String... arguments) {
    ParameterTool given = ParameterTool.fromArgs(arguments);
    for (String name : given.toMap().keySet()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException("--" + name + " is unknown; there are " + NAMES);
      }
    }
    double rate = given.getDouble(RATE, 0);
    if (!(rate >= 0)) {
      throw new IllegalArgumentException("--" + RATE + " " + rate + " is below 0");
    }
    return new ProgramOptions(
        given.getRequired(FLIGHTS), given.getRequired(RULES), given.getRequired(OUTPUT), rate);
  }
}
