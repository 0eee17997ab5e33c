package io.streambed.file;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The machine's own file system. Syncs are the operating system's (fsync); Windows cannot sync a
 * directory and its file systems journal entries, so nothing is done there.
 *
 * <p>An interrupt closes the channel that the interrupted thread reads or writes: the call throws
 * {@link java.nio.channels.ClosedByInterruptException}, and no byte is taken for written that was
 * not.
 */
public final class LocalFileSystem implements FileSystem {
  // The JDK copies through native memory of a transfer's size: a bound keeps that small.
  private static final int TRANSFER_BYTES = 1 << 18;
  private static final boolean WINDOWS = File.separatorChar == '\\';

  // POSIX drops a process's locks on a file when the process closes any descriptor of it. So there
  // is one channel per lock file, reachable from here for as long as a lock may be held through it
  // or, with another class loader's LocalFileSystem, beside it. Guarded by its monitor.
  private static final Map<Path, FileChannel> LOCK_CHANNELS = new HashMap<>();

  /** A file system without options. */
  public LocalFileSystem() {}

  @Override
  public FileOutput create(Path path) throws IOException {
    return new LocalOutput(
        path, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  @Override
  public FileInput open(Path path) throws IOException {
    return new LocalInput(path.toString(), FileChannel.open(path, StandardOpenOption.READ));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public boolean link(Path existing, Path link) throws IOException {
    try {
      // The system's call would link to a symbolic link itself.
      Files.createLink(link, existing.toRealPath());
      return true;
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Another device, a file system without links, another owner's file: the reasons are told by
      // text only, and whatever it is, who copies instead meets it again if it matters.
      return false;
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.delete(path);
  }

  @Override
  public void createDirectories(Path path) throws IOException {
    Files.createDirectories(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    children.sort(null);
    return children;
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  @Override
  public boolean isFile(Path path) {
    return Files.isRegularFile(path);
  }

  @Override
  public Path realPath(Path path) throws IOException {
    return path.toRealPath();
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw Files.exists(directory)
          ? new NotDirectoryException(directory.toString())
          : new NoSuchFileException(directory.toString());
    }
    if (!WINDOWS) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  @Override
  public Optional<HeldLock> tryLock(Path path) throws IOException {
    Path real = path.toAbsolutePath().getParent().toRealPath().resolve(path.getFileName());
    synchronized (LOCK_CHANNELS) {
      FileChannel channel = LOCK_CHANNELS.get(real);
      if (channel == null) {
        channel = FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        LOCK_CHANNELS.put(real, channel);
      }
      boolean heldInThisProcess = false;
      FileLock lock = null;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        heldInThisProcess = true;
      } finally {
        if (lock == null && !heldInThisProcess) {
          LOCK_CHANNELS.remove(real);
          channel.close();
        }
      }
      return lock == null ? Optional.empty() : Optional.of(new LocalLock(real, channel));
    }
  }

  private record LocalLock(Path real, FileChannel channel) implements HeldLock {
    @Override
    public void close() throws IOException {
      synchronized (LOCK_CHANNELS) {
        if (LOCK_CHANNELS.remove(real, channel)) {
          channel.close();
        }
      }
    }
  }

  private record LocalInput(String name, FileChannel channel) implements FileInput {
    @Override
    public long length() throws IOException {
      return channel.size();
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) throws IOException {
      int n = Math.min(length, TRANSFER_BYTES);
      return channel.read(ByteBuffer.wrap(into, offset, n), position);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static final class LocalOutput extends FileOutput {
    private final FileChannel channel;

    LocalOutput(Path path, FileChannel channel) {
      super(path.toString());
      this.channel = channel;
    }

    @Override
    protected void append(byte[] source, int offset, int length) throws IOException {
      for (int done = 0; done < length; ) {
        int n = Math.min(length - done, TRANSFER_BYTES);
        done += channel.write(ByteBuffer.wrap(source, offset + done, n));
      }
    }

    @Override
    protected void force() throws IOException {
      channel.force(true);
    }

    @Override
    protected void release() throws IOException {
      channel.close();
    }
  }
}
