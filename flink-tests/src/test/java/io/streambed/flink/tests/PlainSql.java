package io.streambed.flink.tests;

import static java.util.stream.Collectors.groupingBy;

import io.streambed.flink.tests.ChangeLog.Entry;
import io.streambed.flink.tests.Feed.Event;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.flink.types.Row;

/** The rows of {@link SqlRestoreTest}'s queries, computed by plain loops over the whole input. */
final class PlainSql {
  private static final int WINDOW_SECONDS = 2;

  private final Map<String, Integer> rows = new TreeMap<>();
  private final List<Event> events;
  private final List<Entry> t0;
  private final List<Entry> t1;
  private final List<Entry> t2;

  private PlainSql(long seed, int events) {
    this.events = LongStream.range(0, events).mapToObj(n -> Feed.event(seed, n)).toList();
    this.t0 = new ChangeLog(0).contents(events);
    this.t1 = new ChangeLog(1).contents(events);
    this.t2 = new ChangeLog(2).contents(events);
  }

  /** All rows of all queries after so many events, with how often each is there. */
  static Map<String, Integer> rows(long seed, int events) {
    PlainSql sql = new PlainSql(seed, events);
    sql.joins();
    sql.groups();
    sql.ranks();
    sql.windows();
    return sql.rows;
  }

  private void add(String query, Object... fields) {
    String row = Row.of(fields).toString();
    rows.merge(query + row.substring(row.indexOf('[')), 1, Integer::sum);
  }

  private void joins() {
    for (Entry a : t0) {
      List<Entry> bs = t1.stream().filter(b -> b.k() == a.k()).toList();
      List<Entry> cs = t2.stream().filter(c -> c.k() == a.k()).toList();
      bs.forEach(b -> add("join2", a.v(), b.v()));
      cs.forEach(c -> bs.forEach(b -> add("join3", a.v(), b.v(), c.v())));
      List<Entry> sames = t1.stream().filter(b -> b.id() == a.id()).toList();
      if (sames.isEmpty()) {
        add("left2", a.v(), null);
      }
      sames.forEach(b -> add("left2", a.v(), b.v()));
      if (bs.isEmpty()) {
        add("left3", a.v(), null, null);
      }
      for (Entry b : bs) {
        if (cs.isEmpty()) {
          add("left3", a.v(), b.v(), null);
        }
        cs.forEach(c -> add("left3", a.v(), b.v(), c.v()));
      }
    }
  }

  private void groups() {
    t0.stream()
        .collect(groupingBy(Entry::k))
        .forEach(
            (k, group) ->
                add(
                    "group",
                    k,
                    group.size(),
                    group.stream().map(Entry::id).distinct().count(),
                    group.stream().map(Entry::v).max(Comparator.naturalOrder()).orElseThrow(),
                    group.stream().map(Entry::v).min(Comparator.naturalOrder()).orElseThrow()));
  }

  private void ranks() {
    for (List<Entry> group : t1.stream().collect(groupingBy(Entry::k)).values()) {
      List<Entry> ordered = group.stream().sorted(Comparator.comparing(Entry::v)).toList();
      for (int n = 0; n < Math.min(2, ordered.size()); n++) {
        add("topn-changes", ordered.get(n).v(), n + 1);
      }
    }
    Map<String, List<Event>> byName = events.stream().collect(groupingBy(Event::key));
    for (List<Event> group : byName.values()) {
      List<Event> ordered =
          group.stream()
              .sorted(Comparator.comparing((Event e) -> -e.amount()).thenComparing(Event::number))
              .toList();
      for (int n = 0; n < Math.min(3, ordered.size()); n++) {
        add("topn-events", ordered.get(n).number(), ordered.get(n).key(), n + 1);
      }
      Event last = group.get(0);
      for (Event event : group) {
        last = event.time() >= last.time() ? event : last;
      }
      add("last", last.number(), last.key());
    }
    List<Map.Entry<String, Integer>> totals =
        byName.entrySet().stream()
            .map(
                group ->
                    Map.entry(
                        group.getKey(), group.getValue().stream().mapToInt(Event::amount).sum()))
            .sorted(
                Comparator.comparing((Map.Entry<String, Integer> total) -> -total.getValue())
                    .thenComparing(Map.Entry::getKey))
            .toList();
    for (int n = 0; n < 5; n++) {
      add("topn-totals", totals.get(n).getKey(), totals.get(n).getValue(), n + 1);
    }
  }

  private void windows() {
    // The first four may be before 1970, where Flink's windows of SQL take nothing.
    events.stream()
        .skip(4)
        .collect(groupingBy(event -> Math.floorDiv(event.time(), WINDOW_SECONDS * 1_000L)))
        .forEach(
            (window, group) -> {
              LocalDateTime start =
                  LocalDateTime.ofEpochSecond(window * WINDOW_SECONDS, 0, ZoneOffset.UTC);
              group.stream()
                  .collect(groupingBy(Event::key))
                  .forEach(
                      (name, of) ->
                          add(
                              "window",
                              start,
                              name,
                              of.stream().mapToInt(Event::amount).sum(),
                              of.size()));
            });
  }
}
