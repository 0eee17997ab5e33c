package io.streambed.testkit.store;

import io.streambed.error.CorruptionException;
import io.streambed.file.FileInput;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.StreamHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Streams of snapshots in memory, for tests.
 *
 * <p>Threading: any thread.
 */
public final class MemoryStreams implements SnapshotStreams, SnapshotInputs {
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final AtomicLong created = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();

  /** No streams yet. */
  public MemoryStreams() {}

  @Override
  public SnapshotOutput create(String purpose) {
    open.incrementAndGet();
    return new Output(purpose, created.incrementAndGet());
  }

  @Override
  public FileInput open(StreamHandle handle) {
    if (handle instanceof StreamHandle.Inline inline) {
      return FileInput.of("inline", inline.content());
    }
    String name = ((StreamHandle.InFile) handle).name();
    byte[] content = files.get(name);
    if (content == null) {
      throw new CorruptionException(name, -1, "a stream", "none");
    }
    return FileInput.of(name, content);
  }

  /**
   * How many streams are neither finished nor closed.
   *
   * @return 0 if nobody has forgotten one
   */
  public int openStreams() {
    return open.get();
  }

  /**
   * How many streams were finished.
   *
   * @return a count
   */
  public int finishedStreams() {
    return files.size();
  }

  private final class Output extends SnapshotOutput {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final String name;
    private final UUID fileId;
    private boolean ended;

    Output(String purpose, long number) {
      this.name = purpose + "-" + number;
      this.fileId = new UUID(0x5EED, number);
    }

    private void requireOpen() throws IOException {
      if (ended) {
        throw new IOException("stream " + name + " is closed");
      }
    }

    @Override
    public synchronized void write(int b) throws IOException {
      requireOpen();
      content.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
      requireOpen();
      content.write(bytes, offset, length);
    }

    @Override
    public UUID fileId() {
      return fileId;
    }

    @Override
    public synchronized StreamHandle finish(int checksum) throws IOException {
      requireOpen();
      end();
      files.put(name, content.toByteArray());
      return new StreamHandle.InFile(fileId, checksum, name, content.size());
    }

    @Override
    public synchronized void close() {
      if (!ended) {
        end();
      }
    }

    private void end() {
      ended = true;
      open.decrementAndGet();
    }
  }
}
