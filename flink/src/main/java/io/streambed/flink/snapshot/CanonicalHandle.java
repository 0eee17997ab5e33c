package io.streambed.flink.snapshot;

import java.io.Closeable;
import java.io.IOException;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;

/**
 * A handle of a canonical savepoint while Flink's own reader reads it. That leaves the stream open
 * where it fails; here it is closed whatever comes, and can be cancelled while it is open.
 *
 * <p>Threading: one thread, but for the registry.
 */
final class CanonicalHandle extends KeyGroupsStateHandle implements Closeable {
  private static final long serialVersionUID = 1L;

  private final transient CloseableRegistry cancel;
  private transient FSDataInputStream in;

  /**
   * A handle that nobody has opened.
   *
   * @param handle the savepoint's
   * @param cancel closed to cancel
   */
  CanonicalHandle(KeyGroupsStateHandle handle, CloseableRegistry cancel) {
    super(handle.getGroupRangeOffsets(), handle.getDelegateStateHandle());
    this.cancel = cancel;
  }

  /** The file's name, for messages. */
  String name() {
    return maybeGetPath().map(Path::toString).orElse("a canonical savepoint");
  }

  /** Opens the stream, once. */
  @Override
  public FSDataInputStream openInputStream() throws IOException {
    in = super.openInputStream();
    cancel.registerCloseable(in);
    return in;
  }

  /** Closes the stream, if it was opened. */
  @Override
  public void close() throws IOException {
    if (in != null) {
      cancel.unregisterCloseable(in);
      in.close();
    }
  }
}
