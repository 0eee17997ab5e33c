package io.streambed.checkpoint;

import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files and directories that nobody refers to any more and that are to be removed.
 *
 * <p>Threading: any thread.
 */
final class Garbage {
  private static final Logger LOG = LoggerFactory.getLogger(Garbage.class);

  private final FileSystem files;
  private final Set<Path> paths = new LinkedHashSet<>();

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

  /** Removes what can be removed; what resists is tried again the next time. */
  void sweep() {
    for (Path path : all()) {
      try {
        files.deleteRecursively(path);
        removed(path);
      } catch (NoSuchFileException e) {
        removed(path);
      } catch (IOException e) {
        LOG.warn("{} cannot be removed now and will be tried again: {}", path, e.toString());
      }
    }
  }
}
