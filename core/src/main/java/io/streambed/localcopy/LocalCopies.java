package io.streambed.localcopy;

import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.FencedException;
import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of a job's checkpoints in a directory on a local disk.
 *
 * <pre>
 * directory/_local-copies.lock   held by the process that uses the directory
 * directory/uuid.copy            the bytes of the stream that has this identity in the metadata
 * </pre>
 *
 * <p><b>What a copy is known by.</b> The identity of a stream is drawn for it alone, and the
 * metadata of its checkpoint has its length and CRC32C. A copy is used only if all three agree. So
 * a copy of another job, of another checkpoint, one that a crash cut short, and one that is damaged
 * are all found by the same comparison, and nothing has to be written down beside the copies. None
 * of them is synced: what a loss of power takes is read from the storage again.
 *
 * <p><b>What is kept.</b> The copies of the last complete checkpoint, and of those that are being
 * written. When a checkpoint is complete, the copies that it does not need go; when one is given
 * up, its own go. All copies together never take more than the limit, those included that are still
 * to be deleted: one that would exceed it is not made. Streams that the metadata itself holds need
 * no copy, and savepoints have none.
 *
 * <p><b>Failures.</b> None of this disk fails a checkpoint or a restore. It is logged, and the copy
 * it concerns is dropped. A disk that hangs holds up the thread that writes a checkpoint, and with
 * it that checkpoint; copies are closed and deleted on a thread of their own, so that nothing else
 * waits for it.
 *
 * <p>Threading: any thread.
 */
