package io.streambed.localcopy;

import io.streambed.file.FileOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The copy of one stream while that is written. It never throws: what goes wrong ends the copy, and
 * the stream goes on without it.
 *
 * <p>Threading: one writer; {@link #close()} from any thread. It waits for no disk, which may hold
 * a call of the writer for ever: the writer's thread gives the copy up once that comes back.
 */
final class WrittenCopy {
  private static final int BUFFER_BYTES = 64 << 10;

  private enum Phase {
    IDLE,
    /** The writer is in a call. */
    BUSY,
    /** Closed by another thread while the writer is in a call. */
    CLOSED_WHILE_BUSY,
    ENDED
  }

  private final LocalCopies copies;
  private final CopyingWriter checkpoint;
  private final UUID fileId;
  private final boolean shared;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.IDLE);

  /** What is not in the file yet. A stream that the metadata will hold never leaves it. */
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();

  private LocalCopy copy;
  private FileOutput file;

  /** Whether the copy is complete or given up. Belongs, as the rest, to who set the phase. */
  private boolean over;

  WrittenCopy(LocalCopies copies, CopyingWriter checkpoint, UUID fileId, boolean shared) {
    this.copies = copies;
    this.checkpoint = checkpoint;
    this.fileId = fileId;
    this.shared = shared;
  }

  void write(byte[] source, int offset, int length) {
    call(() -> buffer(source, offset, length));
  }

  /** All bytes are written, and the storage has them. */
  void finish(StreamHandle handle) {
    call(() -> complete(handle));
  }

  private void call(Runnable body) {
    if (!phase.compareAndSet(Phase.IDLE, Phase.BUSY)) {
      return;
    }
    body.run();
    if (!phase.compareAndSet(Phase.BUSY, over ? Phase.ENDED : Phase.IDLE)) {
      phase.set(Phase.ENDED);
      giveUp();
    }
  }

  private void buffer(byte[] source, int offset, int length) {
    if (length > BUFFER_BYTES - buffer.size()) {
      drain();
    }
    if (!over && length > BUFFER_BYTES) {
      append(length, out -> out.write(source, offset, length));
    } else if (!over) {
      buffer.write(source, offset, length);
    }
  }

  private void complete(StreamHandle handle) {
    if (handle instanceof StreamHandle.Inline) {
      giveUp();
      return;
    }
    drain();
    if (over) {
      return;
    }
    over = true;
    try {
      file.close();
      copies.ledger().markComplete(copy);
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
      giveUp();
      return;
    }
    try {
      if (file == null) {
        file = copies.create(copy);
      }
      if (file == null) {
        giveUp();
        return;
      }
      bytes.writeTo(file);
    } catch (IOException | RuntimeException e) {
      LocalCopy lost = copy;
      copy = null;
      giveUp();
      copies.failed(checkpoint, lost, e);
    }
  }

  /** Ends the copy; unless it is complete it is deleted. */
  void close() {
    Phase before =
        phase.getAndUpdate(
            now ->
                switch (now) {
                  case IDLE -> Phase.ENDED;
                  case BUSY -> Phase.CLOSED_WHILE_BUSY;
                  default -> now;
                });
    if (before == Phase.IDLE) {
      copies.runOnDisk(this::giveUp);
    }
  }

  private void giveUp() {
    if (over) {
      return;
    }
    over = true;
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
