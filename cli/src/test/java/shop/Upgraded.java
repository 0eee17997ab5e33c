package shop;

import io.streambed.connector.CollectingSink;
import io.streambed.connector.ListSource;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.runtime.Streambed;
import io.streambed.serial.Serializers;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueStateDescriptor;
import java.time.Duration;
import java.util.Optional;

/**
 * A later version of the job of {@link io.streambed.cli.CheckCommandTest}, which fits its
 * checkpoint.
 */
public class Upgraded {
  record Order(String item, long count, Optional<String> note) {}

  public static Job job() {
    JobBuilder job = Streambed.job("shop");
    job.source("orders", ListSource.of("tea"))
        .keyBy(word -> word)
        .process(
            "totals",
            context -> {
              context.value("count", Long.class);
              context.map("seen", String.class, Long.class, TimeToLive.of(Duration.ofHours(1)));
              context.value("last", Order.class);
              context.state(
                  new ValueStateDescriptor<>("title", Serializers.strings())
                      .withFormerNames("name"));
              context.reducing("sum", Long.class, Long::sum);
              return (word, timestampMillis) -> {};
            })
        .sink("results", new CollectingSink<>());
    return job.build();
  }
}
