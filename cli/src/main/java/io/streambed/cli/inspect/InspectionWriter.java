package io.streambed.cli.inspect;

import io.streambed.cli.console.Amounts;
import io.streambed.cli.console.Columns;
import io.streambed.cli.inspect.CheckpointReport.State;
import io.streambed.cli.inspect.CheckpointVerifier.Verified;
import io.streambed.cli.inspect.Inspection.Retained;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What {@code inspect} found, as text or JSON. */
final class InspectionWriter {
  static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private InspectionWriter() {}

  static void print(Inspection inspection, boolean json, PrintWriter out) {
    if (json) {
      // What is said of the one that is shown has the same place whatever the path is.
      ObjectNode root =
          inspection.shown() == null
              ? MAPPER.createObjectNode().put("path", inspection.path())
              : MAPPER.valueToTree(inspection.shown());
      root.set("retained", MAPPER.valueToTree(inspection.retained()));
      root.set("verified", MAPPER.valueToTree(inspection.verified()));
      root.set("damage", MAPPER.valueToTree(inspection.damages()));
      out.println(MAPPER.writeValueAsString(root));
      return;
    }
    long nowMillis = System.currentTimeMillis();
    if (!inspection.retained().isEmpty()) {
      printRetained(inspection, out, nowMillis);
    }
    if (inspection.shown() != null) {
      new CheckpointTable(inspection.shown()).printAll(out, nowMillis);
    }
    printVerdict(inspection.verified(), inspection.damages(), out);
  }

  /** The list of what was verified, without the content of any. */
  static void printVerified(Inspection inspection, boolean json, PrintWriter out) {
    if (json) {
      ObjectNode root = MAPPER.createObjectNode().put("path", inspection.path());
      root.set("retained", MAPPER.valueToTree(inspection.retained()));
      root.set("verified", MAPPER.valueToTree(inspection.verified()));
      root.set("damage", MAPPER.valueToTree(inspection.damages()));
      out.println(MAPPER.writeValueAsString(root));
      return;
    }
    printRetained(inspection, out, System.currentTimeMillis());
    printVerdict(inspection.verified(), inspection.damages(), out);
  }

  /** Of something that is so damaged that nothing else can be told. */
  static void printDamage(Path path, Damage damage, PrintWriter out) {
    ObjectNode root = MAPPER.createObjectNode().put("path", path.toString());
    root.set("damage", MAPPER.valueToTree(Set.of(damage)));
    out.println(MAPPER.writeValueAsString(root));
  }

  static void print(ContainerReport report, boolean json, PrintWriter out) {
    if (json) {
      out.println(MAPPER.writeValueAsString(report));
      return;
    }
    int groups = report.lastKeyGroup() - report.firstKeyGroup() + 1;
    out.println("keyed state of subtask " + report.subtask() + " of \"" + report.operator() + "\"");
    out.println("  path         " + report.path());
    out.println("  job          " + report.job());
    out.println("  checkpoint   " + report.checkpointId());
    out.println("  key groups   " + report.firstKeyGroup() + " to " + report.lastKeyGroup());
    if (report.keyGroups() != null) {
      out.println("  spread       " + DetailTable.groups(report.keyGroups(), groups));
    }
    out.println();
    Columns columns = new Columns("llrr");
    columns.row("STATE", "KIND", "ENTRIES", "SIZE");
    for (State state : report.states()) {
      columns.row(
          state.name(), state.kind(), Amounts.count(state.entries()), Amounts.bytes(state.bytes()));
    }
    columns.lines().forEach(out::println);
    out.println();
    CheckpointTable.printSerializers(out, report.operator(), report.key(), report.states());
    printVerdict(report.verified(), report.damage(), out);
  }

  private static void printRetained(Inspection inspection, PrintWriter out, long nowMillis) {
    Path root = Path.of(inspection.path());
    Columns columns = new Columns("lrlrrrrl");
    columns.row("TYPE", "ID", "TIME", "AGE", "SIZE", "FILES", "STATES", "PATH");
    for (Retained each : inspection.retained()) {
      String name = root.relativize(Path.of(each.path())).toString();
      if (each.checkpointId() == null) {
        columns.row("damaged", "", "", "", "", "", "", name);
        continue;
      }
      columns.row(
          each.type(),
          each.checkpointId(),
          each.time(),
          CheckpointTable.age(each.time(), nowMillis),
          Amounts.bytes(each.bytes()),
          each.files(),
          each.states(),
          name + (each.damaged() ? " (damaged)" : ""));
    }
    List<String> lines = columns.lines();
    out.println("Complete checkpoints and savepoints in " + inspection.path() + ":");
    lines.forEach(line -> out.println("  " + line));
    out.println();
  }

  private static void printVerdict(Verified verified, Set<Damage> damages, PrintWriter out) {
    if (verified != null) {
      out.println();
      out.println(
          (damages.isEmpty() ? "verified: " : "read: ")
              + Amounts.count(verified.streams(), "stream")
              + ", "
              + Amounts.bytes(verified.bytes())
              + ", "
              + Amounts.count(verified.entries())
              + " entries"
              + (verified.sharedFiles() == 0
                  ? ""
                  : "; "
                      + verified.sharedFiles()
                      + " of the streams are shared files, whose entries are not read"));
    }
    if (!damages.isEmpty()) {
      out.println();
      out.println("DAMAGE");
      damages.forEach(damage -> out.println("  " + damage));
    }
  }
}
