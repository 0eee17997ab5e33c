package io.streambed.examples.flights.job;

import io.streambed.connector.FileSink;
import io.streambed.connector.Line;
import io.streambed.connector.LineFileOptions;
import io.streambed.connector.LineFileSource;
import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.FlightLines;
import io.streambed.examples.flights.logic.Route;
import io.streambed.examples.flights.logic.Rule;
import io.streambed.job.DataStream;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedStream;
import io.streambed.job.SideOutput;
import java.util.List;

/** Declares the job; see the package for what it does. */
public final class FlightsJob {
  /** The job's name; its checkpoints belong to it. */
  public static final String NAME = "flights";

  /** The directories of the output, one for each kind of result. */
  public static final List<String> OUTPUTS =
      List.of("hourly", "worst", "disruption", "totals", "rejected");

  /** More than any usual parallelism would gain nothing: each split is read from the front. */
  private static final int FLIGHT_SPLITS = 4;

  private static final SideOutput<Line.Rejected<?>> REJECTED = SideOutput.named("rejected");

  private FlightsJob() {}

  /**
   * Declares the job.
   *
   * @param options what it runs over
   * @return the job
   * @throws IllegalArgumentException if the parallelism is not in 1 to the max parallelism, or that
   *     is out of its range
   */
  public static Job build(FlightsOptions options) {
    JobBuilder builder =
        new JobBuilder(NAME)
            .maxParallelism(options.maxParallelism())
            .parallelism(options.parallelism())
            .parallelism("rules", 1);
    DataStream<Rule> rules = accepted(builder.source("rules", rules(options)));
    DataStream<Flight> flights = accepted(builder.source("flights", flights(options)));

    KeyedStream<String, Flight> byOrigin = flights.keyBy(Flight::origin);
    sink(byOrigin.process("hourly-delays", rules, HourlyDelays::new), "hourly", options);
    sink(byOrigin.process("disruptions", rules, Disruptions::new), "disruption", options);
    KeyedStream<Route, Flight> byRoute = flights.keyBy(Flight::route);
    sink(byRoute.process("worst-flights", WorstFlightsPerWeek::new), "worst", options);
    KeyedStream<String, Flight> byDestination = flights.keyBy(Flight::destination);
    sink(byDestination.process("totals", DailyTotals::new), "totals", options);
    KeyedStream<Boolean, Line.Rejected<?>> rejected =
        flights.sideOutput(REJECTED).keyBy(line -> true);
    sink(rejected.process("rejected", RejectedLines::new), "rejected", options);
    return builder.build();
  }

  /** The values of lines; lines that are none go to the side output. */
  private static <T> DataStream<T> accepted(DataStream<Line<T>> lines) {
    return lines.process(
        context ->
            (line, timestampMillis) -> {
              if (line instanceof Line.Accepted<T> accepted) {
                context.emit(accepted.value());
              } else {
                context.emit(REJECTED, (Line.Rejected<T>) line);
              }
            });
  }

  private static void sink(DataStream<String> results, String kind, FlightsOptions options) {
    results.sink(
        kind + "-output",
        FileSink.lines(options.output().resolve(kind)).withFileSystem(options.files()));
  }

  private static LineFileSource<Flight> flights(FlightsOptions options) {
    return new LineFileSource<>(
        options.files(),
        options.flights(),
        LineFileOptions.DEFAULT
            .withSplits(FLIGHT_SPLITS)
            .withHeader(FlightLines.HEADER)
            .withFailOnRejected(options.failOnRejected()),
        FlightsJob::parseFlight);
  }

  private static Line<Flight> parseFlight(long number, String text) {
    try {
      Flight flight = FlightLines.parse(number, text);
      return new Line.Accepted<>(number, flight.departureMillis(), flight);
    } catch (IllegalArgumentException e) {
      return new Line.Rejected<>(number, e.getMessage());
    }
  }

  /** A rule that cannot be read would change results in silence: it is always an error. */
  private static LineFileSource<Rule> rules(FlightsOptions options) {
    return new LineFileSource<>(
        options.files(),
        options.rules(),
        LineFileOptions.DEFAULT.withHeader(Rule.HEADER).withFailOnRejected(true),
        FlightsJob::parseRule);
  }

  private static Line<Rule> parseRule(long number, String text) {
    try {
      Rule rule = Rule.parse(text);
      return new Line.Accepted<>(number, rule.key().effectiveMillis(), rule);
    } catch (IllegalArgumentException e) {
      return new Line.Rejected<>(number, e.getMessage());
    }
  }
}
