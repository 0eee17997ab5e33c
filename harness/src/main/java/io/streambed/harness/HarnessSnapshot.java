package io.streambed.harness;

import io.streambed.checkpoint.OpenedCheckpoint;
import java.util.List;

/**
 * What {@link FunctionHarness#snapshot()} has taken: the state of all subtasks and the timers, as
 * they are in a checkpoint; and of the harness the steps so far, their results, the watermark and
 * the clock. It is in memory and stays valid when its harness is closed.
 *
 * <p>Threading: immutable.
 */
public final class HarnessSnapshot {
  final OpenedCheckpoint checkpoint;
  final List<Step> steps;
  final List<Result> results;
  final long watermarkMillis;
  final long clockMillis;

  HarnessSnapshot(
      OpenedCheckpoint checkpoint,
      List<Step> steps,
      List<Result> results,
      long watermarkMillis,
      long clockMillis) {
    this.checkpoint = checkpoint;
    this.steps = List.copyOf(steps);
    this.results = List.copyOf(results);
    this.watermarkMillis = watermarkMillis;
    this.clockMillis = clockMillis;
  }
}
