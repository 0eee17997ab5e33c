package io.streambed.connector;

import io.streambed.job.Sink;
import io.streambed.job.SinkWriter;
import io.streambed.serial.Serializer;
import java.util.Objects;

/**
 * Calls a function for each result, <b>at least once</b>: after a failure the job goes back to its
 * last complete checkpoint, and the function is called again for results that come after it. A
 * function that must not see a result twice has to notice that itself, for instance by a number in
 * the result.
 *
 * <p>A checkpoint counts a result as done when the function has returned. A function that hands
 * results on, to another thread say, loses those that have not arrived when the process dies.
 *
 * <p>Threading: the function is shared by all subtasks, each of which calls it on its own thread.
 * The subtask waits for it, and the operators before the subtask do in the end.
 *
 * @param <T> the type of the results
 */
public final class ForEachSink<T> implements Sink<T, Void> {
  private final Action<? super T> action;

  /**
   * A sink.
   *
   * @param action called for each result
   */
  public ForEachSink(Action<? super T> action) {
    this.action = Objects.requireNonNull(action, "action");
  }

  /**
   * What is done with a result.
   *
   * @param <T> the type of the results
   */
  @FunctionalInterface
  public interface Action<T> {
    /**
     * Does it.
     *
     * @param result the result
     * @throws Exception if it fails; the job then goes back to its last complete checkpoint
     */
    void accept(T result) throws Exception;
  }

  @Override
  public Serializer<Void> committableSerializer() {
    return NoCommittables.INSTANCE;
  }

  @Override
  public SinkWriter<T, Void> open(SinkContext<Void> context) {
    DirectWriter<T> writer = (result, timestampMillis) -> action.accept(result);
    return writer;
  }
}
