package io.streambed.cli;

import io.streambed.cli.bench.BenchReport;
import io.streambed.cli.bench.BenchReport.Line;
import io.streambed.cli.bench.BenchReport.MemoryLine;
import io.streambed.cli.bench.ForkOptions;
import io.streambed.cli.bench.Spread;
import io.streambed.cli.console.Columns;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code bench} found, as text or JSON.
 *
 * @param report times and memory
 * @param backends names in the order of the columns
 * @param failures reasons by backend
 * @param took the whole run
 */
record BenchTable(
    BenchReport report, List<String> backends, Map<String, String> failures, Duration took) {
  private static final String NONE = "-";

  void print(PrintWriter out, boolean json) {
    if (json) {
      printJson(out);
      return;
    }
    printTimes(out);
    printMemory(out);
    out.println();
    failures.forEach((backend, reason) -> out.println(backend + " failed: " + reason));
    out.println(
        "JVM "
            + System.getProperty("java.version")
            + ", each "
            + String.join(" ", ForkOptions.JVM));
    out.println("total " + took.toMinutes() + " min " + took.toSecondsPart() + " s");
  }

  private void printTimes(PrintWriter out) {
    Columns columns = new Columns("rl" + "rl" + "rlr".repeat(backends.size() - 1));
    List<String> head = new ArrayList<>(List.of("ENTRIES", "CASE"));
    for (int i = 0; i < backends.size(); i++) {
      head.add(shortName(backends.get(i)) + " ns");
      head.add("(min-max)");
      if (i > 0) {
        head.add("ratio");
      }
    }
    columns.row(head.toArray());
    rows().values().forEach(lines -> columns.row(row(lines)));
    columns.lines().forEach(out::println);
    out.println(
        "Processor time of the thread for one operation, median of forks; ratio: times as fast as "
            + backends.get(0)
            + ", ! below "
            + BenchReport.LOSS
            + ".");
  }

  /** The lines of one size and case together. */
  private Map<String, List<Line>> rows() {
    Map<String, List<Line>> rows = new LinkedHashMap<>();
    for (Line line : report.lines()) {
      rows.computeIfAbsent(line.entries() + line.id(), key -> new ArrayList<>()).add(line);
    }
    return rows;
  }

  private Object[] row(List<Line> lines) {
    Line first = lines.get(0);
    List<Object> cells = new ArrayList<>(List.of(grouped(first.entries()), first.id()));
    for (int i = 0; i < backends.size(); i++) {
      String backend = backends.get(i);
      Line line = lines.stream().filter(l -> l.backend().equals(backend)).findFirst().orElse(null);
      cells.add(line == null ? NONE : figure(line.cpuNanos().median()));
      cells.add(line == null ? "" : range(line.cpuNanos()));
      if (i > 0) {
        cells.add(line == null || Double.isNaN(line.ratio()) ? NONE : ratio(line));
      }
    }
    return cells.toArray();
  }

  private void printMemory(PrintWriter out) {
    List<MemoryLine> lines = report.memory();
    if (lines.isEmpty()) {
      return;
    }
    out.println();
    Columns columns = new Columns("rllrrrr");
    columns.row(
        "ENTRIES", "STATE", "BACKEND", "heap", "of " + backends.get(0), "resident", "files");
    for (MemoryLine line : lines) {
      columns.row(
          grouped(line.entries()),
          line.id(),
          line.backend(),
          figure(line.heap().median()),
          Double.isNaN(line.ratio()) ? NONE : String.format(Locale.ROOT, "%.2f", line.ratio()),
          figure(line.resident().median()),
          figure(line.files().median()));
    }
    columns.lines().forEach(out::println);
    out.println(
        "Bytes for each entry that a state holds: live in the heap; growth of memory resident outside"
            + " the heap; files. After a peak, 99 of 100 entries were removed again.");
  }

  private static String shortName(String backend) {
    return backend.substring(backend.lastIndexOf('.') + 1);
  }

  private static String ratio(Line line) {
    return String.format(Locale.ROOT, "%.2f%s", line.ratio(), line.isLoss() ? "!" : " ");
  }

  private static String range(Spread spread) {
    return "(" + figure(spread.min()) + "-" + figure(spread.max()) + ")";
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.1f" : "%,.0f", value);
  }

  private static String grouped(int value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private void printJson(PrintWriter out) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("backends", backends);
    all.put("jvm", System.getProperty("java.version"));
    all.put("jvmOptions", ForkOptions.JVM);
    all.put("cases", report.lines());
    all.put("memory", report.memory());
    all.put("failures", failures);
    all.put("seconds", took.toSeconds());
    out.println(
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(all));
  }
}
