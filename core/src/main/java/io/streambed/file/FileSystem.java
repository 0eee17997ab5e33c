package io.streambed.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The operations on files that Streambed needs, and no more: files are written once from front to
 * back, read at any position, and moved into place by an atomic rename.
 *
 * <p>Paths are names only; nothing may pass them to {@link java.nio.file.Files}. Durability is
 * explicit: a file's bytes survive a loss of power after {@link FileOutput#sync()}, its name (and
 * every rename and delete) after {@link #syncDirectory} of the directory that holds it.
 *
 * <p>Errors are the JDK's: {@link java.nio.file.NoSuchFileException}, {@link
 * java.nio.file.FileAlreadyExistsException} and so on; layers above turn them into {@link
 * io.streambed.error.StorageException}s with the checkpoint's or job's name. Threading: a file
 * system is safe for use by many threads; what it hands out says for itself.
 */
public interface FileSystem {
  /**
   * Creates a file and opens it for writing.
   *
   * @param path a name not in use, in an existing directory
   * @return an empty output that the caller closes
   * @throws java.nio.file.FileAlreadyExistsException if the name is in use
   * @throws java.nio.file.NoSuchFileException if the directory is not there
   * @throws IOException if the storage fails
   */
  FileOutput create(Path path) throws IOException;

  /**
   * Opens a file for reading.
   *
   * @param path an existing file
   * @return an input that the caller closes
   * @throws java.nio.file.NoSuchFileException if it is not there
   * @throws IOException if the storage fails
   */
  FileInput open(Path path) throws IOException;

  /**
   * Moves a file or directory, atomically, in place of the file at the target if there is one.
   * Durable after {@link #syncDirectory} of the target's directory.
   *
   * @param from what to move
   * @param to its new name, in the same storage
   * @throws java.nio.file.NoSuchFileException if the source or the target's directory is not there
   * @throws IOException if the storage fails or cannot move atomically
   */
  void rename(Path from, Path to) throws IOException;

  /**
   * Gives a file a second name, without a copy: its bytes stay until both are deleted. Durable
   * after {@link #syncDirectory} of the new name's directory.
   *
   * @param existing a file that nobody writes to any more; of a symbolic link, what it names
   * @param link a name not in use, in an existing directory
   * @return false if nothing was done, since there are no such links here or none between these two
   *     places: a copy is what remains
   * @throws java.nio.file.NoSuchFileException if the file or the directory is not there
   * @throws java.nio.file.FileAlreadyExistsException if the name is in use
   * @throws IOException if the storage fails
   */
  default boolean link(Path existing, Path link) throws IOException {
    return false;
  }

  /**
   * Deletes one file or one empty directory; a symbolic link is deleted itself, not what it names.
   *
   * @param path what to delete
   * @throws java.nio.file.NoSuchFileException if it is not there
   * @throws DirectoryNotEmptyException if it is a directory with entries
   * @throws IOException if the storage fails
   */
  void delete(Path path) throws IOException;

  /**
   * Creates a directory and those above it, where missing. Not durable: see {@link
   * #createDurableDirectories}.
   *
   * @param path the directory
   * @throws java.nio.file.FileAlreadyExistsException if a file has that name
   * @throws IOException if the storage fails
   */
  void createDirectories(Path path) throws IOException;

  /**
   * The entries of a directory.
   *
   * @param directory an existing directory
   * @return a new list of the children's paths, sorted by name
   * @throws java.nio.file.NoSuchFileException if it is not there
   * @throws java.nio.file.NotDirectoryException if it is a file
   * @throws IOException if the storage fails
   */
  List<Path> list(Path directory) throws IOException;

  /**
   * Whether a file or directory is there.
   *
   * @param path its name
   * @return true if it can be seen
   */
  boolean exists(Path path);

  /**
   * Whether a directory is there.
   *
   * @param path its name
   * @return true if it can be seen and is a directory
   */
  boolean isDirectory(Path path);

  /**
   * Whether a file is there that can be read at any position, again and again.
   *
   * @param path its name
   * @return false for directories, and for pipes and devices where there are such
   */
  default boolean isFile(Path path) {
    return exists(path) && !isDirectory(path);
  }

  /**
   * Where a file or directory really is.
   *
   * @param path its name
   * @return an absolute path without symbolic links, nor {@code .} and {@code ..}
   * @throws java.nio.file.NoSuchFileException if it is not there; not all storages look
   * @throws IOException if the storage fails
   */
  default Path realPath(Path path) throws IOException {
    return path.toAbsolutePath().normalize();
  }

  /**
   * Makes the entries of a directory durable: creates, deletes and renames into it.
   *
   * @param directory an existing directory
   * @throws java.nio.file.NoSuchFileException if it is not there
   * @throws IOException if the storage fails; what was changed since the last success may then be
   *     lost, whatever a second try says
   */
  void syncDirectory(Path directory) throws IOException;

  /**
   * Takes an exclusive lock, against other processes and against this one, without waiting. The
   * file is created if missing and never deleted. It must serve as a lock only: on POSIX systems,
   * to open and close it for anything else in the owning process gives the lock away.
   *
   * @param path the lock file, in an existing directory
   * @return the lock, given back by its close and by the death of the process; empty if held
   * @throws IOException if the storage fails or has no locks
   */
  Optional<HeldLock> tryLock(Path path) throws IOException;

  /**
   * Creates a directory and those above it, where missing, each made durable before the next. Cost:
   * one directory sync per level created, and one more.
   *
   * @param path the directory
   * @throws java.nio.file.FileAlreadyExistsException if a file has that name
   * @throws IOException if the storage fails
   */
  default void createDurableDirectories(Path path) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    Path level = path.toAbsolutePath().normalize();
    while (level.getParent() != null && !isDirectory(level)) {
      missing.push(level);
      level = level.getParent();
    }
    if (level.getParent() != null) {
      try {
        // A process that died here may have left its last level created but not durable.
        syncDirectory(level.getParent());
      } catch (AccessDeniedException e) {
        // Who may not read the parent did not create a directory in it: it is not ours to sync.
      }
    }
    for (Path created : missing) {
      createDirectories(created);
      syncDirectory(created.getParent());
    }
  }

  /**
   * Deletes a file, or a directory with all it holds, without following symbolic links. Not atomic:
   * after an error some of it is gone. Cost: one call per entry.
   *
   * @param path what to delete
   * @throws java.nio.file.NoSuchFileException if it is not there
   * @throws IOException if the storage fails
   */
  default void deleteRecursively(Path path) throws IOException {
    try {
      delete(path);
    } catch (DirectoryNotEmptyException e) {
      for (Path child : list(path)) {
        deleteRecursively(child);
      }
      delete(path);
    }
  }
}
