package io.streambed.cli.check;

import io.streambed.cli.check.CheckReport.Operator;
import io.streambed.cli.check.CheckReport.State;
import io.streambed.cli.console.Amounts;
import io.streambed.cli.console.Columns;
import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What {@code check} found, as text or JSON. */
final class CheckWriter {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private CheckWriter() {}

  static void printJson(CheckReport report, PrintWriter out) {
    out.println(MAPPER.writeValueAsString(report));
  }

  static void printText(CheckReport report, PrintWriter out) {
    out.println(report.type() + " " + report.checkpointId() + " of job \"" + report.job() + "\"");
    out.println("  path         " + report.path());
    out.println("  restored by  " + stores(report.storesNeeded()));
    out.println();
    printStates(report, out);
    printTypes(report, out);
    for (String note : report.notes()) {
      out.println("Note: " + note);
      out.println();
    }
    if (!report.job().equals(report.declaredJob())) {
      out.println(
          "The class declares a job of another name, \""
              + report.declaredJob()
              + "\": start it with another directory, and restore this one by its path.");
      out.println();
    }
    if (report.compatible()) {
      out.println("The job can be restored from it.");
      return;
    }
    int count = report.problems().size();
    out.println("The job cannot be restored from it: " + Amounts.count(count, "problem") + ".");
    for (int i = 0; i < count; i++) {
      out.println("  " + (i + 1) + ". " + report.problems().get(i));
    }
  }

  private static String stores(List<String> needed) {
    return needed.isEmpty()
        ? "any store"
        : "the store " + String.join(", ", needed) + " only: it refers to its files";
  }

  private static void printStates(CheckReport report, PrintWriter out) {
    Columns columns = new Columns("llll");
    columns.row("OPERATOR", "STATE", "KIND", "VERDICT");
    for (Operator operator : report.operators()) {
      columns.row(
          operator.id(), "", "", operator.presence().equals("kept") ? "" : operator.presence());
      for (State state : operator.states()) {
        String former = state.formerName() == null ? "" : ", was \"" + state.formerName() + "\"";
        columns.row("", state.name(), state.kind(), state.verdict() + former);
      }
    }
    columns.lines().forEach(out::println);
    out.println();
  }

  /** Both types of what changes. */
  private static void printTypes(CheckReport report, PrintWriter out) {
    boolean any = false;
    for (Operator operator : report.operators()) {
      for (State state : operator.states()) {
        if (state.written() != null
            && state.declared() != null
            && !state.written().equals(state.declared())) {
          out.println(operator.id() + ", " + state.name());
          out.println("  written   " + state.written());
          out.println("  declared  " + state.declared());
          any = true;
        }
      }
    }
    if (any) {
      out.println();
    }
  }
}
