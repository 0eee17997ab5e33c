package io.streambed.examples.flights.flink;

import io.streambed.examples.flights.logic.Flight;
import io.streambed.examples.flights.logic.Route;
import io.streambed.examples.flights.logic.Rule;
import org.apache.flink.api.common.eventtime.SerializableTimestampAssigner;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.PendingSplitsCheckpoint;
import org.apache.flink.connector.file.src.reader.SimpleStreamFormat;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/** Declares the program; see the package for what it does. */
public final class FlightsProgram {
  private static final String NAME = "flights";
  private static final int MAX_PARALLELISM = 128;

  private final ProgramOptions options;
  private final StreamExecutionEnvironment environment;

  private FlightsProgram(ProgramOptions options, StreamExecutionEnvironment environment) {
    this.options = options;
    this.environment = environment;
  }

  /**
   * Runs it where it is submitted to.
   *
   * @param arguments {@code --flights FILE --rules FILE --output DIR [--records-per-second N]}
   * @throws IllegalArgumentException if one is missing, unknown or malformed
   * @throws Exception whatever Flink fails with
   */
  public static void main(String[] arguments) throws Exception {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    build(ProgramOptions.parse(arguments), environment);
    environment.execute(NAME);
  }

  /** Adds the program to an environment. */
  static void build(ProgramOptions options, StreamExecutionEnvironment environment) {
    // Every type is one that Flink knows in full: then every backend can store it and evolve it.
    Configuration strict = new Configuration();
    strict.set(PipelineOptions.GENERIC_TYPES, false);
    environment.configure(strict);
    environment.setMaxParallelism(MAX_PARALLELISM);
    new FlightsProgram(options, environment).declare();
  }

  private void declare() {
    BroadcastStream<Rule> rules = rules().broadcast(Rules.STATE);
    SingleOutputStreamOperator<FlightLine> lines = lines();
    SingleOutputStreamOperator<Flight> flights =
        lines
            .filter(line -> line.flight() != null)
            .uid("accepted")
            .map(FlightLine::flight, TypeInformation.of(Flight.class))
            .uid("parsed");

    KeyedStream<Flight, String> byOrigin = flights.keyBy(Flight::origin, Types.STRING);
    sink(
        byOrigin.connect(rules).process(new HourlyDelays(), Types.STRING),
        "hourly-delays",
        "hourly");
    sink(
        byOrigin.connect(rules).process(new Disruptions(), Types.STRING),
        "disruptions",
        "disruption");
    sink(
        flights
            .keyBy(Flight::route, TypeInformation.of(Route.class))
            .process(new WorstFlightsPerWeek(), Types.STRING),
        "worst-flights",
        "worst");
    sink(
        flights.keyBy(Flight::destination, Types.STRING).process(new DailyTotals(), Types.STRING),
        "totals",
        "totals");
    sink(
        lines
            .keyBy(line -> line.reason() != null, Types.BOOLEAN)
            .process(new RejectedLines(), Types.STRING),
        "rejected",
        "rejected");
  }

  private void sink(SingleOutputStreamOperator<String> results, String operator, String kind) {
    results.uid(operator).name(operator);
    results
        .sinkTo(
            FileSink.forRowFormat(
                    new Path(options.output(), kind), new SimpleStringEncoder<String>("UTF-8"))
                .withBucketAssigner(new BasePathBucketAssigner<>())
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .build())
        .uid(kind + "-output")
        .name(kind + "-output");
  }

  private SingleOutputStreamOperator<FlightLine> lines() {
    return source(
        "flights",
        throttled(file(options.flights(), new FlightFormat(options.flights()))),
        TypeInformation.of(FlightLine.class),
        (line, given) -> line.timestampMillis());
  }

  private SingleOutputStreamOperator<Rule> rules() {
    return source(
        "rules",
        file(options.rules(), new RuleFormat(options.rules())),
        TypeInformation.of(Rule.class),
        (rule, given) -> rule.key().effectiveMillis());
  }

  /** One reader: a file whose lines are counted from the front is one split. */
  private <T> SingleOutputStreamOperator<T> source(
      String name,
      Source<T, ?, ?> source,
      TypeInformation<T> type,
      SerializableTimestampAssigner<T> timestamps) {
    WatermarkStrategy<T> watermarks =
        WatermarkStrategy.<T>forMonotonousTimestamps().withTimestampAssigner(timestamps);
    return environment.fromSource(source, watermarks, name, type).uid(name).setParallelism(1);
  }

  private static <T> FileSource<T> file(String path, SimpleStreamFormat<T> format) {
    return FileSource.forRecordStreamFormat(format, new Path(path)).build();
  }

  private Source<FlightLine, FileSourceSplit, PendingSplitsCheckpoint<FileSourceSplit>> throttled(
      FileSource<FlightLine> source) {
    return options.recordsPerSecond() == 0
        ? source
        : new ThrottledSource<>(source, options.recordsPerSecond());
  }
}
