package io.streambed.localcopy;

import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Consumer;

/** A stream of a checkpoint that is written to its storage, and to a local copy after that. */
final class CopyingOutput extends SnapshotOutput {
  private final SnapshotOutput out;
  private final WrittenCopy copy;
  private final Consumer<StreamHandle> finished;
  private final byte[] single = new byte[1];

  /**
   * A stream that is copied.
   *
   * @param copy takes the bytes too; null if the copy is made without them
   * @param finished is given the handle when the storage has all bytes
   */
  CopyingOutput(SnapshotOutput out, WrittenCopy copy, Consumer<StreamHandle> finished) {
    this.out = out;
    this.copy = copy;
    this.finished = finished;
  }

  @Override
  public UUID fileId() {
    return out.fileId();
  }

  @Override
  public void write(int b) throws IOException {
    single[0] = (byte) b;
    write(single, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    out.write(source, offset, length);
    if (copy != null) {
      copy.write(source, offset, length);
    }
  }

  @Override
  public StreamHandle finish(int checksum) throws IOException {
    StreamHandle handle = out.finish(checksum);
    finished.accept(handle);
    return handle;
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } finally {
      if (copy != null) {
        copy.close();
      }
    }
  }
}
