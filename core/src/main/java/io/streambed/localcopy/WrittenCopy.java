package io.streambed.localcopy;

import io.streambed.file.FileOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.UUID;

/**
 * The copy of one stream while that is written. It never throws: what goes wrong ends the copy, and
 * the stream goes on without it.
 *
 * <p>Threading: one writer; {@link #close()} from any thread, which waits for a call under way.
 */
final class WrittenCopy {
  private static final int BUFFER_BYTES = 64 << 10;

  private final LocalCopies copies;
  private final CopyingWriter checkpoint;
  private final UUID fileId;
  private final boolean shared;

  /** What is not in the file yet. A stream that the metadata will hold never leaves it. */
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();

  private LocalCopy copy;
  private FileOutput file;
  private boolean ended;

  WrittenCopy(LocalCopies copies, CopyingWriter checkpoint, UUID fileId, boolean shared) {
    this.copies = copies;
    this.checkpoint = checkpoint;
    this.fileId = fileId;
    this.shared = shared;
  }

  synchronized void write(byte[] source, int offset, int length) {
    if (!ended && length > BUFFER_BYTES - buffer.size()) {
      drain();
    }
    if (!ended && length > BUFFER_BYTES) {
      append(length, out -> out.write(source, offset, length));
    } else if (!ended) {
      buffer.write(source, offset, length);
    }
  }

  /** All bytes are written, and the storage has them. */
  synchronized void finish(StreamHandle handle) {
    if (!ended && handle instanceof StreamHandle.Inline) {
      close();
    }
    if (!ended) {
      drain();
    }
    if (ended) {
      return;
    }
    ended = true;
    try {
      file.close();
      copies.ledger().whole(copy);
    } catch (IOException | RuntimeException e) {
      copies.failed(checkpoint, copy, e);
    }
  }

  private interface Bytes {
    void writeTo(FileOutput out) throws IOException;
  }

  private void drain() {
    append(buffer.size(), buffer::writeTo);
    buffer.reset();
  }

  private void append(int length, Bytes bytes) {
    if (copy == null) {
      copy = copies.ledger().begin(checkpoint, fileId, shared);
    }
    if (copy == null || !copies.grow(copy, length)) {
      close();
      return;
    }
    try {
      if (file == null) {
        file = copies.create(copy);
      }
      bytes.writeTo(file);
    } catch (IOException | RuntimeException e) {
      LocalCopy lost = copy;
      copy = null;
      close();
      copies.failed(checkpoint, lost, e);
    }
  }

  /** Ends the copy; unless it is whole it is deleted. */
  synchronized void close() {
    if (ended) {
      return;
    }
    ended = true;
    if (file != null) {
      try {
        file.close();
      } catch (IOException | RuntimeException e) {
        // It is deleted next.
      }
    }
    if (copy != null) {
      copies.drop(copy);
    }
  }
}
