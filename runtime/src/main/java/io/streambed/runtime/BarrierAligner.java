package io.streambed.runtime;

import java.util.Arrays;
import java.util.TreeSet;

/**
 * Decides, barrier by barrier, when a subtask has a checkpoint's barrier from all its channels.
 * Pure state; the subtask's thread.
 *
 * <p>Invariants: a channel whose barrier of the pending checkpoint has come is blocked until all
 * have, or that checkpoint is given up. Barriers of a checkpoint that was given up, or is older
 * than the last one aligned or pending, are passed over. Giving up one checkpoint does not touch
 * another.
 */
final class BarrierAligner {
  private final boolean[] arrived;
  private final TreeSet<Long> aborted = new TreeSet<>();
  private int missing;
  private long pending;
  private long lastAligned;

  /** What a barrier leads to. */
  enum Verdict {
    /** It belongs to a checkpoint that has ended. */
    IGNORE,
    /** Its channel waits for the others. */
    BLOCK,
    /** All have come: take the snapshot, then let all channels go on. */
    ALIGNED
  }

  BarrierAligner(int channels) {
    this.arrived = new boolean[channels];
    this.missing = channels;
  }

  /** Whether a barrier begins a newer checkpoint than the one pending, which is then given up. */
  boolean overtakes(long checkpointId) {
    return pending != 0 && checkpointId > pending && !aborted.contains(checkpointId);
  }

  Verdict barrier(int channel, long checkpointId) {
    if (checkpointId <= lastAligned || checkpointId < pending || aborted.contains(checkpointId)) {
      return Verdict.IGNORE;
    }
    if (checkpointId != pending) {
      reset();
      pending = checkpointId;
    }
    if (!arrived[channel]) {
      arrived[channel] = true;
      missing--;
    }
    if (missing > 0) {
      return Verdict.BLOCK;
    }
    lastAligned = checkpointId;
    aborted.headSet(checkpointId, true).clear();
    reset();
    return Verdict.ALIGNED;
  }

  /** A checkpoint was given up; true if channels were waiting for it and go on now. */
  boolean aborted(long checkpointId) {
    if (checkpointId > lastAligned) {
      aborted.add(checkpointId);
    }
    if (pending != checkpointId) {
      return false;
    }
    reset();
    return true;
  }

  private void reset() {
    pending = 0;
    missing = arrived.length;
    Arrays.fill(arrived, false);
  }
}
