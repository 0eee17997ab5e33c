package io.streambed.cli.inspect;

import io.streambed.cli.console.Amounts;
import io.streambed.cli.console.Columns;
import io.streambed.cli.inspect.CheckpointReport.Files;
import io.streambed.cli.inspect.CheckpointReport.Operator;
import io.streambed.cli.inspect.CheckpointReport.State;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** A checkpoint as text: what it is, its operators and states, and how states are serialized. */
public final class CheckpointTable {
  private final CheckpointReport report;

  /**
   * A table of one checkpoint.
   *
   * @param report what it holds
   */
  public CheckpointTable(CheckpointReport report) {
    this.report = report;
  }

  void printAll(PrintWriter out, long nowMillis) {
    out.println(report.type() + " " + report.checkpointId() + " of job \"" + report.job() + "\"");
    out.println("  path         " + report.path());
    out.println("  time         " + report.time() + ", " + age(report.time(), nowMillis));
    out.println("  size         " + Amounts.bytes(report.bytes()));
    out.println("  job id       " + report.jobId());
    out.println("  attempt      " + report.attempt());
    out.println("  restored by  " + stores());
    out.println();
    printStates(out);
    out.println();
    printLevels(out);
    new DetailTable(report).print(out);
    for (Operator operator : report.operators()) {
      printSerializers(out, operator.id(), operator.key(), operator.states());
    }
  }

  static String age(String time, long nowMillis) {
    return Amounts.ago(nowMillis - Instant.parse(time).toEpochMilli());
  }

  private String stores() {
    return report.storesNeeded().isEmpty()
        ? "any store"
        : "the store " + String.join(", ", report.storesNeeded()) + " only: it refers to its files";
  }

  /**
   * Prints operators and states with their sizes.
   *
   * @param out where to
   */
  public void printStates(PrintWriter out) {
    Columns columns = new Columns("lrrllrrr");
    columns.row("OPERATOR", "PAR", "MAX", "STATE", "KIND", "ENTRIES", "SIZE", "FILES");
    long entries = 0;
    for (Operator operator : report.operators()) {
      columns.row(
          operator.id(),
          operator.parallelism(),
          operator.maxParallelism(),
          "",
          "",
          "",
          Amounts.bytes(operator.bytes()),
          operator.files());
      for (State state : operator.states()) {
        Object files = state.levels().isEmpty() ? "" : state.files().number();
        columns.row(
            "",
            "",
            "",
            state.name(),
            state.kind(),
            Amounts.count(state.entries()),
            Amounts.bytes(state.bytes()),
            files);
        entries += state.entries();
      }
    }
    columns.row(
        "total",
        "",
        "",
        "",
        "",
        Amounts.count(entries),
        Amounts.bytes(report.bytes()),
        report.files());
    columns.lines().forEach(out::println);
    out.println("The size of an operator is as written, that of a state before compression.");
    boolean shared =
        report.operators().stream()
            .flatMap(operator -> operator.states().stream())
            .anyMatch(state -> state.name().equals(State.SHARED));
    if (shared) {
      out.println(
          "States without size and entries have none, or are among the "
              + State.SHARED
              + ", of which only the sum is known.");
    }
    printShared(out);
  }

  private void printShared(PrintWriter out) {
    Files shared =
        report.operators().stream()
            .map(Operator::inSharedDirectory)
            .reduce(Files.NONE, Files::plus);
    if (shared.number() > 0) {
      out.println(
          "In the directory \"shared\", where other checkpoints may refer to them too: "
              + Amounts.count(shared.number(), "file")
              + ", "
              + Amounts.bytes(shared.bytes())
              + ". The size of a state in them is that of its files, and its entries are at most so"
              + " many: each write that is still there counts, deletions too.");
    }
  }

  /** States in a store's own files; nothing if there are none. */
  private void printLevels(PrintWriter out) {
    Columns columns = new Columns("llrrr");
    columns.row("OPERATOR", "STATE", "LEVEL", "FILES", "SIZE");
    for (Operator operator : report.operators()) {
      for (State state : operator.states()) {
        state
            .levels()
            .forEach(
                (level, files) ->
                    columns.row(
                        operator.id(),
                        state.name(),
                        level,
                        files.number(),
                        Amounts.bytes(files.bytes())));
      }
    }
    if (columns.lines().size() > 1) {
      columns.lines().forEach(out::println);
      out.println();
    }
  }

  static void printSerializers(PrintWriter out, String operator, String key, List<State> states) {
    out.println(operator + (key == null ? "" : ", keyed by " + key));
    for (State state : states) {
      String serializers =
          state.serializers().entrySet().stream()
              .map(serializer -> serializer.getKey() + " " + serializer.getValue())
              .collect(Collectors.joining(", "));
      out.println("  " + state.name() + ": " + serializers);
    }
  }
}
