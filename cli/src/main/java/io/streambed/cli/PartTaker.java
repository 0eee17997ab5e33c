package io.streambed.cli;

import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes the visible files of an output away while a job runs, as a program does that reads them:
 * moves each into a directory of its own, below the name of the output's directory that it was in.
 * Closing it takes what is left.
 */
final class PartTaker implements AutoCloseable {
  private static final long PAUSE_NANOS = 100_000;

  private final FileSystem files;
  private final Path output;
  private final Path taken;
  private final Thread thread = new Thread(this::takeUntilClosed, "part-taker");
  private volatile boolean closing;
  private volatile IOException failure;

  private PartTaker(FileSystem files, Path output, Path taken) {
    this.files = files;
    this.output = output;
    this.taken = taken;
  }

  static PartTaker start(FileSystem files, Path output, Path taken) {
    PartTaker taker = new PartTaker(files, output, taken);
    taker.thread.start();
    return taker;
  }

  private void takeUntilClosed() {
    try {
      while (!closing) {
        take(output, taken);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  private void take(Path from, Path to) throws IOException {
    if (!files.isDirectory(from)) {
      return;
    }
    for (Path path : files.list(from)) {
      String name = path.getFileName().toString();
      if (name.startsWith("part-")) {
        files.createDirectories(to);
        // Under a name of its own: a file that comes twice is to be seen twice.
        files.rename(path, to.resolve(name + "." + files.list(to).size()));
      } else if (!name.startsWith(".")) {
        take(path, to.resolve(name));
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      if (failure != null) {
        throw failure;
      }
      take(output, taken);
    } catch (IOException e) {
      throw new StorageException("Taking visible files out of " + output, e);
    }
  }
}
