package io.streambed.checkpoint;

import io.streambed.error.CorruptionException;
import io.streambed.error.FencedException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Keeps a job's checkpoints in a directory.
 *
 * <pre>
 * root/_lock                      held by the process that writes
 * root/_checkpoints               the list of complete checkpoints; its replacement is the commit
 * root/chk-id-attempt/_metadata   what the checkpoint holds
 * root/chk-id-attempt/_complete   empty; tells that a list had the checkpoint
 * root/chk-id-attempt/purpose-uuid.data
 * root/shared/uuid.data           a store's own file, of one checkpoint or several; there once one
 *                                 was written
 * root/_owned                     which savepoint this job was restored from and removes; there for
 *                                 as long as that takes
 * root/control                    requests to the process that writes, and its answers; there once
 *                                 somebody asked. Package control describes it
 *
 * savepointRoot/savepoint-id-uuid8/_metadata and data files
 * </pre>
 *
 * <p><b>Order of a commit.</b> Each data file is synced when finished; {@code _metadata} is written
 * and synced, then the checkpoint's directory, then {@code shared} if there is a new file in it;
 * then {@code _checkpoints} is replaced: temporary file, sync, rename, sync of the root. Now the
 * checkpoint is complete; it is marked by {@code _complete}, so that an earlier list put in place
 * of this one is noticed, and those that the new list leaves out are removed, with the shared files
 * that no listed or pending checkpoint refers to. A savepoint is complete once its {@code
 * _metadata} has its name; it shares no files.
 *
 * <p><b>Shared files.</b> A checkpoint refers to those that it wrote, and to those that it found
 * here: of complete checkpoints that are kept, of others that are being written, and of discarded
 * ones, whose files stay for a while so that the next attempt goes on from there; and to files that
 * a store staged. {@link SharedFileRegistry} says how long each stays. Who refers to what is read
 * from the metadata of all listed checkpoints when the directory is claimed; what none of them
 * refers to is then removed. If the metadata of one of them cannot be read, nothing is that it
 * could refer to. A checkpoint with shared files is read in its place, beside {@code shared};
 * either may be a symbolic link, and the root may be moved as a whole.
 *
 * <p><b>What is never done.</b> The latest checkpoint is the last one listed: no directory is
 * searched and no file's time is looked at. Damage is reported, never answered with an older
 * checkpoint. A name is used once: it holds the attempt's number or a UUID. A sync that failed is
 * not repeated. What is not listed and was not written by this job is not touched: neither another
 * job's checkpoint that this one was restored from, nor its shared files, nor a file here of a name
 * that this job does not give; savepoints are their user's, but for one that the job was restored
 * from and was told to claim ({@code OwnedSavepoint}). A process that dies while it writes a
 * savepoint leaves a directory without {@code _metadata}, which may be deleted.
 *
 * <p>Threading: any thread.
 */
public final class FileCheckpointStorage implements CheckpointStorage {
  static final String LOCK = "_lock";

  private final FileSystem files;
  private final FileStorageOptions options;
  private final Supplier<UUID> ids;

  /**
   * A storage; nothing is touched yet.
   *
   * @param files the file system
   * @param options where and how to write
   * @param ids draws identities, a new one at each call, from any thread
   */
  public FileCheckpointStorage(FileSystem files, FileStorageOptions options, Supplier<UUID> ids) {
    this.files = files;
    this.options = options;
    this.ids = ids;
  }

  @Override
  public ClaimedCheckpoints claim(String jobName, Executor removals) {
    JobIdentity wanted = new JobIdentity(jobName, ids.get());
    Path root = options.root();
    try {
      if (files.exists(root) && !files.isDirectory(root)) {
        throw new StorageException(
            root + " is no directory. Give the job another for checkpoints.");
      }
      files.createDurableDirectories(root);
      HeldLock lock = files.tryLock(root.resolve(LOCK)).orElseThrow(() -> held(root));
      try {
        FileClaim claim = new FileClaim(files, options, ids, lock, removals);
        claim.start(nextList(wanted));
        return claim;
      } catch (IOException | RuntimeException e) {
        try {
          lock.close();
        } catch (IOException suppressed) {
          e.addSuppressed(suppressed);
        }
        throw e;
      }
    } catch (IOException e) {
      throw new StorageException("Claiming the checkpoint directory " + root, e);
    }
  }

  private static FencedException held(Path root) {
    return new FencedException(
        root
            + " is held by another process, or by another job in this one, that writes checkpoints"
            + " there. Stop it, or give this job a checkpoint directory of its own.");
  }

  private CheckpointList nextList(JobIdentity wanted) throws IOException {
    Path root = options.root();
    CheckpointList list;
    try {
      list = CheckpointList.read(files, root);
    } catch (NoSuchFileException e) {
      return firstList(wanted);
    }
    Path file = root.resolve(CheckpointList.FILE_NAME);
    if (!list.job().name().equals(wanted.name())) {
      throw new IncompatibleStateException(
          "the checkpoint directory " + root,
          "checkpoints of job \"" + list.job().name() + "\"",
          "those of job \"" + wanted.name() + "\"",
          "Give each job a checkpoint directory of its own.");
    }
    for (CheckpointList.Entry entry : list.entries()) {
      Path directory = root.resolve(entry.directory());
      if (!files.isDirectory(directory)) {
        throw new CorruptionException(
            directory.toString(), -1, "a directory, as " + file + " lists it", "none");
      }
    }
    return list.claimedAgain(root);
  }

