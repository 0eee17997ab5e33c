package io.streambed.cli.inspect;

import io.streambed.cli.console.Amounts;
import io.streambed.cli.inspect.CheckpointReport.KeyGroups;
import io.streambed.cli.inspect.CheckpointReport.Operator;
import io.streambed.cli.inspect.CheckpointReport.Pending;
import io.streambed.cli.inspect.CheckpointReport.Split;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How an operator's state is spread, where sources go on, and what sinks have yet to commit. */
final class DetailTable {
  /** More are counted; JSON has them all. */
  private static final int SHOWN = 8;

  private final CheckpointReport report;

  DetailTable(CheckpointReport report) {
    this.report = report;
  }

  void print(PrintWriter out) {
    printSpread(out);
    printSplits(out);
    printPending(out);
  }

  private void printSpread(PrintWriter out) {
    out.println("How state is spread over subtasks and key groups:");
    for (Operator operator : report.operators()) {
      String subtasks = subtasks(operator.subtaskBytes());
      out.println("  " + operator.id() + ": " + subtasks + groups(operator));
    }
    out.println();
  }

  private static String subtasks(List<Long> bytes) {
    if (bytes.size() == 1) {
      return "1 subtask";
    }
    long least = bytes.stream().mapToLong(Long::longValue).min().orElse(0);
    long most = bytes.stream().mapToLong(Long::longValue).max().orElse(0);
    String subtasks = bytes.size() + " subtasks with " + Amounts.bytes(least);
    return least == most
        ? subtasks + " each"
        : subtasks + " to " + Amounts.bytes(most) + " (subtask " + bytes.indexOf(most) + ")";
  }

  private static String groups(Operator operator) {
    return operator.keyGroups() == null
        ? ""
        : ", " + groups(operator.keyGroups(), operator.maxParallelism());
  }

  /** The skew of a number of key groups, the empty ones included. */
  static String groups(KeyGroups groups, int all) {
    double mean = (double) groups.entries() / all;
    return groups.withEntries()
        + " of "
        + all
        + " key groups with entries, the most in key group "
        + groups.largest()
        + ": "
        + Amounts.count(groups.largestEntries())
        + String.format(Locale.ROOT, ", %.1f times the mean", groups.largestEntries() / mean);
  }

  private void printSplits(PrintWriter out) {
    print(
        out,
        "Where sources go on, by split:",
        Operator::splits,
        splits ->
            splits.stream()
                .sorted(Comparator.comparing(Split::split))
                .limit(SHOWN)
                .map(DetailTable::position)
                .collect(Collectors.joining(", ")));
  }

  private static String position(Split split) {
    return split.split()
        + (split.position() == null ? " at its beginning" : " at " + split.position());
  }

  private void printPending(PrintWriter out) {
    print(
        out,
        "What sinks make visible after a restore, unless that was done before:",
        Operator::pending,
        pending -> {
          long bytes = pending.stream().mapToLong(Pending::length).sum();
          return Amounts.bytes(bytes)
              + " in "
              + pending.stream().limit(SHOWN).map(Pending::name).collect(Collectors.joining(", "));
        });
  }

  private <T> void print(
      PrintWriter out,
      String title,
      Function<Operator, List<T>> items,
      Function<List<T>, String> text) {
    List<Operator> having =
        report.operators().stream().filter(operator -> !items.apply(operator).isEmpty()).toList();
    if (having.isEmpty()) {
      return;
    }
    out.println(title);
    for (Operator operator : having) {
      List<T> all = items.apply(operator);
      int more = all.size() - SHOWN;
      out.println(
          "  "
              + operator.id()
              + ": "
              + text.apply(all)
              + (more > 0 ? ", and " + more + " more" : ""));
    }
    out.println();
  }
}
