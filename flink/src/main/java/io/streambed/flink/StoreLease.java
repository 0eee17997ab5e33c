package io.streambed.flink;

import io.streambed.entry.EntryCursor;
import io.streambed.entry.Schema;
import io.streambed.store.FrozenView;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a store and its memory for those who use them: the task, and each snapshot that is being
 * written. When the task's use ends the store is closed, and whoever reads or changes state after
 * that gets an {@link IllegalStateException}. A snapshot goes on; its frozen view may need managed
 * memory. So the last user, whichever it is, gives the memory back.
 *
 * <p>Threading: {@link #close} on the task's thread or once the task has ended; uses end on any
 * thread.
 */
final class StoreLease implements AutoCloseable {
  private final KeyedStates<?> states;
  private final SlotMemory memory;
  private final AtomicInteger users = new AtomicInteger(1);
  private final AtomicBoolean taskUses = new AtomicBoolean(true);

  /**
   * A lease that the task holds.
   *
   * @param states closed, and the store with them, when the task's use ends
   * @param memory closed when the last use ends
   */
  StoreLease(KeyedStates<?> states, SlotMemory memory) {
    this.states = states;
    this.memory = memory;
  }

  /** Begins the use of one snapshot, on the task's thread. */
  Use use() {
    users.incrementAndGet();
    return new Use();
  }

  /** A view that is a use until it is closed. */
  FrozenView use(FrozenView view) {
    return new UsedView(view, use());
  }

  private void end() {
    if (users.decrementAndGet() == 0) {
      memory.close();
    }
  }

  /** Ends the task's use. Any number of times. */
  @Override
  public void close() {
    if (taskUses.getAndSet(false)) {
      try {
        states.close();
      } finally {
        end();
      }
    }
  }

  /** The use of one snapshot. */
  final class Use implements AutoCloseable {
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Use() {}

    /** Ends the use, any number of times. */
    @Override
    public void close() {
      if (open.getAndSet(false)) {
        end();
      }
    }
  }

  private record UsedView(FrozenView view, Use use) implements FrozenView {
    @Override
    public Schema schema() {
      return view.schema();
    }

    @Override
    public EntryCursor entries(int keyGroup) {
      return view.entries(keyGroup);
    }

    @Override
    public void close() {
      try {
        view.close();
      } finally {
        use.close();
      }
    }
  }
}
