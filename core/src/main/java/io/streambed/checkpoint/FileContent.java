package io.streambed.checkpoint;

import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/** What stays in memory up to a threshold and becomes a file of one checkpoint beyond it. */
final class FileContent implements CheckpointOutput.Content {
  private static final int INITIAL_BYTES = 512;

  private final FileSystem files;
  private final Path path;
  private final UUID fileId;
  private final FileStorageOptions options;
  private byte[] buffer = new byte[INITIAL_BYTES];
  private int buffered;
  private FileOutput file;

  FileContent(FileSystem files, Path path, UUID fileId, FileStorageOptions options) {
    this.files = files;
    this.path = path;
    this.fileId = fileId;
    this.options = options;
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    if (length > capacity() - buffered) {
      drain();
    }
    if (length > capacity()) {
      file.write(source, offset, length);
      return;
    }
    int needed = buffered + length;
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, Math.min(capacity(), 2 * buffer.length)));
    }
    System.arraycopy(source, offset, buffer, buffered, length);
    buffered = needed;
  }

  @Override
  public StreamHandle finish(int checksum) throws IOException {
    if (file == null) {
      return new StreamHandle.Inline(fileId, checksum, Arrays.copyOf(buffer, buffered));
    }
    drain();
    file.sync();
    file.close();
    String name = path.getFileName().toString();
    return new StreamHandle.InFile(fileId, checksum, name, file.position());
  }

  @Override
  public void discard() throws IOException {
    if (file != null) {
      try {
        file.close();
      } finally {
        files.delete(path);
      }
    }
  }

  private int capacity() {
    return file == null ? options.smallFileThresholdBytes() : options.writeBufferBytes();
  }

  private void drain() throws IOException {
    if (file == null) {
      file = files.create(path);
    }
    file.write(buffer, 0, buffered);
    buffered = 0;
  }
}
