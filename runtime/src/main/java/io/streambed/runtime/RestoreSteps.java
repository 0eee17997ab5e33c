package io.streambed.runtime;

import io.streambed.snapshot.RestoreProgress;
import java.util.function.Consumer;

/**
 * Tells in steps how far one subtask's restore has come: in tenths, or in steps of 64 MiB where
 * those are larger, and not at all of less than that.
 */
final class RestoreSteps implements RestoreProgress {
  private static final long MIN_STEP_BYTES = 64 << 20;
  private static final int STEPS = 10;

  private final Consumer<JobEvent> events;
  private final String operatorId;
  private final int subtask;
  private long toldBytes;

  RestoreSteps(Consumer<JobEvent> events, String operatorId, int subtask) {
    this.events = events;
    this.operatorId = operatorId;
    this.subtask = subtask;
  }

  @Override
  public void advanced(long doneBytes, long totalBytes) {
    if (doneBytes < toldBytes) {
      // Another part of the state, counted from its own beginning.
      toldBytes = 0;
    }
    long step = Math.max(MIN_STEP_BYTES, totalBytes / STEPS);
    boolean atEnd = doneBytes == totalBytes && doneBytes > toldBytes;
    if (totalBytes >= MIN_STEP_BYTES && (atEnd || doneBytes - toldBytes >= step)) {
      toldBytes = doneBytes;
      events.accept(new JobEvent.RestoreAdvanced(operatorId, subtask, doneBytes, totalBytes));
    }
  }
}
