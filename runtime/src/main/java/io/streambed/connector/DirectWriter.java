package io.streambed.connector;

import io.streambed.error.InvariantViolationException;
import io.streambed.job.SinkWriter;
import java.util.List;
import java.util.Optional;

/**
 * A writer whose results are out as soon as they are written, so that nothing awaits a commit. A
 * job that goes back to a checkpoint writes what came after it once more: at least once.
 */
@FunctionalInterface
interface DirectWriter<T> extends SinkWriter<T, Void> {
  @Override
  default List<Void> prepare(long checkpointId) throws Exception {
    return List.of();
  }

  @Override
  default Optional<Content> content(Void committable) {
    return Optional.empty();
  }

  @Override
  default void commit(Void committable) {
    throw new InvariantViolationException("a writer that prepares nothing is told to commit");
  }

  @Override
  default void close() {
    // What the results went to belongs to the user.
  }
}
