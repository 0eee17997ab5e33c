package io.streambed.examples.guide;

import io.streambed.backend.Store;
import io.streambed.connector.FileSink;
import io.streambed.connector.LineFileSource;
import io.streambed.job.KeyedHandler;
import io.streambed.job.Source;
import io.streambed.job.WatermarkStrategy;
import io.streambed.runtime.Streambed;
import java.nio.file.Path;
import java.time.Duration;

/** The README's program. */
final class Clicks {
  private Clicks() {}

  record Click(String user, long atMillis) {
    static Click parse(String line) {
      String[] fields = line.split(",");
      return new Click(fields[0], Long.parseLong(fields[1]));
    }
  }

  /** Reads {@code clicks.csv} in the directory, with lines such as {@code ada,1000}. */
  public static void main(String[] args) {
    Path directory = Path.of(args[0]);
    Source<Click, Long> clicks = LineFileSource.of(directory.resolve("clicks.csv"), Click::parse);
    record Window(String user, long endMillis) {}

    var job =
        Streambed.job("clicks")
            .source(
                "clicks", clicks, WatermarkStrategy.bounded(Duration.ofSeconds(5), Click::atMillis))
            .keyBy(
                click -> new Window(click.user(), click.atMillis() / 600_000 * 600_000 + 599_999))
            .process(
                "count",
                context -> {
                  var count = context.value("count", Integer.class, 0);
                  return KeyedHandler.of(
                      (click, at) -> {
                        count.update(count.value() + 1);
                        context.registerEventTimer(context.key().endMillis());
                      },
                      end -> context.emit(context.key() + ": " + count.getAndClear()));
                })
            .sink("counts", FileSink.lines(directory.resolve("counts")));
    Streambed.run(job.build(), Store.heap(directory));
  }
}
