package io.streambed.connector;

import io.streambed.connector.FileSink.PendingFile;
import io.streambed.error.SerializationException;
import io.streambed.file.FileOutput;
import io.streambed.file.HeldLock;
import io.streambed.job.SinkWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Writes the pending files of one subtask; a file exists once there is something to write. */
final class FileSinkWriter<T> implements SinkWriter<T, PendingFile> {
  private static final int BUFFER_BYTES = 1 << 16;

  /** Characters of a refused result that its error repeats. */
  private static final int MAX_SHOWN = 200;

  private final PartFiles parts;
  private final Function<? super T, String> format;
  private final int subtask;

  /** Held by the first subtask for the whole run, else null. */
  private final HeldLock lock;

  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private PartFiles.Pending pending;

  FileSinkWriter(PartFiles parts, Function<? super T, String> format, int subtask, HeldLock lock) {
    this.lock = lock;
    this.parts = parts;
    this.format = format;
    this.subtask = subtask;
  }

  @Override
  public void write(T element, long timestampMillis) throws IOException {
    String result = format.apply(element);
    if (result == null) {
      throw new IllegalArgumentException("the format gave null for the result " + element);
    }
    if (result.indexOf('\n') >= 0) {
      throw new IllegalArgumentException(
          "a result is one line, this one has several: " + shown(result));
    }
    int half = halfOfAPair(result);
    if (half >= 0) {
      throw new SerializationException(
          "a result of a sink of files",
          String.format(
              "its character %d, U+%04X, is half a surrogate pair, which UTF-8 has no bytes for."
                  + " Cut text between code points, not between chars. The result: %s",
              half + 1, (int) result.charAt(half), shown(result)),
          null);
    }
    buffer.writeBytes(result.getBytes(StandardCharsets.UTF_8));
    buffer.write('\n');
    if (buffer.size() >= BUFFER_BYTES) {
      flush();
    }
  }

  /** Where a surrogate is that its other half does not stand beside; -1 if nowhere. */
  private static int halfOfAPair(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  private static String shown(String result) {
    return result.length() <= MAX_SHOWN ? result : result.substring(0, MAX_SHOWN) + "...";
  }

  private void flush() throws IOException {
    if (pending == null) {
      pending = parts.create(subtask);
    }
    buffer.writeTo(pending.output());
    buffer.reset();
  }

  @Override
  public List<PendingFile> prepare(long checkpointId) throws IOException {
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
    PendingFile prepared = new PendingFile(checkpointId, pending.name(), output.position());
    pending = null;
    return List.of(prepared);
  }

  @Override
  public Optional<Content> content(PendingFile committable) throws IOException {
    return Optional.of(
        new Content(
            committable.name(), committable.length(), new FileBytes(parts.open(committable))));
  }

  @Override
  public void commit(PendingFile committable) throws IOException {
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
