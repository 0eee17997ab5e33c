package io.streambed.checkpoint;

import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files and directories that nobody refers to any more and that are to be removed.
 *
 * <p>Threading: any thread. No lock is held while something is removed, which a disk may hold up.
 */
final class Garbage {
  private static final Logger LOG = LoggerFactory.getLogger(Garbage.class);

  private final FileSystem files;
  private final Set<Path> paths = new LinkedHashSet<>();
  private final AtomicBoolean sweeping = new AtomicBoolean();

  Garbage(FileSystem files) {
    this.files = files;
  }

  synchronized void add(Path path) {
    paths.add(path);
  }

  private synchronized List<Path> all() {
    return List.copyOf(paths);
  }

  private synchronized void removed(Path path) {
    paths.remove(path);
  }

  /**
   * Removes what can be removed; what resists is tried again the next time. Does nothing while
   * another thread is at it.
   */
  void sweep() {
    if (!sweeping.compareAndSet(false, true)) {
      return;
    }
    try {
      all().forEach(this::remove);
    } finally {
      sweeping.set(false);
    }
  }

  private void remove(Path path) {
    try {
      files.deleteRecursively(path);
      removed(path);
    } catch (NoSuchFileException e) {
      // Or one of its files was removed by somebody else meanwhile, and the rest is there.
      if (!files.exists(path)) {
        removed(path);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be removed now and will be tried again", path, e);
    }
  }
}
