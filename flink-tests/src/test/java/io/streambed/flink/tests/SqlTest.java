package io.streambed.flink.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.flink.tests.Feed.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SQL on Streambed, restored once, ends with the rows of hashmap without failure. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SqlTest {
  private static final long SEED = 77;
  private static final int EVENTS = 2_000;

  /** By name; the second retracts, as a key moves from one count to the next. */
  private static final Map<String, String> QUERIES =
      Map.of(
          "group",
          "SELECT name, COUNT(*), COUNT(DISTINCT amount), SUM(amount) FROM events GROUP BY name",
          "retraction",
          "SELECT n, COUNT(*), MAX(total), MIN(total) FROM"
              + " (SELECT name, COUNT(*) n, SUM(amount) total FROM events GROUP BY name)"
              + " GROUP BY n",
          "window",
          "SELECT window_start, name, SUM(amount), COUNT(DISTINCT number) FROM"
              + " TUMBLE(TABLE events, DESCRIPTOR(rowtime), INTERVAL '2' SECOND)"
              + " GROUP BY window_start, window_end, name",
          "join",
          "SELECT e.number, e.name, t.n FROM"
              + " (SELECT * FROM events WHERE MOD(amount, 20) = 0) e LEFT JOIN"
              + " (SELECT name, COUNT(*) n FROM events WHERE amount > 0 GROUP BY name) t"
              + " ON e.name = t.name");

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static Map<String, Integer> expected;

  @TempDir Path directory;

  @BeforeAll
  static void runOnHashmap(@TempDir Path directory) {
    Trial trial = new Trial("sql-hashmap");
    start(trial, Job.configuration(Job.HASHMAP, 2, directory)).finish();
    expected = trial.finalRows();
    for (String query : QUERIES.keySet()) {
      assertThat(expected.keySet().stream().filter(row -> row.startsWith(query)).count())
          .as(query)
          .isGreaterThan(10);
    }
    assertThat(trial.output()).as("retractions").anyMatch(row -> row.startsWith("retraction-D"));
  }

  private static Job start(Trial trial, Configuration configuration) {
    StreamExecutionEnvironment environment = new StreamExecutionEnvironment(configuration);
    StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
    DataStream<Row> rows =
        Feed.of(environment, trial.name(), SEED, EVENTS)
            .map(SqlTest::row)
            .returns(
                Types.ROW_NAMED(
                    new String[] {"number", "name", "amount"}, Types.LONG, Types.STRING, Types.INT))
            .setParallelism(1);
    tables.createTemporaryView(
        "events",
        rows,
        Schema.newBuilder()
            .columnByMetadata("rowtime", "TIMESTAMP_LTZ(3)")
            .watermark("rowtime", "SOURCE_WATERMARK()")
            .build());
    List<DataStream<String>> results = new ArrayList<>();
    new TreeMap<>(QUERIES).forEach((name, query) -> results.add(changes(tables, name, query)));
    CollectingSink.end(results.stream().reduce(DataStream::union).orElseThrow(), trial.name());
    return Job.start(CLUSTER.get(), trial.name(), environment);
  }

  private static Row row(Event event) {
    return Row.of(event.number(), event.key(), event.amount());
  }

  private static DataStream<String> changes(
      StreamTableEnvironment tables, String name, String query) {
    return tables
        .toChangelogStream(tables.sqlQuery(query))
        .map(row -> name + row)
        .returns(Types.STRING);
  }

  @ParameterizedTest(name = "object reuse {0}")
  @ValueSource(booleans = {true, false})
  void execute_failedAndRestored_givesTheRowsOfHashmap(boolean objectReuse) {
    Trial trial = new Trial("sql-streambed-" + objectReuse).pauseBefore(EVENTS / 2);
    Configuration configuration = Job.configuration(Job.STREAMBED, 2, directory);
    configuration.set(PipelineOptions.OBJECT_REUSE, objectReuse);
    Job job = start(trial, configuration).awaitPause(trial);
    long checkpoint = job.checkpoint();
    trial.failAt(EVENTS * 3 / 4);
    trial.release();
    job.finish();
    assertThat(trial.restoredCheckpoints()).containsExactly(checkpoint);
    assertThat(trial.finalRows()).isEqualTo(expected);
  }

  @Test
  void canonicalSavepoint_toStreambedAndBack_givesTheRowsOfHashmap() {
    Trial trial = new Trial("sql-moves").pauseBefore(EVENTS / 3);
    Path first = stop(trial, Job.configuration(Job.ROCKSDB, 2, directory));
    trial.pauseBefore(EVENTS * 2 / 3);
    Path second = stop(trial, Job.from(first, Job.configuration(Job.STREAMBED, 3, directory)));
    for (String target : List.of(Job.ROCKSDB, Job.HASHMAP)) {
      trial.release();
      start(trial, Job.from(second, Job.configuration(target, 2, directory))).finish();
      assertThat(trial.finalRows()).as(target).isEqualTo(expected);
    }
  }

  private Path stop(Trial trial, Configuration configuration) {
    return start(trial, configuration)
        .awaitPause(trial)
        .stop(SavepointFormatType.CANONICAL, directory);
  }
}
