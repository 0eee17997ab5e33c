package io.streambed.flink.snapshot;

import io.streambed.file.FileInput;
import java.io.IOException;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.StreamStateHandle;

/**
 * The bytes of one of Flink's stream handles, by position. One thread; closing the registry that it
 * was opened with closes it.
 */
final class HandleInput implements FileInput {
  private final FSDataInputStream in;
  private final long length;
  private final String name;
  private final CloseableRegistry cancel;

  private HandleInput(FSDataInputStream in, StreamStateHandle handle, CloseableRegistry cancel) {
    this.in = in;
    this.length = handle.getStateSize();
    this.name = handle.maybeGetPath().map(Path::toString).orElse("state in the metadata file");
    this.cancel = cancel;
  }

  static HandleInput open(StreamStateHandle handle, CloseableRegistry cancel) throws IOException {
    FSDataInputStream in = handle.openInputStream();
    // A closed registry closes the stream and throws.
    cancel.registerCloseable(in);
    return new HandleInput(in, handle, cancel);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(long position, byte[] into, int offset, int count) throws IOException {
    if (position >= length) {
      return count == 0 ? 0 : -1;
    }
    if (in.getPos() != position) {
      in.seek(position);
    }
    return in.read(into, offset, count);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() throws IOException {
    cancel.unregisterCloseable(in);
    in.close();
  }
}
