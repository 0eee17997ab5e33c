package io.streambed.flink.tests;

import io.streambed.flink.tests.Feed.Event;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;

/**
 * One of the tables that SQL tests join: rows that are inserted, updated, deleted and inserted
 * again, told as changes of which each retracts exactly what was there. Every event of the feed is
 * a turn of one row of one table; what happens in it follows from seed and number alone.
 *
 * @param table which of the tables, from 0
 */
record ChangeLog(int table) implements FlatMapFunction<Event, Row> {
  static final int TABLES = 3;
  private static final int IDS = 24;
  private static final int JOIN_KEYS = 9;
  private static final int ABSENT = -1;

  /** A row as it is in the table. */
  record Entry(long id, long k, String v) {}

  @Override
  public void flatMap(Event event, Collector<Row> out) {
    if (event.number() % TABLES != table) {
      return;
    }
    int turn = (int) (event.number() / TABLES);
    int id = turn % IDS;
    int before = version(id, turn / IDS - 1);
    int now = version(id, turn / IDS);
    if (before == now) {
      return;
    }
    if (before != ABSENT) {
      out.collect(row(now == ABSENT ? RowKind.DELETE : RowKind.UPDATE_BEFORE, entry(id, before)));
    }
    if (now != ABSENT) {
      out.collect(row(before == ABSENT ? RowKind.INSERT : RowKind.UPDATE_AFTER, entry(id, now)));
    }
  }

  private static Row row(RowKind kind, Entry entry) {
    return Row.ofKind(kind, entry.id, entry.k, entry.v);
  }

  /**
   * The round in which the row got the contents that it has after a round; or that it is absent.
   */
  private int version(int id, int round) {
    int version = ABSENT;
    for (int r = 0; r <= round; r++) {
      int dice = random(id, r) % 5;
      if (r == 0 || dice == 2 || dice == 3) {
        version = r;
      } else if (dice == 4) {
        version = ABSENT;
      }
    }
    return version;
  }

  private Entry entry(int id, int version) {
    return new Entry(
        id, random(id, version) / 5 % JOIN_KEYS, "t" + table + "-" + id + "-" + version);
  }

  private int random(int id, int round) {
    long mixed =
        ((table * 1_000L + id) * 1_000 + round + SqlRestoreTest.SEED) * 0x9E3779B97F4A7C15L;
    mixed ^= mixed >>> 29;
    return (int) (mixed * 0xD6E8FEB86659FD93L >>> 33);
  }

  /** What the table holds after so many events. */
  List<Entry> contents(int events) {
    List<Entry> contents = new ArrayList<>();
    int turns = (events + TABLES - 1 - table) / TABLES;
    for (int id = 0; id < IDS; id++) {
      int rounds = (turns + IDS - 1 - id) / IDS;
      int version = version(id, rounds - 1);
      if (version != ABSENT) {
        contents.add(entry(id, version));
      }
    }
    return contents;
  }
}
