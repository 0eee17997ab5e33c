package io.streambed.flink;

import io.streambed.error.OversizedEntryException;
import io.streambed.error.SerializationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResources;
import org.apache.flink.runtime.state.SnapshotStrategy;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Lets what a user's serializer throws during a snapshot come out as it is, as jobs on Flink's own
 * backends see it. Streambed's account of it, which names the state, goes along as suppressed. An
 * entry beyond a limit fails the task: each later snapshot would meet it again.
 *
 * @param strategy takes the snapshots
 * @param failTask fails the task with a cause, from any thread
 */
record UserFailures<R extends SnapshotResources>(
    SnapshotStrategy<KeyedStateHandle, R> strategy, Consumer<Throwable> failTask)
    implements SnapshotStrategy<KeyedStateHandle, R> {

  @Override
  public R syncPrepareResources(long checkpointId) throws Exception {
    return strategy.syncPrepareResources(checkpointId);
  }

  @Override
  public SnapshotResultSupplier<KeyedStateHandle> asyncSnapshot(
      R resources,
      long checkpointId,
      long timestamp,
      CheckpointStreamFactory streams,
      CheckpointOptions options) {
    SnapshotResultSupplier<KeyedStateHandle> write =
        strategy.asyncSnapshot(resources, checkpointId, timestamp, streams, options);
    return cancel -> {
      try {
        return write.get(cancel);
      } catch (SerializationException e) {
        throw usersOwn(e);
      } catch (OversizedEntryException e) {
        failTask.accept(e);
        throw e;
      }
    };
  }

  private static Exception usersOwn(SerializationException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof UncheckedIOException wrapped) {
      cause = wrapped.getCause();
    }
    if (cause instanceof RuntimeException || cause instanceof IOException) {
      cause.addSuppressed(account(failure));
      return (Exception) cause;
    }
    return failure;
  }

  /** Without the cause: suppressed in that, it would make a cycle. */
  private static Exception account(SerializationException failure) {
    Exception account = new FlinkRuntimeException(failure.getMessage());
    account.setStackTrace(failure.getStackTrace());
    return account;
  }
}
