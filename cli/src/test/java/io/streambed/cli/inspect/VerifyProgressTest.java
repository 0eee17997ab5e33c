package io.streambed.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class VerifyProgressTest {
  @Test
  void read_afterTheInterval_tellsWhereItIsOnce() {
    StringWriter err = new StringWriter();
    AtomicLong nanos = new AtomicLong(-5);
    VerifyProgress progress = new VerifyProgress(new PrintWriter(err, true), nanos::get);
    progress.begin(Path.of("job/chk-3-1"), 1, 2);
    progress.read(1 << 20);
    assertThat(err.toString()).isEmpty();
    nanos.addAndGet(VerifyProgress.INTERVAL_NANOS);
    progress.read(1 << 20);
    progress.read(1 << 20);
    assertThat(err.toString().lines()).containsExactly("reading job/chk-3-1, 1 of 2; 2.0 MiB read");
  }
}
