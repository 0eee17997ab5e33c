package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobResult;
import io.streambed.snapshot.SnapshotType;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a run tells while it goes on, and where it began. */
class ProgressLinesTest {
  private final StringWriter text = new StringWriter();
  private final PrintWriter out = new PrintWriter(text, true);
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

  @Test
  void on_manyEvents_printsOneLineForEachInterval() {
    ProgressLines lines = new ProgressLines(out, nanos::get);
    lines.on(new JobEvent.RecordsRead("flights", 10, 10));
    nanos.addAndGet(ProgressLines.INTERVAL_NANOS - 1);
    lines.on(new JobEvent.RecordsRead("flights", 30, 30));
    assertThat(text.toString()).isEmpty();
    nanos.incrementAndGet();
    lines.on(new JobEvent.RecordsRead("flights", 20, 20));
    lines.on(new JobEvent.CheckpointCompleted(4, "chk-4-1", 100, 50, 12));
    nanos.addAndGet(ProgressLines.INTERVAL_NANOS);
    lines.on(new JobEvent.Running());
    assertThat(text.toString().lines())
        .containsExactly(
            "30 records read, complete checkpoints: 0",
            "30 records read, complete checkpoints: 1, last 4 in 12 ms");
  }

  @Test
  void on_severalSources_splitsTheNumberBySource() {
    ProgressLines lines = new ProgressLines(out, nanos::get);
    lines.on(new JobEvent.RecordsRead("rules", 7, 7));
    lines.on(new JobEvent.RecordsRead("flights", 128, 199));
    lines.on(new JobEvent.RecordsRead("flights", 64, 71)); // of another subtask, told late
    nanos.addAndGet(ProgressLines.INTERVAL_NANOS);
    lines.on(new JobEvent.Running());
    assertThat(text.toString())
        .startsWith("135 (flights 128, rules 7) records read, complete checkpoints: 0");
  }

  @Test
  void report_restoredFromASavepoint_saysSo() {
    RunReport report = new RunReport(out);
    report.on(new JobEvent.Restoring(2, "/s/savepoint-2-ab", SnapshotType.SAVEPOINT));
    report.finished(
        new JobResult(
            JobResult.End.FINISHED,
            Optional.of(2L),
            3,
            Optional.empty(),
            Map.of("flights", 10L),
            0,
            Map.of()));
    report.print(out, new RejectedSummary(Path.of("in"), Path.of("r"), List.of()), Path.of("out"));
    assertThat(text.toString()).containsPattern("restored from +savepoint 2, /s/savepoint-2-ab");
  }
}
