package io.streambed.job;

import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link SplitReader} begins with.
 *
 * @param split the split's id, as {@link Source#splits()} gave it
 * @param position where to begin: what {@link SplitReader#position()} gave last; empty at the
 *     beginning of the split
 * @param wakeUp makes the subtask ask its readers at once; see {@link #wakeUp()}
 * @param <P> the type of the positions
 */
public record SplitContext<P>(String split, Optional<P> position, Runnable wakeUp) {
  /** Checks that all parts are there. */
  public SplitContext {
    Objects.requireNonNull(split, "split");
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(wakeUp, "wakeUp");
  }

  /**
   * Tells the subtask that its reader, which was idle, has an element now, or is at its end. Any
   * thread may call it, at any time and as often as it likes; it never waits.
   *
   * @return what wakes the subtask
   */
  @Override
  public Runnable wakeUp() {
    return wakeUp;
  }
}
