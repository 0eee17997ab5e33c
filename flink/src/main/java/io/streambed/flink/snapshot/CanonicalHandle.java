package io.streambed.flink.snapshot;

import io.streambed.entry.StateSchema;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
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
  private final transient ClassLoader classes;
  private transient FSDataInputStream in;
  private transient CanonicalHead head;

  /**
   * A handle that nobody has opened.
   *
   * @param handle the savepoint's
   * @param cancel closed to cancel
   * @param classes the job's class loader
   */
  CanonicalHandle(KeyGroupsStateHandle handle, CloseableRegistry cancel, ClassLoader classes) {
    super(handle.getGroupRangeOffsets(), handle.getDelegateStateHandle());
    this.cancel = cancel;
    this.classes = classes;
  }

  /** The states that the file declares; known once it is open. */
  List<StateSchema> states() {
    return head.states();
  }

  /** The file's name, for messages. */
  String name() {
    return maybeGetPath().map(Path::toString).orElse("a canonical savepoint");
  }

  /**
   * Opens the stream, once, and reads its states; the reader that it is given to meets none.
   *
   * @throws io.streambed.error.IncompatibleStateException if the states cannot be told
   */
  @Override
  public FSDataInputStream openInputStream() throws IOException {
    in = super.openInputStream();
    cancel.registerCloseable(in);
    head = CanonicalHead.read(in, classes);
    return head.before(in);
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
