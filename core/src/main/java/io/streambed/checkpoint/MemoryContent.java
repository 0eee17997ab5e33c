package io.streambed.checkpoint;

import io.streambed.error.LimitExceededException;
import io.streambed.snapshot.StreamHandle;
import java.io.ByteArrayOutputStream;
import java.util.UUID;

/** What stays in memory, up to a limit. */
final class MemoryContent implements CheckpointOutput.Content {
  private final String purpose;
  private final UUID fileId;
  private final int maxBytes;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  MemoryContent(String purpose, UUID fileId, int maxBytes) {
    this.purpose = purpose;
    this.fileId = fileId;
    this.maxBytes = maxBytes;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    long size = (long) content.size() + length;
    if (size > maxBytes) {
      throw new LimitExceededException(
          "The snapshot stream \"" + purpose + "\" in bytes",
          size,
          maxBytes,
          "Raise maxStateBytes of MemoryCheckpointStorage, or keep checkpoints in files with"
              + " FileCheckpointStorage.");
    }
    content.write(source, offset, length);
  }

  @Override
  public StreamHandle finish(int checksum) {
    return new StreamHandle.Inline(fileId, checksum, content.toByteArray());
  }

  @Override
  public void discard() {
    // It goes with the stream.
  }
}
