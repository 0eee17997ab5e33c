package io.streambed.connector;

import io.streambed.file.FileOutput;
import io.streambed.file.HeldLock;
import io.streambed.job.Sink.Committable;
import io.streambed.job.SinkWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the pending files of one subtask; a file exists once there is something to write. */
final class FileSinkWriter implements SinkWriter<String> {
  private static final int BUFFER_BYTES = 1 << 16;

  private final PartFiles parts;
  private final int subtask;

  /** Held by the first subtask for the whole run, else null. */
  private final HeldLock lock;

  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private PartFiles.Pending pending;

  FileSinkWriter(PartFiles parts, int subtask, HeldLock lock) {
    this.lock = lock;
    this.parts = parts;
    this.subtask = subtask;
  }

  @Override
  public void write(String result) throws IOException {
    if (result.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a result is one line, this one has several: " + result);
    }
    buffer.writeBytes(result.getBytes(StandardCharsets.UTF_8));
    buffer.write('\n');
    if (buffer.size() >= BUFFER_BYTES) {
      flush();
    }
  }

  private void flush() throws IOException {
    if (pending == null) {
      pending = parts.create(subtask);
    }
    buffer.writeTo(pending.output());
    buffer.reset();
  }

  @Override
  public List<Committable> prepare(long checkpointId) throws IOException {
    if (buffer.size() > 0) {
      flush();
    }
    if (pending == null) {
      return List.of();
    }
    FileOutput output = pending.output();
    output.sync();
    output.close();
    parts.syncPending();
    Committable prepared = new Committable(checkpointId, pending.name(), output.position());
    pending = null;
    return List.of(prepared);
  }

  @Override
  public InputStream openContent(Committable committable) throws IOException {
    return new FileBytes(parts.open(committable));
  }

  @Override
  public void commit(Committable committable) throws IOException {
    parts.commit(committable);
  }

  @Override
  public void close() throws IOException {
    try {
      if (pending != null) {
        String name = pending.name();
        pending.output().close();
        pending = null;
        parts.discard(name);
      }
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }
}
