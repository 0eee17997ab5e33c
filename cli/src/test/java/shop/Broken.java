package shop;

import io.streambed.connector.CollectingSink;
import io.streambed.connector.ListSource;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.runtime.Streambed;

/** A later version of the job, which does not fit. */
public class Broken {
  public static Job job(String[] arguments) {
    JobBuilder job = Streambed.job(arguments.length == 0 ? "shop" : arguments[0]);
    job.source("orders", ListSource.of("tea"))
        .keyBy(word -> word)
        .process(
            "totals",
            context -> {
              context.value("count", String.class);
              context.map("seen", String.class, Long.class);
              context.value("label", String.class);
              return (word, timestampMillis) -> {};
            })
        .sink("output", new CollectingSink<>());
    return job.build();
  }
}
