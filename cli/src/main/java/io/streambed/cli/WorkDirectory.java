package io.streambed.cli;

import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.Path;

/** A directory for the files of one command, removed at its end unless they are to be kept. */
final class WorkDirectory implements AutoCloseable {
  private final FileSystem files;
  private final Path path;
  private final boolean keep;

  private WorkDirectory(FileSystem files, Path path, boolean keep) {
    this.files = files;
    this.path = path;
    this.keep = keep;
  }

  /**
   * Creates it.
   *
   * @param chosen an empty or missing directory that the user chose, or null for one of our own:
   *     below target, or in the system's temporary directory if the source tree is not known
   * @throws StorageException if the chosen one is not empty, or cannot be created
   */
  static WorkDirectory create(FileSystem files, String command, Path chosen, boolean keep) {
    Path path = chosen;
    if (path == null) {
      String name = command + "-" + ProcessHandle.current().pid();
      path =
          Home.isKnown()
              ? Home.directory().resolve("target").resolve(name)
              : Path.of(System.getProperty("java.io.tmpdir"), "streambed-" + name);
    }
    try {
      if (chosen == null && files.exists(path)) {
        // Of a process that had the same number once, and died.
        files.deleteRecursively(path);
      }
      files.createDirectories(path);
      if (!files.list(path).isEmpty()) {
        throw new StorageException(path + " is not empty: give an empty or a new directory");
      }
      return new WorkDirectory(files, path, keep);
    } catch (IOException e) {
      throw new StorageException("Creating the work directory " + path, e);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    if (!keep) {
      remove(files, path);
    }
  }

  /** Removes a directory with all it holds. */
  static void remove(FileSystem files, Path directory) {
    try {
      files.deleteRecursively(directory);
    } catch (IOException e) {
      throw new StorageException("Removing the work directory " + directory, e);
    }
  }
}
