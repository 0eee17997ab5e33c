package io.streambed.cli;

import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobListener;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How far a job is, as a line now and then: where there is no terminal for a bar. Any thread. */
final class ProgressLines implements JobListener {
  static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final PrintWriter err;
  private final LongSupplier nanos;
  private final RecordCounts records = new RecordCounts();
  private long toldNanos;
  private long checkpoints;
  private String last = "";

  /** Counts from now on by a clock that never goes back, in nanoseconds. */
  ProgressLines(PrintWriter err, LongSupplier nanos) {
    this.err = err;
    this.nanos = nanos;
    this.toldNanos = nanos.getAsLong();
  }

  @Override
  public synchronized void on(JobEvent event) {
    if (event instanceof JobEvent.RecordsRead read) {
      records.note(read);
    } else if (event instanceof JobEvent.CheckpointCompleted completed) {
      checkpoints++;
      last = ", last " + completed.checkpointId() + " in " + completed.millis() + " ms";
    }
    long now = nanos.getAsLong();
    if (now - toldNanos >= INTERVAL_NANOS) {
      toldNanos = now;
      err.println(records + " records read, complete checkpoints: " + checkpoints + last);
    }
  }
}
