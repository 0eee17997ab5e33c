package shop;

import io.streambed.connector.CollectingSink;
import io.streambed.connector.ListSource;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.runtime.Streambed;

/** A later version of the job, in which a state has another name and another type at once. */
public class Retyped {
  public static Job job() {
    JobBuilder job = Streambed.job("shop");
    job.source("orders", ListSource.of("tea"))
        .keyBy(word -> word)
        .process(
            "totals",
            context -> {
              context.value("tally", String.class);
              context.map("seen", String.class, Long.class);
              context.value("name", String.class);
              return (word, timestampMillis) -> {};
            })
        .sink("results", new CollectingSink<>());
    return job.build();
  }
}
