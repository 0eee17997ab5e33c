package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.Store;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.ListSource;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.meter.StateTracking;
import io.streambed.state.AggregateFunction;
import io.streambed.state.ValueState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Holds docs/metrics.md against what a job asks its meters for. */
@Timeout(60)
class MetricsPageTest {
  private static final Path PAGE = Path.of("../docs/metrics.md");
  private static final Pattern NAME = Pattern.compile("`([a-z.]+|[a-z]+[A-Za-z]+(Latency|Size))`");

  private static final class Sum implements AggregateFunction<Long, Long, Long> {
    @Override
    public Long createAccumulator() {
      return 0L;
    }

    @Override
    public Long add(Long value, Long sum) {
      return value + sum;
    }

    @Override
    public Long getResult(Long sum) {
      return sum;
    }

    @Override
    public Long merge(Long a, Long b) {
      return a + b;
    }
  }

  /** The names in the tables of the page, each with the keys of its tags. */
  private static Set<String> stated() throws IOException {
    Set<String> names = new TreeSet<>();
    String tags = "";
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        tags =
            switch (line) {
              case "## The job" -> "job";
              case "## Subtasks" -> "job operator subtask";
              case "## Accesses to state" -> "job operator state subtask";
              default -> "";
            };
      } else if (line.startsWith("|")) {
        // Of the first two tables the first column; the last one has names in two.
        String[] columns = line.split("\\|");
        int last = tags.contains("state") ? columns.length : 2;
        for (int column = 1; column < last; column++) {
          Matcher matcher = NAME.matcher(columns[column]);
          while (matcher.find()) {
            names.add(matcher.group(1) + " " + tags);
          }
        }
      }
    }
    return names;
  }

  /** A job of all kinds of operators, with states of all kinds. */
  private static Job job() {
    JobBuilder builder = new JobBuilder("small").maxParallelism(8);
    builder
        .source("numbers", ListSource.of(1L, 2L, 3L))
        .keyBy(number -> number % 2)
        .<Long>process(
            "count",
            context -> {
              ValueState<Long> value = context.value("value", Long.class);
              context.list("list", Long.class);
              context.map("map", Long.class, Long.class);
              context.reducing("reducing", Long.class, Long::sum);
              context.aggregating("aggregating", Long.class, new Sum());
              return (number, timestampMillis) -> {
                value.update(number);
                context.emit(number, timestampMillis);
              };
            })
        .sink("sink", new CollectingSink<>());
    return builder.build();
  }

  @Test
  void page_listsWhatAJobMeasures_andNothingElse() throws IOException {
    RecordingMeters meters = new RecordingMeters();
    Streambed.run(
        job(),
        Store.memory(),
        RunOptions.defaults()
            .withMeters(meters)
            .withStateTracking(StateTracking.ofLatencyAndSizes()));
    assertThat(stated()).hasSizeGreaterThan(70).containsAll(meters.names());
    assertThat(meters.names()).anyMatch(name -> name.startsWith("valueStateUpdateLatency "));
    // What is tracked is registered when it is used; StateTrackingTest uses all of it.
    Set<String> notUsed = new TreeSet<>(stated());
    notUsed.removeAll(meters.names());
    assertThat(notUsed).allMatch(name -> name.endsWith(" job operator state subtask"));
  }
}
