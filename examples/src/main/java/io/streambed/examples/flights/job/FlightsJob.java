package io.streambed.examples.flights.job;

import io.streambed.connector.FileSink;
import io.streambed.connector.Line;
import io.streambed.connector.LineFileOptions;
import io.streambed.connector.LineFileSource;
import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.FlightLines;
import io.streambed.examples.flights.logic.Route;
import io.streambed.examples.flights.logic.Rule;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedStream;
import io.streambed.job.Stream;
import io.streambed.serial.Serializers;
import java.util.List;
import java.util.function.Function;

/** Declares the job; see the package for what it does. */
public final class FlightsJob {
  /** The job's name; its checkpoints belong to it. */
  public static final String NAME = "flights";

  /** The directories of the output, one for each kind of result. */
  public static final List<String> OUTPUTS =
      List.of("hourly", "worst", "disruption", "totals", "rejected");

  /** More than any usual parallelism would gain nothing: each split is read from the front. */
  private static final int FLIGHT_SPLITS = 4;

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
    Stream<Line<Rule>> rules = builder.source("rules", rules(options));
    Stream<Line<Flight>> flights = builder.source("flights", flights(options));

    KeyedStream<String, Line<Flight>> byOrigin =
        flights.keyBy(line -> key(line, Flight::origin, ""), Serializers.strings());
    sink(byOrigin.process("hourly-delays", rules, new HourlyDelays()), "hourly", options);
    sink(byOrigin.process("disruptions", rules, new Disruptions()), "disruption", options);

    KeyedStream<Route, Line<Flight>> byRoute =
        flights.keyBy(
            line -> key(line, Flight::route, new Route("", "")), Serializers.records(Route.class));
    sink(byRoute.process("worst-flights", new WorstFlightsPerWeek()), "worst", options);

    KeyedStream<String, Line<Flight>> byDestination =
        flights.keyBy(line -> key(line, Flight::destination, ""), Serializers.strings());
    sink(byDestination.process("totals", new DailyTotals()), "totals", options);

    KeyedStream<Boolean, Line<Flight>> byVerdict =
        flights.keyBy(line -> line instanceof Line.Rejected<Flight>, Serializers.booleans());
    sink(byVerdict.process("rejected", new RejectedLines()), "rejected", options);
    return builder.build();
  }

  private static void sink(Stream<String> results, String kind, FlightsOptions options) {
    results.sink(kind + "-output", new FileSink(options.files(), options.output().resolve(kind)));
  }

  private static <K> K key(Line<Flight> line, Function<Flight, K> key, K ofRejected) {
    return line instanceof Line.Accepted<Flight> accepted
        ? key.apply(accepted.value())
        : ofRejected;
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
