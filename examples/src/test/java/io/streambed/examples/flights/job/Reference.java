package io.streambed.examples.flights.job;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The job's output computed at once over lines in memory, in other ways than the job's: grouping
 * instead of streaming, none of its classes.
 */
final class Reference {
  private record Row(int line, LocalDateTime at, int delay, int miles, String from, String to) {}

  private record Rule(LocalDateTime at, String name, int threshold) {}

  private final List<Row> rows = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();
  private final List<String> output = new ArrayList<>();

  /**
   * Computes all lines of output.
   *
   * @param flights lines with the header; malformed ones are those in the map
   * @param rules lines with the header
   * @param malformed the reason for each malformed line
   * @return sorted
   */
  static List<String> output(
      List<String> flights, List<String> rules, Map<String, String> malformed) {
    Reference reference = new Reference();
    for (String rule : rules.subList(1, rules.size())) {
      String[] fields = rule.split(",");
      reference.rules.add(
          new Rule(LocalDateTime.parse(fields[0]), fields[1], Integer.parseInt(fields[2])));
    }
    reference.read(flights, malformed);
    reference.hourly();
    reference.worst();
    reference.disruptions();
    reference.totals();
    reference.output.sort(null);
    return reference.output;
  }

  private void read(List<String> flights, Map<String, String> malformed) {
    LocalDateTime last = LocalDateTime.MIN;
    int rejected = 0;
    for (int line = 2; line <= flights.size(); line++) {
      String text = flights.get(line - 1);
      String reason = malformed.get(text);
      String[] fields = text.split(",", -1);
      if (reason == null && LocalDateTime.parse(fields[0]).isBefore(last)) {
        reason = "goes back in time";
      }
      if (reason != null) {
        output.add("rejected," + line + "," + reason);
        rejected++;
        continue;
      }
      last = LocalDateTime.parse(fields[0]);
      rows.add(
          new Row(
              line,
              last,
              Integer.parseInt(fields[1]),
              Integer.parseInt(fields[2]),
              fields[3],
              fields[4]));
    }
    if (rejected > 0) {
      output.add("rejected-total," + rejected);
    }
  }

  private int threshold(String name, LocalDateTime at) {
    return rules.stream()
        .filter(rule -> rule.name.equals(name) && !rule.at.isAfter(at))
        .max(Comparator.comparing(Rule::at))
        .orElseThrow()
        .threshold;
  }

  private boolean late(Row row) {
    return row.delay >= threshold("late-minutes", row.at);
  }

  private static <K> Map<K, List<Row>> group(List<Row> rows, Function<Row, K> key) {
    Map<K, List<Row>> groups = new TreeMap<>();
    for (Row row : rows) {
      groups.computeIfAbsent(key.apply(row), any -> new ArrayList<>()).add(row);
    }
    return groups;
  }

  private static String mean(List<Row> rows) {
    long sum = rows.stream().mapToLong(Row::delay).sum();
    return BigDecimal.valueOf(20 * sum + rows.size())
        .divide(BigDecimal.valueOf(2L * rows.size()), 0, RoundingMode.FLOOR)
        .movePointLeft(1)
        .setScale(1)
        .toPlainString();
  }

  private void hourly() {
    group(rows, row -> row.at.truncatedTo(ChronoUnit.HOURS) + "," + row.from)
        .forEach(
            (hour, group) ->
                output.add(
                    "hourly,"
                        + hour
                        + ","
                        + group.size()
                        + ","
                        + group.stream().filter(this::late).count()
                        + ","
                        + mean(group)));
  }

  private void worst() {
    Function<Row, String> weekAndRoute =
        row ->
            row.at.toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                + ","
                + row.from
                + "-"
                + row.to;
    Comparator<Row> order =
        Comparator.comparing((Row row) -> -row.delay)
            .thenComparing(Row::at)
            .thenComparing(Row::line);
    group(rows, weekAndRoute)
        .forEach(
            (week, group) -> {
              List<Row> late = group.stream().filter(row -> row.delay > 0).sorted(order).toList();
              for (int rank = 1; rank <= Math.min(3, late.size()); rank++) {
                Row row = late.get(rank - 1);
                output.add("worst," + week + "," + rank + "," + row.at + "," + row.delay);
              }
            });
  }

  private void disruptions() {
    group(rows, Row::from)
        .forEach(
            (airport, group) -> {
              List<Row> session = new ArrayList<>();
              LocalDateTime end = LocalDateTime.MIN;
              for (Row row : group.stream().filter(this::late).toList()) {
                if (!row.at.isBefore(end)) {
                  disruption(airport, session);
                  session.clear();
                }
                session.add(row);
                LocalDateTime ownEnd = row.at.plusMinutes(threshold("session-gap-minutes", row.at));
                end = session.size() == 1 || ownEnd.isAfter(end) ? ownEnd : end;
              }
              disruption(airport, session);
            });
  }

  private void disruption(String airport, List<Row> session) {
    if (session.size() >= 5) {
      output.add(
          "disruption,"
              + airport
              + ","
              + session.get(0).at
              + ","
              + session.get(session.size() - 1).at
              + ","
              + session.size()
              + ","
              + mean(session)
              + ","
              + session.stream().mapToInt(Row::delay).max().orElseThrow());
    }
  }

  private void totals() {
    group(rows, Row::to)
        .forEach(
            (airport, group) -> {
              for (LocalDate day : group(group, row -> row.at.toLocalDate()).keySet()) {
                List<Row> until =
                    group.stream().filter(row -> !row.at.toLocalDate().isAfter(day)).toList();
                output.add(
                    "totals,"
                        + day
                        + ","
                        + airport
                        + ","
                        + until.size()
                        + ","
                        + until.stream().mapToLong(Row::miles).sum()
                        + ","
                        + mean(until));
              }
            });
  }
}