  private CheckpointList firstList(JobIdentity job) throws IOException {
    CheckpointDirectory.refuseLostList(files, options.root());
    return new CheckpointList(job, 1, List.of());
  }

  @Override
  public Optional<Path> directory() {
    return Optional.of(options.root());
  }

  @Override
  public boolean takesSavepoints() {
    return options.savepointRoot().isPresent();
  }

  @Override
  public OpenedCheckpoint open(String location) {
    Path path;
    try {
      path = options.root().getFileSystem().getPath(location);
    } catch (InvalidPathException e) {
      throw new StorageException("Opening the checkpoint \"" + location + "\"", e);
    }
    return open(files, path);
  }

  /**
   * Opens a checkpoint's directory, a savepoint's directory, or the latest checkpoint of a job's
   * directory. Takes no lock, so a running job may remove a checkpoint under its reader's hands.
   * For the latest this looks again; what is read from an open checkpoint fails as if it were
   * damaged, and {@link #isKept} tells the two apart.
   *
   * @param files the file system
   * @param path the directory
   * @return the checkpoint
   * @throws StorageException if the path is none of these, is a checkpoint of Apache Flink's, or
   *     cannot be read
   * @throws CorruptionException if it is damaged
   */
  public static OpenedCheckpoint open(FileSystem files, Path path) {
    return CheckpointDirectory.open(files, path);
  }

  /**
   * Opens a checkpoint or savepoint and compares it with the list beside it: its metadata must be
   * the file that the list names, not one of another checkpoint in its place. Otherwise as {@link
   * #open(FileSystem, Path)}.
   *
   * @param files the file system
   * @param directory a directory that {@link #complete} gave
   * @return the checkpoint
   * @throws StorageException if it is gone or cannot be read
   * @throws CorruptionException if it or the list is damaged, or the two do not belong together
   */
  public static OpenedCheckpoint openAsListed(FileSystem files, Path directory) {
    try {
      return CheckpointDirectory.openAsListed(files, directory);
    } catch (IOException e) {
      throw new StorageException("Opening the checkpoint " + directory, e);
    }
  }

  /**
   * Whether a checkpoint is one that its job keeps. One that is on the job's list is complete on
   * disk: what is missing of it is damage. One that is not was removed, or is not complete yet.
   *
   * @param files the file system
   * @param directory the checkpoint's directory
   * @return false if the list of checkpoints beside it does not name it, or it is gone and there is
   *     no such list; true of a savepoint, and of a checkpoint without a list beside it
   * @throws StorageException if that cannot be read
   * @throws CorruptionException if the list is damaged
   */
  public static boolean isKept(FileSystem files, Path directory) {
    try {
      return CheckpointDirectory.isKept(files, directory);
    } catch (IOException e) {
      throw new StorageException("Looking for the checkpoint " + directory, e);
    }
  }

  /**
   * The places of all complete checkpoints and savepoints in a directory.
   *
   * @param files the file system
   * @param directory a job's directory of checkpoints, one of savepoints, or any other
   * @return a new list: the checkpoints from the oldest to the latest, then savepoints by name
   * @throws StorageException if it cannot be read
   * @throws CorruptionException if the list of checkpoints is damaged
   */
  public static List<Path> complete(FileSystem files, Path directory) {
    try {
      return CheckpointDirectory.complete(files, directory);
    } catch (IOException e) {
      throw new StorageException("Looking for checkpoints in " + directory, e);
    }
  }

  /**
   * Whether a savepoint has been written to its end.
   *
   * @param files the file system
   * @param savepoint its directory, which need not be there
   * @return false if it is not there, or is still being written, or its process died over it
   */
  public static boolean isCompleteSavepoint(FileSystem files, Path savepoint) {
    return files.isFile(savepoint.resolve(FileClaim.METADATA));
  }

  /**
   * Who claimed a job's directory last.
   *
   * @param job the job
   * @param attempt which claim it was, from 1
   */
  public record LastClaim(JobIdentity job, long attempt) {}

  /**
   * Who claimed a job's directory last: who holds it, or held it before.
   *
   * @param files the file system
   * @param root the job's directory of checkpoints
   * @return the job and the attempt
   * @throws StorageException if it is no directory of checkpoints, or cannot be read
   * @throws CorruptionException if its list of checkpoints is damaged
   */
  public static LastClaim lastClaim(FileSystem files, Path root) {
    try {
      CheckpointList list = CheckpointList.read(files, root);
      return new LastClaim(list.job(), list.attempt());
    } catch (NoSuchFileException e) {
      throw new StorageException(
          root
              + " is not a job's directory of checkpoints: it has no file "
              + CheckpointList.FILE_NAME
              + ", which a job writes when it is first started there");
    } catch (IOException e) {
      throw new StorageException("Reading the directory of checkpoints " + root, e);
    }
  }

  /**
   * Whether a process holds a job's directory. If none does, this holds it itself for the moment of
   * the call.
   *
   * @param files the file system
   * @param root the job's directory of checkpoints
   * @return true if a job runs there, in this process or another
   * @throws StorageException if that cannot be told
   */
  public static boolean isHeld(FileSystem files, Path root) {
    try {
      Optional<HeldLock> lock = files.tryLock(root.resolve(LOCK));
      if (lock.isPresent()) {
        lock.get().close();
      }
      return lock.isEmpty();
    } catch (IOException e) {
      throw new StorageException("Looking whether " + root + " is held", e);
    }
  }
}
