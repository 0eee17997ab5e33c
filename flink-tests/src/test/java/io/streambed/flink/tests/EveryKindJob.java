package io.streambed.flink.tests;

import io.streambed.flink.tests.Feed.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/**
 * The job that most tests run: every kind of state, event-time and processing-time timers, tumbling
 * and session windows. Its output is the same lines in each run, whatever happens on the way.
 */
final class EveryKindJob {
  static final String OPERATOR = "every kind";
  static final int EVENTS = 3_000;
  static final long SEED = 2_026_11;

  private static List<String> uninterrupted;

  private EveryKindJob() {}

  /** The lines of a run on hashmap that nothing happens to: the same for all tests. */
  static synchronized List<String> uninterrupted(Cluster cluster, Path directory) {
    if (uninterrupted == null) {
      Trial trial = new Trial("uninterrupted");
      Configuration configuration = Job.configuration(Job.HASHMAP, 1, directory);
      Job.start(cluster.get(), trial.name(), build(trial, configuration)).finish();
      uninterrupted = trial.sortedOutput();
    }
    return uninterrupted;
  }

  static StreamExecutionEnvironment build(Trial trial, Configuration configuration) {
    return build(trial, configuration, new EveryKind(), true);
  }

  /**
   * The same with another function in the operator that has all kinds of state, or fewer timers.
   */
  static StreamExecutionEnvironment build(
      Trial trial,
      Configuration configuration,
      KeyedProcessFunction<String, Event, String> kinds,
      boolean timers) {
    StreamExecutionEnvironment environment = new StreamExecutionEnvironment(configuration);
    KeyedStream<Event, String> events =
        Feed.of(environment, trial.name(), SEED, EVENTS).keyBy(Event::key, Types.STRING);
    DataStream<String> states = events.process(kinds).name(OPERATOR).uid("kinds");
    DataStream<String> pending =
        events.transform("pending", Types.STRING, new PendingTimers(timers)).uid("pending");
    DataStream<String> tumbling =
        events
            .window(TumblingEventTimeWindows.of(Duration.ofSeconds(3)))
            .aggregate(new Total(), new Labelled())
            .uid("tumbling");
    DataStream<String> sessions =
        events
            .window(EventTimeSessionWindows.withGap(Duration.ofMillis(350)))
            .process(new Session())
            .uid("sessions");
    CollectingSink.end(states.union(pending, tumbling, sessions), trial.name());
    return environment;
  }

  private static final class Total implements AggregateFunction<Event, Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long createAccumulator() {
      return 0L;
    }

    @Override
    public Long add(Event event, Long total) {
      return total + event.amount();
    }

    @Override
    public Long getResult(Long total) {
      return total;
    }

    @Override
    public Long merge(Long one, Long other) {
      return one + other;
    }
  }

  private static final class Labelled
      extends ProcessWindowFunction<Long, String, String, TimeWindow> {
    private static final long serialVersionUID = 1L;

    @Override
    public void process(String key, Context context, Iterable<Long> totals, Collector<String> out) {
      totals.forEach(total -> out.collect(key + " " + context.window() + " total " + total));
    }
  }

  private static final class Session
      extends ProcessWindowFunction<Event, String, String, TimeWindow> {
    private static final long serialVersionUID = 1L;

    @Override
    public void process(
        String key, Context context, Iterable<Event> events, Collector<String> out) {
      out.collect(
          StreamSupport.stream(events.spliterator(), false)
              .map(event -> event.number().toString())
              .collect(Collectors.joining(",", key + " " + context.window() + " session ", "")));
    }
  }
}
