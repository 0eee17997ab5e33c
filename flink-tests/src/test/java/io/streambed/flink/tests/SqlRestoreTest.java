package io.streambed.flink.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.flink.tests.Feed.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SQL over tables whose rows are updated and deleted, restored half-way: what was joined, counted
 * and ranked before must be found again to be retracted. The rows at the end are hashmap's, and
 * those of plain Java.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SqlRestoreTest {
  static final long SEED = 1_117;
  private static final int EVENTS = 1_500;
  private static final String RANKED = "ROW_NUMBER() OVER (PARTITION BY ";

  private static final Map<String, String> QUERIES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("join2", "SELECT t0.v, t1.v FROM t0 JOIN t1 ON t0.k = t1.k"),
              Map.entry("left2", "SELECT t0.v, t1.v FROM t0 LEFT JOIN t1 ON t0.id = t1.id"),
              Map.entry(
                  "join3",
                  "SELECT t0.v, t1.v, t2.v FROM t0 JOIN t1 ON t0.k = t1.k JOIN t2 ON t0.k = t2.k"),
              Map.entry(
                  "left3",
                  "SELECT t0.v, t1.v, t2.v FROM t0"
                      + " LEFT JOIN t1 ON t0.k = t1.k LEFT JOIN t2 ON t1.k = t2.k"),
              Map.entry(
                  "group",
                  "SELECT k, COUNT(*), COUNT(DISTINCT id), MAX(v), MIN(v) FROM t0 GROUP BY k"),
              Map.entry(
                  "topn-changes",
                  "SELECT v, n FROM (SELECT *, "
                      + RANKED
                      + "k ORDER BY v) n FROM t1) WHERE n <= 2"),
              Map.entry(
                  "topn-events",
                  "SELECT number, name, n FROM (SELECT *, "
                      + RANKED
                      + "name ORDER BY amount DESC, number) n FROM events) WHERE n <= 3"),
              Map.entry(
                  "topn-totals",
                  "SELECT name, total, n FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY total DESC,"
                      + " name) n FROM (SELECT name, SUM(amount) total FROM events GROUP BY name))"
                      + " WHERE n <= 5"),
              Map.entry(
                  "last",
                  "SELECT number, name FROM (SELECT *, "
                      + RANKED
                      + "name ORDER BY rowtime DESC) n FROM events) WHERE n = 1"),
              Map.entry(
                  "window",
                  "SELECT window_start, name, SUM(amount), COUNT(*) FROM"
                      + " TUMBLE(TABLE events, DESCRIPTOR(rowtime), INTERVAL '2' SECOND)"
                      + " WHERE number >= 4 GROUP BY window_start, window_end, name")));

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  @TempDir Path directory;

  private static Job start(Trial trial, boolean multiJoin, Configuration configuration) {
    StreamExecutionEnvironment environment = new StreamExecutionEnvironment(configuration);
    StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
    tables.getConfig().set("table.local-time-zone", "UTC");
    tables.getConfig().set("table.optimizer.multi-join.enabled", String.valueOf(multiJoin));
    DataStream<Event> feed = Feed.of(environment, trial.name(), SEED, EVENTS);
    declareEvents(tables, feed);
    for (int table = 0; table < ChangeLog.TABLES; table++) {
      declareChanges(tables, feed, table);
    }
    assertThat(tables.explainSql(QUERIES.get("join3")).contains("MultiJoin")).isEqualTo(multiJoin);
    List<DataStream<String>> results = new ArrayList<>();
    QUERIES.forEach((name, query) -> results.add(changes(tables, name, query)));
    CollectingSink.end(results.stream().reduce(DataStream::union).orElseThrow(), trial.name());
    return Job.start(CLUSTER.get(), trial.name(), environment);
  }

  private static void declareEvents(StreamTableEnvironment tables, DataStream<Event> feed) {
    DataStream<Row> rows =
        feed.map(event -> Row.of(event.number(), event.key(), event.amount()))
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
  }

  /** The second table has a primary key: joins keep its rows in another form. */
  private static void declareChanges(
      StreamTableEnvironment tables, DataStream<Event> feed, int table) {
    TypeInformation<Row> type =
        Types.ROW_NAMED(new String[] {"id", "k", "v"}, Types.LONG, Types.LONG, Types.STRING);
    Schema.Builder schema =
        Schema.newBuilder()
            .column("id", DataTypes.BIGINT().notNull())
            .column("k", DataTypes.BIGINT())
            .column("v", DataTypes.STRING());
    if (table == 1) {
      schema.primaryKey("id");
    }
    DataStream<Row> changes = feed.flatMap(new ChangeLog(table)).returns(type).setParallelism(1);
    tables.createTemporaryView("t" + table, tables.fromChangelogStream(changes, schema.build()));
  }

  private static DataStream<String> changes(
      StreamTableEnvironment tables, String name, String query) {
    return tables
        .toChangelogStream(tables.sqlQuery(query))
        .map(row -> name + row)
        .returns(Types.STRING);
  }

  private Configuration on(String backend, int parallelism) {
    return Job.configuration(backend, parallelism, directory);
  }

  private static void assertRows(Trial trial) {
    Map<String, Integer> expected = PlainSql.rows(SEED, EVENTS);
    for (String query : QUERIES.keySet()) {
      assertThat(query(trial.finalRows(), query)).as(query).isEqualTo(query(expected, query));
    }
    assertThat(trial.finalRows()).isEqualTo(expected);
  }

  private static Map<String, Integer> query(Map<String, Integer> rows, String query) {
    Map<String, Integer> its = new TreeMap<>(rows);
    its.keySet().removeIf(row -> !row.startsWith(query + "["));
    return its;
  }

  @ParameterizedTest(name = "multi-join {0}")
  @ValueSource(booleans = {true, false})
  void execute_onHashmap_givesTheRowsOfPlainJava(boolean multiJoin) {
    Trial trial = new Trial("sql-plain-" + multiJoin);
    start(trial, multiJoin, on(Job.HASHMAP, 2)).finish();
    assertRows(trial);
    for (String query : QUERIES.keySet()) {
      assertThat(query(trial.finalRows(), query)).as(query).hasSizeGreaterThan(4);
      if (!query.equals("window")) {
        assertThat(trial.output()).as(query).anyMatch(row -> row.matches(query + "-[UD].*"));
      }
    }
  }

  @ParameterizedTest(name = "multi-join {0}")
  @ValueSource(booleans = {true, false})
  void execute_failedAndRestored_givesTheRowsOfHashmap(boolean multiJoin) {
    Trial trial = new Trial("sql-checkpoint-" + multiJoin).pauseBefore(EVENTS / 2);
    Job job = start(trial, multiJoin, on(Job.STREAMBED, 2)).awaitPause(trial);
    long checkpoint = job.checkpoint();
    trial.failAt(EVENTS * 3 / 4);
    trial.release();
    job.finish();
    assertThat(trial.restoredCheckpoints()).containsExactly(checkpoint);
    assertRows(trial);
  }

  @ParameterizedTest(name = "multi-join {0}, {1}")
  @CsvSource({"true,NATIVE", "true,CANONICAL", "false,NATIVE", "false,CANONICAL"})
  void execute_stoppedWithSavepoint_givesTheRowsOfHashmap(
      boolean multiJoin, SavepointFormatType format) {
    Trial trial = new Trial("sql-" + format + "-" + multiJoin).pauseBefore(EVENTS / 2);
    Path savepoint =
        start(trial, multiJoin, on(Job.STREAMBED, 2)).awaitPause(trial).stop(format, directory);
    trial.release();
    start(trial, multiJoin, Job.from(savepoint, on(Job.STREAMBED, 3))).finish();
    assertThat(trial.restoredCheckpoints()).hasSize(1);
    assertRows(trial);
  }
}
