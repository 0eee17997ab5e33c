package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.MalformedDataException;
import io.streambed.runtime.JobEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Events as lines, there and back, and what is made of them. */
class MarkerTest {
  private static Marker printed(JobEvent event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Markers(new PrintStream(out, true, StandardCharsets.UTF_8), null).on(event);
    return Marker.of(out.toString(StandardCharsets.UTF_8).strip());
  }

  @Test
  void completedCheckpoint_givesItsSize() {
    Marker marker = printed(new JobEvent.CheckpointCompleted(3, "/a, b/chk-3", 1_000, 30, 7));
    assertThat(marker.is(JobEvent.CheckpointCompleted.class)).isTrue();
    assertThat(StateSize.of(marker)).isEqualTo(new StateSize(1_000, 30));
    assertThat(StateSize.of(marker))
        .hasToString(
            "1000 bytes: 30 written for the last checkpoint, 970 shared with earlier ones");
    assertThatThrownBy(() -> marker.number("subtask"))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("subtask");
  }

  @Test
  void advancedRestore_isOneLineInBothProcesses() {
    var advanced = new JobEvent.RestoreAdvanced("hourly-delays", 2, 96L << 20, (1L << 30) + 5);
    String line = "Restoring \"hourly-delays\", subtask 2: 96 of 1024 MiB";
    assertThat(StateSize.restored(printed(advanced))).isEqualTo(line);
    StringWriter err = new StringWriter();
    new RunReport(new PrintWriter(err, true)).on(advanced);
    assertThat(err.toString().strip()).isEqualTo(line);
  }
}
