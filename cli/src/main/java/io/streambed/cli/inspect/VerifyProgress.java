package io.streambed.cli.inspect;

import io.streambed.cli.console.Amounts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How far {@code verify} is, as a line every ten seconds. One thread. */
final class VerifyProgress {
  static final VerifyProgress NONE = new VerifyProgress(null, () -> 0);
  static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final PrintWriter err;
  private final LongSupplier nanos;
  private long toldNanos;
  private String where = "";
  private long bytes;

  /** Counts from now on by a clock that never goes back, in nanoseconds. */
  VerifyProgress(PrintWriter err, LongSupplier nanos) {
    this.err = err;
    this.nanos = nanos;
    this.toldNanos = nanos.getAsLong();
  }

  /** The next checkpoint or savepoint is read, the number-th of so many. */
  void begin(Path place, int number, int of) {
    where = "reading " + place + ", " + number + " of " + of;
  }

  /** So many bytes more have been read. */
  void read(long more) {
    bytes += more;
    long now = nanos.getAsLong();
    if (now - toldNanos >= INTERVAL_NANOS) {
      toldNanos = now;
      err.println(where + "; " + Amounts.bytes(bytes) + " read");
    }
  }
}
