package io.streambed.cli.inspect;

import io.streambed.checkpoint.Orphan;
import io.streambed.checkpoint.Orphans;
import io.streambed.cli.console.Amounts;
import io.streambed.cli.console.Columns;
import java.io.PrintWriter;
import java.nio.file.Path;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code gc} found or deleted, as text or JSON. */
final class OrphanTable {
  private final Path root;
  private final Orphans found;
  private final boolean deleted;

  OrphanTable(Path root, Orphans found, boolean deleted) {
    this.root = root;
    this.found = found;
    this.deleted = deleted;
  }

  void print(boolean json, PrintWriter out) {
    if (json) {
      printJson(out);
    } else {
      printText(out);
    }
  }

  private void printText(PrintWriter out) {
    Columns columns = new Columns("lrrl");
    columns.row("KIND", "FILES", "SIZE", "PATH");
    for (Orphan orphan : found.orphans()) {
      columns.row(
          kind(orphan),
          orphan.files().size(),
          Amounts.bytes(orphan.bytes()),
          root.relativize(orphan.path()));
    }
    if (!found.orphans().isEmpty()) {
      out.println("No complete checkpoint in " + root + " needs:");
      columns.lines().forEach(line -> out.println("  " + line));
      out.println();
    }
    if (!found.leftAlone().isEmpty()) {
      out.println("Left alone, since a job gives no such names or they are links:");
      found.leftAlone().forEach(path -> out.println("  " + root.relativize(path)));
      out.println();
    }
    String sum = Amounts.count(found.files(), "file") + ", " + Amounts.bytes(found.bytes());
    if (found.orphans().isEmpty()) {
      out.println("Nothing to delete: complete checkpoints need every file of the job's.");
    } else if (deleted) {
      out.println("Deleted: " + sum);
    } else {
      out.println("To delete with --delete: " + sum);
      out.println(
          "If a job runs in this directory, what it is writing is in the list too: stop it first.");
    }
  }

  private void printJson(PrintWriter out) {
    ObjectNode node = InspectionWriter.MAPPER.createObjectNode();
    node.put("path", root.toString());
    node.put("job", found.job().name());
    node.put("deleted", deleted);
    node.put("files", found.files());
    node.put("bytes", found.bytes());
    ArrayNode orphans = node.putArray("orphans");
    for (Orphan orphan : found.orphans()) {
      ObjectNode each = orphans.addObject();
      each.put("path", orphan.path().toString());
      each.put("kind", CheckpointReport.name(orphan.kind()));
      each.put("files", orphan.files().size());
      each.put("bytes", orphan.bytes());
    }
    ArrayNode leftAlone = node.putArray("leftAlone");
    found.leftAlone().forEach(path -> leftAlone.add(path.toString()));
    out.println(InspectionWriter.MAPPER.writeValueAsString(node));
  }

  private static String kind(Orphan orphan) {
    return CheckpointReport.name(orphan.kind()).replace('-', ' ');
  }
}
