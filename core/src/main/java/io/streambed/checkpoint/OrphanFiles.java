package io.streambed.checkpoint;

import io.streambed.error.CorruptionException;
import io.streambed.error.FencedException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Finds and deletes what dead processes left in a job's checkpoint directory: files that no
 * complete checkpoint needs. A job does the same when it starts; this is for a directory whose job
 * does not start, or to see what it would remove.
 *
 * <p>Never deleted: savepoints, files of names that a job does not give, and whatever is behind a
 * symbolic link, the directory {@code shared} included. If the list of checkpoints or the metadata
 * of one of them cannot be read, nothing is an orphan, since any file may be needed.
 *
 * <p>Threading: any thread. Cost: the metadata of all listed checkpoints is read, and each orphan
 * opened once.
 */
public final class OrphanFiles {
  /** How often a directory is looked at whose job replaces the list meanwhile. */
  private static final int LOOKS = 10;

  private static final String WAY_OUT =
      ". Give the directory that a job writes its checkpoints to, with the file "
          + CheckpointList.FILE_NAME
          + " in it.";

  private final FileSystem files;
  private final Path root;

  /**
   * The orphans of a directory; nothing is touched yet.
   *
   * @param files the file system
   * @param root a job's checkpoint directory
   */
  public OrphanFiles(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  /**
   * Lists the orphans. Takes no lock and changes nothing. If a job runs in the directory, what it
   * is writing for its next checkpoint is listed too.
   *
   * @return what was found
   * @throws CorruptionException if the list or the metadata of a listed checkpoint is damaged
   * @throws StorageException if this is no job's checkpoint directory, or it cannot be read
   */
  public Orphans find() {
    try {
      requireList();
      return look();
    } catch (IOException e) {
      throw new StorageException("Looking for orphan files in " + root, e);
    }
  }

  /**
   * Deletes the orphans, and holds the directory's lock meanwhile, so that no job starts. If the
   * process dies in between, the rest is still an orphan for the next call. The list of checkpoints
   * is written anew before the first file is deleted: a process that lost its lock cannot commit
   * any more, and no crash brings an earlier list back, which may need these files.
   *
   * @param ids draws identities, a new one at each call
   * @return what was deleted, and what was left alone
   * @throws FencedException if a job holds the directory
   * @throws CorruptionException if the list or the metadata of a listed checkpoint is damaged;
   *     nothing was deleted
   * @throws StorageException if this is no job's checkpoint directory, it cannot be read, or some
   *     orphans could not be deleted
   */
  public Orphans delete(Supplier<UUID> ids) {
    try {
      requireList();
      HeldLock lock =
          files.tryLock(root.resolve(FileCheckpointStorage.LOCK)).orElseThrow(this::held);
      try (lock) {
        Orphans found = look();
        if (!found.orphans().isEmpty()) {
          CheckpointList.read(files, root).claimedAgain(root).replace(files, root, ids.get());
          delete(found);
        }
        return found;
      }
    } catch (IOException e) {
      throw new StorageException("Deleting orphan files in " + root, e);
    }
  }

  private FencedException held() {
    return new FencedException(
        root
            + " is held by a process that writes checkpoints there: nothing was deleted. A job"
            + " removes what it does not need by itself; stop it first to delete orphan files.");
  }

  private void requireList() throws IOException {
    if (!files.isDirectory(root)) {
      throw new StorageException(
          root + (files.exists(root) ? " is a file" : " does not exist") + WAY_OUT);
    }
    if (files.exists(root.resolve(CheckpointList.FILE_NAME))) {
      return;
    }
    FlinkMetadata.refuseDirectory(files, root);
    CheckpointDirectory.refuseLostList(files, root);
    throw new StorageException(
        root
            + (files.exists(root.resolve(FileClaim.METADATA))
                ? " is one checkpoint or savepoint"
                : " is no job's checkpoint directory: it has no file " + CheckpointList.FILE_NAME)
            + WAY_OUT);
  }

  /** Looks again if a running job has replaced the list: what was missing was on the old one. */
  private Orphans look() throws IOException {
    for (int look = 1; ; look++) {
      UUID before = CheckpointList.visibleFileId(files, root);
      try {
        return new OrphanSearch(files, root).run();
      } catch (StreambedException e) {
        if (look == LOOKS || CheckpointList.visibleFileId(files, root).equals(before)) {
          throw e;
        }
      }
    }
  }

  private void delete(Orphans found) {
    IOException failure = null;
    long failed = 0;
    for (Orphan orphan : found.orphans()) {
      try {
        delete(orphan);
      } catch (IOException e) {
        failed++;
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw new StorageException(
          "Deleting orphan files in "
              + root
              + ": "
              + failed
              + " of "
              + found.orphans().size()
              + " could not be deleted, the others were",
          failure);
    }
  }

  private void delete(Orphan orphan) throws IOException {
    for (Path file : orphan.files()) {
      deleteIfThere(file);
    }
    if (orphan.kind() == Orphan.Kind.UNLISTED_CHECKPOINT) {
      try {
        deleteIfThere(orphan.path());
      } catch (DirectoryNotEmptyException e) {
        // What was left alone is in it.
      }
    }
  }

  private void deleteIfThere(Path path) throws IOException {
    try {
      files.delete(path);
    } catch (NoSuchFileException e) {
      // Somebody else did, which is as well.
    }
  }
}
