package io.streambed.cli;

import io.streambed.cli.CheckpointReport.Files;
import io.streambed.cli.CheckpointReport.Operator;
import io.streambed.cli.CheckpointReport.State;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** A checkpoint as text: what it is, its operators and states, and how states are serialized. */
final class CheckpointTable {
  private final CheckpointReport report;

  CheckpointTable(CheckpointReport report) {
    this.report = report;
  }

  void printAll(PrintWriter out) {
    out.println(report.type() + " " + report.checkpointId() + " of job \"" + report.job() + "\"");
    out.println("  path     " + report.path());
    out.println("  time     " + report.time());
    out.println("  job id   " + report.jobId());
    out.println("  attempt  " + report.attempt());
    out.println();
    printStates(out);
    out.println();
    printLevels(out);
    printSerializers(out);
  }

  void printStates(PrintWriter out) {
    Columns columns = new Columns("lrrllrrr");
    columns.row("OPERATOR", "PAR", "MAX", "STATE", "KIND", "ENTRIES", "BYTES", "FILES");
    long entries = 0;
    for (Operator operator : report.operators()) {
      columns.row(
          operator.id(),
          operator.parallelism(),
          operator.maxParallelism(),
          "",
          "",
          "",
          operator.bytes(),
          operator.files());
      for (State state : operator.states()) {
        Object files = state.levels().isEmpty() ? "" : state.files().number();
        columns.row("", "", "", state.name(), state.kind(), state.entries(), state.bytes(), files);
        entries += state.entries();
      }
    }
    long bytes = report.operators().stream().mapToLong(Operator::bytes).sum();
    long files = report.operators().stream().mapToLong(Operator::files).sum();
    columns.row("total", "", "", "", "", entries, bytes, files);
    columns.lines().forEach(out::println);
    out.println("Bytes of an operator are as written, those of a state before compression.");
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
              + shared.number()
              + " files, "
              + shared.bytes()
              + " bytes. Of a state in them, bytes are those of its files, and entries count each"
              + " write that is still there.");
    }
  }

  /** States in a store's own files; nothing if there are none. */
  private void printLevels(PrintWriter out) {
    Columns columns = new Columns("llrrr");
    columns.row("OPERATOR", "STATE", "LEVEL", "FILES", "BYTES");
    for (Operator operator : report.operators()) {
      for (State state : operator.states()) {
        state
            .levels()
            .forEach(
                (level, files) ->
                    columns.row(operator.id(), state.name(), level, files.number(), files.bytes()));
      }
    }
    if (columns.lines().size() > 1) {
      columns.lines().forEach(out::println);
      out.println();
    }
  }

  private void printSerializers(PrintWriter out) {
    for (Operator operator : report.operators()) {
      out.println(operator.id() + (operator.key() == null ? "" : ", keyed by " + operator.key()));
      for (State state : operator.states()) {
        String serializers =
            state.serializers().entrySet().stream()
                .map(serializer -> serializer.getKey() + " " + serializer.getValue())
                .collect(Collectors.joining(", "));
        out.println("  " + state.name() + ": " + serializers);
      }
    }
  }
}
