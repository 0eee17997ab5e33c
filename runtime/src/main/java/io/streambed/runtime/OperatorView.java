package io.streambed.runtime;

import io.streambed.keyed.KeyedStateView;
import io.streambed.state.StateQuery;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * The keyed state of one operator as it was, to be looked into while the job goes on: that of each
 * subtask at a moment of its own. {@link JobHandle#view} gives one.
 *
 * <p>It is closed when its time is over, or when the tasks end or start again; look-ups are refused
 * from then on.
 *
 * <p>Threading: any thread.
 */
public final class OperatorView implements AutoCloseable {
  private final KeyedStateView<Object>[] parts;
  private final ToIntFunction<Object> subtaskOf;
  private final Runnable closing;
  private boolean closed;

  /**
   * A view without its parts.
   *
   * @param parallelism how many there will be
   * @param subtaskOf the number of the part that has a key
   * @param closing is told when it is closed, once
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  OperatorView(int parallelism, ToIntFunction<Object> subtaskOf, Runnable closing) {
    this.parts = new KeyedStateView[parallelism];
    this.subtaskOf = subtaskOf;
    this.closing = closing;
  }

  /** Takes the part of a subtask, which is of no use if this is closed. */
  void add(int subtask, KeyedStateView<Object> part) {
    synchronized (this) {
      if (!closed) {
        parts[subtask] = part;
        return;
      }
    }
    part.close();
  }

  /**
   * Looks a key up.
   *
   * @param query what is asked
   * @param key the key
   * @param <R> the type of the answer
   * @return a copy that is the caller's own; empty if there was nothing
   * @throws io.streambed.error.StateQueryException if there is no such state, it has other types,
   *     the key cannot be used, or the view is closed
   */
  public <R> Optional<R> query(StateQuery<R> query, Object key) {
    return parts[subtaskOf.applyAsInt(key)].query(query, key);
  }

  /** Lets the stores go on without copies; idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    for (KeyedStateView<Object> part : parts) {
      if (part != null) {
        part.close();
      }
    }
    closing.run();
  }
}
