package io.streambed.flink.snapshot;

import io.streambed.file.FileInput;
import java.io.IOException;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.StreamStateHandle;

/** The bytes of one of Flink's stream handles, by position. One thread. */
final class HandleInput implements FileInput {
  private final FSDataInputStream in;
  private final long length;
  private final String name;

  private HandleInput(FSDataInputStream in, long length, String name) {
    this.in = in;
    this.length = length;
    this.name = name;
  }

  static HandleInput open(StreamStateHandle handle) throws IOException {
    String name = handle.maybeGetPath().map(Path::toString).orElse("state in the metadata file");
    return new HandleInput(handle.openInputStream(), handle.getStateSize(), name);
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
    in.close();
  }
}
