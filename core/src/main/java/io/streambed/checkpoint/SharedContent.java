package io.streambed.checkpoint;

import io.streambed.error.StorageException;
import io.streambed.file.FileOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.UUID;

/** What becomes a shared file. Unbuffered: a store copies its files in large pieces. */
final class SharedContent implements CheckpointOutput.Content {
  private final SharedDirectory directory;
  private final long checkpoint;
  private final UUID fileId;
  private FileOutput file;

  SharedContent(SharedDirectory directory, long checkpoint, UUID fileId) {
    this.directory = directory;
    this.checkpoint = checkpoint;
    this.fileId = fileId;
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    opened().write(source, offset, length);
  }

  @Override
  public StreamHandle finish(int checksum) throws IOException {
    FileOutput out = opened();
    out.sync();
    out.close();
    StreamHandle.Shared handle = new StreamHandle.Shared(fileId, checksum, out.position());
    if (!directory.register(checkpoint, handle)) {
      throw new StorageException(
          "checkpoint " + checkpoint + " has ended: nothing can be written to it");
    }
    return handle;
  }

  @Override
  public void discard() throws IOException {
    if (file != null) {
      try {
        file.close();
      } finally {
        directory.delete(fileId);
      }
    }
  }

  private FileOutput opened() throws IOException {
    if (file == null) {
      file = directory.create(fileId);
    }
    return file;
  }
}
