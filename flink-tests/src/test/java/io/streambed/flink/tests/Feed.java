package io.streambed.flink.tests;

import java.util.concurrent.CompletionStage;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The input of every job: numbered events in one order, as far as the trial lets them. */
final class Feed {
  private static final int KEYS = 30;
  private static final int MAX_LATENESS_MILLIS = 40;
  private static final int MILLIS_PER_EVENT = 10;

  private Feed() {}

  /**
   * An event.
   *
   * @param number from 0
   * @param key one of 30
   * @param time in milliseconds, out of order by at most 40
   * @param amount anything
   */
  public record Event(Long number, String key, Long time, Integer amount) {}

  /** The event of a number: the same for the same seed. */
  static Event event(long seed, long number) {
    long mixed = (number + seed) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 31)) * 0xD6E8FEB86659FD93L;
    mixed ^= mixed >>> 29;
    int random = (int) (mixed >>> 33);
    return new Event(
        number,
        "key-" + random % KEYS,
        number * MILLIS_PER_EVENT - random % MAX_LATENESS_MILLIS,
        random % 1_000 - 500);
  }

  /** A stream of events, with a watermark after each. */
  static DataStream<Event> of(
      StreamExecutionEnvironment environment, String trial, long seed, long events) {
    DataGeneratorSource<Event> source =
        new DataGeneratorSource<>(
            new Generator(trial, seed), events, new Gate(trial), TypeInformation.of(Event.class));
    return environment
        .fromSource(
            source,
            WatermarkStrategy.<Event>forGenerator(context -> new AfterEachEvent())
                .withTimestampAssigner((event, before) -> event.time()),
            "feed")
        .setParallelism(1)
        .uid("feed");
  }

  private record Generator(String trial, long seed) implements GeneratorFunction<Long, Event> {
    @Override
    public Event map(Long number) {
      Trial.named(trial).give(number);
      return event(seed, number);
    }
  }

  private record Gate(String trial) implements RateLimiterStrategy<NumberSequenceSplit> {
    @Override
    public RateLimiter<NumberSequenceSplit> createRateLimiter(int parallelism) {
      return new RateLimiter<>() {
        @Override
        public CompletionStage<Void> acquire(int elements) {
          return Trial.named(trial).acquire();
        }
      };
    }
  }

  /** Periodic watermarks would come between other events in each run. */
  private static final class AfterEachEvent implements WatermarkGenerator<Event> {
    @Override
    public void onEvent(Event event, long time, WatermarkOutput output) {
      output.emitWatermark(new Watermark(event.number() * MILLIS_PER_EVENT - MAX_LATENESS_MILLIS));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }
}
