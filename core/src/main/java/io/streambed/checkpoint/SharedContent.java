package io.streambed.checkpoint;

import io.streambed.error.StorageException;
import io.streambed.file.FileOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Predicate;

/** What becomes a shared file. Unbuffered: a store copies its files in large pieces. */
final class SharedContent implements CheckpointOutput.Content {
  private final SharedDirectory directory;
  private final UUID fileId;
  private final Predicate<StreamHandle.Shared> holder;
  private FileOutput file;
  private boolean held;

  /**
   * The content of a new file.
   *
   * @param holder takes the file when it is whole; false if the holder has ended
   */
  SharedContent(SharedDirectory directory, UUID fileId, Predicate<StreamHandle.Shared> holder) {
    this.directory = directory;
    this.fileId = fileId;
    this.holder = holder;
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
    held = holder.test(handle);
    if (!held) {
      throw new StorageException(
          "shared file "
              + fileId
              + " came too late: the checkpoint or staging that it was written for has ended");
    }
    return handle;
  }

  @Override
  public void discard() throws IOException {
    // One that is held goes when its holder lets go of it: another may hold it too by then.
    if (file != null && !held) {
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
