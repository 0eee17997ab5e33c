package io.streambed.heap;

import java.util.ArrayList;
import java.util.List;

/**
 * The store's clock of freezes. What is made in epoch e belongs to every view frozen at the end of
 * e or later; so it may be written in place exactly if its epoch is greater than {@link
 * #maxFrozen}.
 *
 * <p>The owner's thread freezes; any thread releases. A release only lowers {@code maxFrozen}: the
 * owner seeing it late copies once more than needed, never once too few. That holds for one look at
 * {@code maxFrozen}: between two of them a view may be let go, and a structure of which the owner
 * has made a copy since would then look writable again.
 */
final class Epochs {
  private final List<Integer> live = new ArrayList<>();
  private int current;

  /** The newest epoch that a live view needs, or -1. */
  volatile int maxFrozen = -1;

  /** The epoch that new structures belong to; the owner's thread only. */
  int current() {
    return current;
  }

  /** Ends the current epoch and keeps it for a view; gives the frozen epoch. */
  synchronized int freeze() {
    int frozen = current++;
    live.add(frozen);
    maxFrozen = frozen;
    return frozen;
  }

  /** Lets go of a frozen epoch. */
  synchronized void release(int frozen) {
    live.remove((Integer) frozen);
    int max = -1;
    for (int epoch : live) {
      max = Math.max(max, epoch);
    }
    maxFrozen = max;
  }
}
