package io.streambed.operator;

import io.streambed.file.FileInput;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.StreamHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A storage in memory; counts the streams that are open. */
final class MemoryStreams implements SnapshotStreams, SnapshotInputs {
  final Map<String, byte[]> files = new LinkedHashMap<>();
  int open;
  int created;

  /** Runs at each write; a test may fail or cancel there. */
  Action onWrite = () -> {};

  interface Action {
    void run() throws IOException;
  }

  @Override
  public SnapshotOutput create(String purpose) {
    open++;
    return new Output(purpose + "-" + created++);
  }

  @Override
  public FileInput open(StreamHandle handle) {
    String name = ((StreamHandle.InFile) handle).name();
    open++;
    FileInput content = FileInput.of(name, files.get(name));
    return new FileInput() {
      private boolean closed;

      @Override
      public long length() throws IOException {
        return content.length();
      }

      @Override
      public int read(long position, byte[] into, int offset, int length) throws IOException {
        return content.read(position, into, offset, length);
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public void close() {
        if (!closed) {
          closed = true;
          open--;
        }
      }
    };
  }

  static String name(OperatorStateHandle handle) {
    return ((StreamHandle.InFile) handle.data()).name();
  }

  private final class Output extends SnapshotOutput {
    private final UUID fileId;
    private final String name;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean closed;

    Output(String name) {
      this.name = name;
      this.fileId = new UUID(7, created);
    }

    @Override
    public UUID fileId() {
      return fileId;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      onWrite.run();
      check();
      bytes.write(source, offset, length);
    }

    @Override
    public StreamHandle finish(int checksum) throws IOException {
      check();
      files.put(name, bytes.toByteArray());
      return new StreamHandle.InFile(fileId, checksum, name, bytes.size());
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open--;
      }
    }

    private void check() throws IOException {
      if (closed) {
        throw new IOException(name + " is closed");
      }
    }
  }
}
