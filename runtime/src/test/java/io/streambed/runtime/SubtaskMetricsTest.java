package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Durations of one subtask, on a clock that goes on by one with each look at it. */
class SubtaskMetricsTest {
  private static final String ALIGNMENT = "checkpoint.alignment.nanos";
  private static final String BLOCKED = "output.blocked.nanos";

  private final RecordingMeters meters = new RecordingMeters();
  private final SubtaskMetrics metrics = new SubtaskMetrics(meters);
  private final InputGate next = new InputGate();
  private final Output output = new Output();

  @Test
  void alignment_ofSeveralChannels_isFromTheFirstBarrierToTheLast() {
    metrics.hasChannels();
    metrics.alignmentBegins();
    meters.pass(100);
    metrics.alignmentBegins();
    meters.pass(100);
    metrics.aligned();
    metrics.aligned();
    assertThat(meters.recorded(ALIGNMENT)).containsExactly(201L, 0L);
  }

  @Test
  void alignment_givenUp_isNotRecorded_theNextBeginsAnew() {
    metrics.hasChannels();
    metrics.alignmentBegins();
    meters.pass(100);
    metrics.alignmentGivenUp();
    metrics.alignmentBegins();
    metrics.aligned();
    assertThat(meters.recorded(ALIGNMENT)).containsExactly(1L);
  }

  @Test
  void blocked_whileItLasts_growsWithEachLook_andStaysAfterwards() {
    metrics.sendsTo(output);
    assertThat(meters.shown(BLOCKED)).isZero();
    metrics.blocked();
    meters.pass(100);
    assertThat(meters.shown(BLOCKED)).isEqualTo(101);
    assertThat(meters.shown(BLOCKED)).isEqualTo(102);
    metrics.unblocked();
    assertThat(meters.shown(BLOCKED)).isEqualTo(103);
    meters.pass(100);
    assertThat(meters.shown(BLOCKED)).isEqualTo(103);
    metrics.blocked();
    metrics.unblocked();
    assertThat(meters.shown(BLOCKED)).isEqualTo(104);
  }

  @Test
  void blocked_thatEndsWhileSomebodyLooks_neverGoesBack() {
    metrics.sendsTo(output);
    metrics.blocked();
    meters.atNextLook(
        () -> {
          metrics.unblocked();
          meters.pass(100);
        });
    long shown = meters.shown(BLOCKED);
    assertThat(meters.shown(BLOCKED)).isEqualTo(shown);
  }

  @Test
  void output_countsElements_butNoWatermarks() {
    output.connect((key, value) -> 0, List.of(next), 0);
    metrics.sendsTo(output);
    output.emit("a", 1);
    output.emit("b", 2);
    output.sendToAll(new Watermark(2));
    output.sendToAll(new Watermark(3));
    output.emit("c", 4);
    output.flush();
    assertThat(meters.count("records.out")).isEqualTo(3);
  }

  @Test
  void output_toSeveral_countsAnElementForEachThatGetsIt() {
    InputGate other = new InputGate();
    output.connect((key, value) -> Output.Partitioner.ALL, List.of(next, other), 0);
    output.side("side").connect((key, value) -> 0, List.of(other), 0);
    metrics.sendsTo(output);
    output.emit("a", 1);
    output.side("side").emit("b", 1);
    output.flush();
    assertThat(meters.count("records.out")).isEqualTo(3);
  }

  @Test
  void output_intoAFullChannel_isBlockedUntilThereIsRoom() throws InterruptedException {
    output.connect((key, value) -> 0, List.of(next), 0);
    metrics.sendsTo(output);
    Thread sender =
        new Thread(
            () -> {
              for (long mark = 0; mark < 5; mark++) {
                output.sendToAll(new Watermark(mark));
              }
            });
    sender.start();
    while (!InputGate.isWaitedIn(sender)) {
      assertThat(sender.isAlive()).isTrue();
      Thread.onSpinWait();
    }
    long first = meters.shown(BLOCKED);
    assertThat(meters.shown(BLOCKED)).isGreaterThan(first).isPositive();
    next.take(0);
    sender.join();
    first = meters.shown(BLOCKED);
    assertThat(meters.shown(BLOCKED)).isEqualTo(first).isPositive();
  }

  @Test
  void close_endsTheGauges() {
    metrics.hasChannels();
    metrics.sendsTo(output);
    metrics.hasKeyedState();
    assertThat(meters.openGauges()).hasSize(6);
    metrics.close();
    assertThat(meters.openGauges()).isEmpty();
  }
}
