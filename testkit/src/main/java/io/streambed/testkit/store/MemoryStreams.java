package io.streambed.testkit.store;

import io.streambed.checkpoint.SharedFileRegistry;
import io.streambed.error.CorruptionException;
import io.streambed.file.FileInput;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SharedFiles;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.StreamHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Streams of snapshots in memory, for tests. Used as they are they share nothing: snapshots are
 * containers, and stay. Those of {@link #forCheckpoint} share files as a storage does, by the same
 * registry, and lose them as there: what nobody holds is gone.
 *
 * <p>Threading: any thread.
 */
public final class MemoryStreams implements SnapshotStreams, SnapshotInputs {
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Map<Long, Set<String>> ownFiles = new ConcurrentHashMap<>();
  private final AtomicLong created = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private final SharedFileRegistry registry = new SharedFileRegistry();

  /** No streams yet. */
  public MemoryStreams() {}

  @Override
  public SnapshotOutput create(String purpose) {
    return new Output(purpose, 0, false);
  }

  @Override
  public FileInput open(StreamHandle handle) {
    if (handle instanceof StreamHandle.Inline inline) {
      return FileInput.of("inline", inline.content());
    }
    String name = name(handle);
    byte[] content = files.get(name);
    if (content == null) {
      throw new CorruptionException(name, -1, "a stream", "none");
    }
    return FileInput.of(name, content);
  }

  private static String name(StreamHandle handle) {
    return handle instanceof StreamHandle.InFile file
        ? file.name()
        : "shared/" + handle.fileId() + ".data";
  }

  private static boolean isShared(String name) {
    return name.startsWith("shared/");
  }

  /**
   * Begins a checkpoint that may share files.
   *
   * @param checkpoint its id, from 1, greater than every one before
   * @return its streams
   */
  public SnapshotStreams forCheckpoint(long checkpoint) {
    return forCheckpoint(checkpoint, 0);
  }

  /**
   * Begins a checkpoint that may share files, but for small ones.
   *
   * @param checkpoint its id, from 1, greater than every one before
   * @param smallBytes what {@link SharedFiles#smallBytes()} gives
   * @return its streams
   */
  public SnapshotStreams forCheckpoint(long checkpoint, int smallBytes) {
    synchronized (registry) {
      registry.begin(checkpoint);
    }
    ownFiles.put(checkpoint, ConcurrentHashMap.newKeySet());
    return new CheckpointStreams(checkpoint, smallBytes);
  }

  /**
   * Makes a begun checkpoint complete. Others may refer to its shared files from now on.
   *
   * @param checkpoint its id
   * @param handles all of its state; its other files are deleted
   */
  public void complete(long checkpoint, Collection<? extends KeyedStateHandle> handles) {
    List<StreamHandle> streams = handles.stream().flatMap(KeyedStateHandle::streams).toList();
    Set<String> names = streams.stream().map(MemoryStreams::name).collect(Collectors.toSet());
    synchronized (registry) {
      delete(registry.confirm(checkpoint, sharedOf(streams)));
      Set<String> own = ownFiles.get(checkpoint);
      own.removeIf(name -> !names.contains(name) && files.remove(name) != null);
    }
  }

  private static List<StreamHandle.Shared> sharedOf(List<StreamHandle> streams) {
    return streams.stream()
        .filter(StreamHandle.Shared.class::isInstance)
        .map(StreamHandle.Shared.class::cast)
        .toList();
  }

  /**
   * Gives a begun checkpoint up that is not complete. Its own files are gone; the shared ones stay
   * for a later one that takes them on, until one is complete.
   *
   * @param checkpoint its id
   */
  public void abort(long checkpoint) {
    synchronized (registry) {
      delete(registry.abort(checkpoint));
      deleteOwn(checkpoint);
    }
  }

  /**
   * Removes a complete checkpoint. Files that no other one refers to are gone.
   *
   * @param checkpoint its id
   */
  public void subsume(long checkpoint) {
    synchronized (registry) {
      delete(registry.subsume(checkpoint));
      deleteOwn(checkpoint);
    }
  }

  private void delete(List<StreamHandle.Shared> shared) {
    shared.forEach(file -> files.remove(name(file)));
  }

  private void deleteOwn(long checkpoint) {
    Set<String> own = ownFiles.remove(checkpoint);
    if (own != null) {
      own.forEach(files::remove);
    }
  }

  /**
   * Whether a stream can be read.
   *
   * @param handle of a stream that was finished here
   * @return false if it is gone
   */
  public boolean isThere(StreamHandle handle) {
    return files.containsKey(name(handle));
  }

  /**
   * The shared files there are.
   *
   * @return how many
   */
  public int sharedFiles() {
    return (int) files.keySet().stream().filter(MemoryStreams::isShared).count();
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

  private final class CheckpointStreams implements SnapshotStreams {
    private final long checkpoint;
    private final int smallBytes;

    CheckpointStreams(long checkpoint, int smallBytes) {
      this.checkpoint = checkpoint;
      this.smallBytes = smallBytes;
    }

    @Override
    public SnapshotOutput create(String purpose) {
      return new Output(purpose, checkpoint, false);
    }

    @Override
    public SharedFiles shared() {
      return new SharedFiles() {
        @Override
        public int smallBytes() {
          return smallBytes;
        }

        @Override
        public SnapshotOutput create(String purpose) {
          return new Output(purpose, checkpoint, true);
        }

        @Override
        public boolean reuse(StreamHandle.Shared file) {
          synchronized (registry) {
            return registry.reuse(checkpoint, file);
          }
        }
      };
    }
  }

  /** A stream of a checkpoint, or of none if that is 0. */
  private final class Output extends SnapshotOutput {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final String name;
    private final UUID fileId;
    private final long checkpoint;
    private final boolean shared;
    private boolean ended;

    Output(String purpose, long checkpoint, boolean shared) {
      long number = created.incrementAndGet();
      this.name = purpose + "-" + number;
      this.fileId = new UUID(0x5EED, number);
      this.checkpoint = checkpoint;
      this.shared = shared;
      open.incrementAndGet();
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
      StreamHandle handle =
          shared
              ? new StreamHandle.Shared(fileId, checksum, content.size())
              : new StreamHandle.InFile(fileId, checksum, name, content.size());
      synchronized (registry) {
        if (!join(handle)) {
          throw new IOException("checkpoint " + checkpoint + " has ended: " + name + " is lost");
        }
        files.put(name(handle), content.toByteArray());
      }
      return handle;
    }

    /** Makes the stream one of its checkpoint's; false if that has ended. */
    private boolean join(StreamHandle handle) {
      if (handle instanceof StreamHandle.Shared file) {
        return registry.register(checkpoint, file).isEmpty();
      }
      Set<String> own = ownFiles.get(checkpoint);
      return checkpoint == 0 || own != null && own.add(MemoryStreams.name(handle));
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