public final class LocalCopies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCopies.class);
  private static final String LOCK = "_local-copies.lock";
  private static final String SUFFIX = ".copy";
  private static final Pattern NAME =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.copy");

  private final FileSystem files;
  private final Path directory;
  private final long maxBytes;
  private final Executor disk;
  private final HeldLock lock;
  private final CopyLedger ledger;
  private final AtomicBoolean toldOfLimit = new AtomicBoolean();
  private final AtomicBoolean toldOfTwoDisks = new AtomicBoolean();

  /** The checkpoint of which a failure was logged last. */
  private final AtomicLong toldOfFailure = new AtomicLong();

  private LocalCopies(
      FileSystem files, Path directory, long maxBytes, Executor disk, HeldLock lock) {
    this.files = files;
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.disk = disk;
    this.lock = lock;
    this.ledger = new CopyLedger(maxBytes);
  }

  /**
   * Takes a directory, which is created if it is missing.
   *
   * @param files the local file system
   * @param directory the directory, of this job alone
   * @param maxBytes how many bytes all copies may take together
   * @param disk runs what nobody waits for and this disk may hold for ever: it closes and deletes
   *     copies, one after the other
   * @return the copies found there, to be closed; empty, and a warning in the log, if the directory
   *     cannot be used
   * @throws FencedException if another job uses it
   */
  public static Optional<LocalCopies> open(
      FileSystem files, Path directory, long maxBytes, Executor disk) {
    try {
      files.createDirectories(directory);
      HeldLock lock =
          files.tryLock(directory.resolve(LOCK)).orElseThrow(() -> usedByAnother(directory));
      LocalCopies copies = new LocalCopies(files, directory, maxBytes, disk, lock);
      try {
        copies.find();
      } catch (IOException | RuntimeException e) {
        copies.close();
        throw e;
      }
      return Optional.of(copies);
    } catch (IOException e) {
      LOG.warn(
          "No local copies of checkpoints are kept, since {} cannot be used: {}",
          directory,
          e.toString());
      return Optional.empty();
    }
  }

  private static FencedException usedByAnother(Path directory) {
    return new FencedException(
        directory
            + " holds local copies of another job that is running. Give each job a directory of its"
            + " own for local copies.");
  }

  private void find() throws IOException {
    for (Path path : files.list(directory)) {
      String name = path.getFileName().toString();
      if (NAME.matcher(name).matches() && files.isFile(path)) {
        try (FileInput in = files.open(path)) {
          String id = name.substring(0, name.length() - SUFFIX.length());
          ledger.addFound(UUID.fromString(id), in.length());
        }
      }
    }
  }

  /**
   * Deletes the copies that a checkpoint does not need, and those beyond the limit, which was a
   * larger one before. Nothing may be written yet.
   *
   * @param restored the checkpoint that the job begins with; empty if it begins without state
   */
  public void keepOnly(Optional<CheckpointMetadata> restored) {
    List<LocalCopy> removed =
        ledger.retainOnly(
            restored.map(CheckpointMetadata::checkpointId).orElse(0L),
            restored.map(LocalCopies::streamsOf).orElse(Set.of()));
    if (!removed.isEmpty()) {
      LOG.info(
          "{} local copies in {} are not of the checkpoint that is restored, or are beyond the limit,"
              + " and are deleted",
          removed.size(),
          directory);
    }
    delete(removed);
  }

  /**
   * Copies what a checkpoint writes.
   *
   * @param writer writes the checkpoint; no savepoint
   * @return a writer that passes everything on to it
   */
  public CheckpointWriter copying(CheckpointWriter writer) {
    return new CopyingWriter(this, writer);
  }

  /**
   * Reads a checkpoint by the local copies of its files, where they are as they were written.
   *
   * @param checkpoint the checkpoint
   * @return its streams; new for each restore, since it looks at each copy once
   */
  public LocalInputs inputs(OpenedCheckpoint checkpoint) {
    return new LocalInputs(this, files, checkpoint);
  }

  /** Gives the directory back. The copies stay. Idempotent. */
  @Override
  public void close() {
    if (!ledger.close()) {
      return;
    }
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("Giving the local copies in {} back: {}", directory, e.toString());
    }
  }

  // ---- how a copy is made

  CopyLedger ledger() {
    return ledger;
  }

  /** Whether the copy may grow by so many bytes. */
  boolean grow(LocalCopy copy, long more) {
    if (ledger.grow(copy, more)) {
      return true;
    }
    if (ledger.isFull(more) && toldOfLimit.compareAndSet(false, true)) {
      LOG.warn(
          "Local copies in {} would take more than their limit of {} bytes: what exceeds it is not"
              + " copied, now and later, and is restored from the checkpoint storage. The limit has"
              + " to hold the last complete checkpoint and the next one.",
          directory,
          maxBytes);
    }
    return false;
  }

  /**
   * Creates the file of a copy.
   *
   * @return the file; null if the copy was removed before there was a file to delete
   */
  FileOutput create(LocalCopy copy) throws IOException {
    FileOutput file = files.create(pathOf(copy.fileId));
    if (ledger.isBeingWritten(copy)) {
      return file;
    }
    file.close();
    files.delete(pathOf(copy.fileId));
    return null;
  }

  /**
   * Makes the copy of a shared file from a local file with the same bytes: by a second name for it.
   * Between two disks there is none, and no copy is made: whole files would be written here while
   * the checkpoint has not even begun with its own.
   */
  void take(CopyingWriter checkpoint, StreamHandle file, Path source) {
    Path path = pathOf(file.fileId());
    if (ledger.has(file.fileId()) && !files.exists(path)) {
      ledger.forgetComplete(file.fileId());
    }
    LocalCopy copy = ledger.begin(checkpoint, file.fileId(), true);
    if (copy == null) {
      return;
    }
    if (!grow(copy, file.length())) {
      ledger.forget(copy);
      return;
    }
    try {
      if (!files.link(source, path)) {
        ledger.forget(copy);
        tellOfTwoDisks(source);
      } else if (ledger.isBeingWritten(copy)) {
        ledger.markComplete(copy);
      } else {
        files.delete(path);
      }
    } catch (IOException | RuntimeException e) {
      failed(checkpoint, copy, e);
    }
  }

  private void tellOfTwoDisks(Path source) {
    if (toldOfTwoDisks.compareAndSet(false, true)) {
      LOG.warn(
          "No local copies of files such as {} are made, since they cannot be linked into {}; they"
              + " are restored from the checkpoint storage. For copies of them, choose a directory on"
              + " the file system that they are on.",
          source,
          directory);
    }
  }

  /** Drops a copy that could not be written, and logs why, once for a checkpoint. */
  void failed(CopyingWriter checkpoint, LocalCopy copy, Exception cause) {
    long id = checkpoint.checkpointId();
    if (toldOfFailure.getAndSet(id) != id) {
      LOG.warn(
          "The local copy {} of checkpoint {} could not be written; the checkpoint goes on without"
              + " it: {}",
          pathOf(copy.fileId),
          id,
          cause.toString());
    }
    drop(copy);
  }

  /** Deletes a copy, if it was not deleted before. */
  void drop(LocalCopy copy) {
    delete(ledger.remove(known -> known == copy));
  }

  // ---- which copies are kept

  /** A checkpoint is complete: deletes what it does not need, soon. */
  void completed(CopyingWriter checkpoint, CheckpointMetadata metadata) {
    delete(ledger.completed(checkpoint, streamsOf(metadata)));
  }

  /** A checkpoint will not be complete: deletes what it alone needs. */
  void givenUp(CopyingWriter checkpoint) {
    delete(ledger.givenUp(checkpoint));
  }

  private static Set<UUID> streamsOf(CheckpointMetadata metadata) {
    return metadata.operators().stream()
        .flatMap(operator -> operator.subtasks().stream())
        .flatMap(SubtaskState::streams)
        .map(StreamHandle::fileId)
        .collect(Collectors.toSet());
  }

  /** Runs what may wait for the disk for ever, soon and on a thread that nobody waits for. */
  void runOnDisk(Runnable task) {
    disk.execute(task);
  }

  private void delete(List<LocalCopy> removed) {
    if (!removed.isEmpty()) {
      disk.execute(() -> removed.forEach(this::delete));
    }
  }

  private void delete(LocalCopy copy) {
    Path path = pathOf(copy.fileId);
    try {
      files.delete(path);
    } catch (NoSuchFileException e) {
      // It was not created yet, or somebody else has deleted it.
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "The local copy {} is not needed and could not be deleted; that is tried again after the"
              + " next checkpoint: {}",
          path,
          e.toString());
      ledger.keepUndeleted(copy);
      return;
    }
    ledger.forget(copy);
  }

  // ---- how a copy is used

  /** Where the copy of a stream would be. */
  Path pathOf(UUID fileId) {
    return directory.resolve(fileId + SUFFIX);
  }

  /** Deletes a copy that is damaged: the next checkpoint makes it anew if it can. */
  void discard(UUID fileId) {
    delete(ledger.remove(copy -> copy.fileId.equals(fileId)));
  }
}
