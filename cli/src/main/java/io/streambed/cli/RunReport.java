package io.streambed.cli;

import io.streambed.cli.console.Columns;
import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobListener;
import io.streambed.runtime.JobResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Collects what is told at the end of a run, and tells at once what cannot wait. Any thread. */
final class RunReport implements JobListener {
  private final PrintWriter err;
  private final AtomicLong completed = new AtomicLong();
  private final AtomicLong aborted = new AtomicLong();
  private volatile Optional<JobEvent.Restoring> restored = Optional.empty();
  private volatile String lastReason = "";
  private volatile String lastSize = "nothing";
  private JobResult result;

  RunReport(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void on(JobEvent event) {
    if (event instanceof JobEvent.CheckpointCompleted complete) {
      completed.incrementAndGet();
      lastSize = new StateSize(complete.bytes(), complete.writtenBytes()).toString();
    } else if (event instanceof JobEvent.CheckpointAborted given) {
      aborted.incrementAndGet();
      lastReason = ", last " + given.checkpointId() + ": " + given.reason();
    } else if (event instanceof JobEvent.Restoring restoring) {
      restored = Optional.of(restoring);
    } else if (event instanceof JobEvent.RestoreAdvanced advanced) {
      err.println(
          StateSize.restored(
              advanced.operatorId(),
              advanced.subtask(),
              advanced.doneBytes(),
              advanced.totalBytes()));
    } else if (event instanceof JobEvent.LocalRestore local) {
      err.println(
          "State of subtask "
              + local.subtask()
              + " of operator \""
              + local.operatorId()
              + "\": "
              + local.localBytes()
              + " bytes from local copies, "
              + local.storageBytes()
              + " bytes from the checkpoint storage"
              + (local.reason().isEmpty() ? "" : ", since " + local.reason()));
    } else if (event instanceof JobEvent.Restarting restarting) {
      err.println("Restart " + restarting.attempt() + ": " + restarting.reason());
    } else if (event instanceof JobEvent.StateCarried carried) {
      err.println(
          "State \""
              + carried.state()
              + "\" of operator \""
              + carried.operatorId()
              + "\" is not declared by the job; subtask "
              + carried.subtask()
              + " carries it along.");
    }
  }

  void finished(JobResult jobResult) {
    result = jobResult;
  }

  void print(PrintWriter out, RejectedSummary rejected, Path output) {
    line(out, "records read", recordsRead());
    line(out, "rejected lines", rejected.toString());
    line(out, "checkpoints", completed + " complete, last " + result.lastCheckpointId());
    line(out, "state", lastSize);
    line(out, "given up", aborted + lastReason);
    line(
        out,
        "restored from",
        restored
            .map(
                r ->
                    r.type().toString().toLowerCase(Locale.ROOT)
                        + " "
                        + r.checkpointId()
                        + ", "
                        + r.location())
            .orElse("nothing"));
    line(out, "restarts", "" + result.restarts());
    if (result.end() != JobResult.End.FINISHED) {
      line(out, "stopped", result.savepoint().map(at -> "with savepoint " + at).orElse("at once"));
    }
    line(out, "output", output.toString());
  }

  private String recordsRead() {
    return result.recordsRead()
        + result.recordsBySource().entrySet().stream()
            .map(source -> source.getKey() + " " + source.getValue())
            .collect(Collectors.joining(", ", " (", ")"));
  }

  private static void line(PrintWriter out, String name, String value) {
    out.println(Columns.left(name, 16) + value);
  }
}
