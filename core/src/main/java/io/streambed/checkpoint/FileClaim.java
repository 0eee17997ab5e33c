package io.streambed.checkpoint;

import io.streambed.control.IncomingRequests;
import io.streambed.control.JobAttempt;
import io.streambed.error.FencedException;
import io.streambed.error.LimitExceededException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StagedFiles;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job's checkpoint directory, held by this attempt.
 *
 * <p>Invariants: every directory listed in the file {@code _checkpoints}, in any version of it that
 * a crash can bring back, is there in whole; every other one is in {@code garbage}, belongs to an
 * open writer, or is removed by the next claim. Each sync makes one new entry of the root durable,
 * so that a failed one concerns that entry alone.
 */
final class FileClaim implements ClaimedCheckpoints {
  static final String METADATA = "_metadata";

  private static final Logger LOG = LoggerFactory.getLogger(FileClaim.class);

  private final FileSystem files;
  private final FileStorageOptions options;
  private final Supplier<UUID> ids;
  private final HeldLock lock;
  private final Executor removals;
  private final Set<FileCheckpointWriter> writers = new LinkedHashSet<>();
  private final Set<FileStaging> stagings = ConcurrentHashMap.newKeySet();
  private final Garbage garbage;
  private final SharedDirectory shared;
  private final OwnedSavepoint owned;
  private CheckpointList list;
  private UUID listFileId;
  private long lastBegun;
  private volatile boolean closing;
  private boolean closed;
  private volatile boolean unsettled;

  FileClaim(
      FileSystem files,
      FileStorageOptions options,
      Supplier<UUID> ids,
      HeldLock lock,
      Executor removals) {
    this.files = files;
    this.options = options;
    this.ids = ids;
    this.lock = lock;
    this.removals = removals;
    this.garbage = new Garbage(files);
    this.shared = new SharedDirectory(files, options.root(), garbage);
    this.owned = new OwnedSavepoint(files, options.root(), ids);
  }

  /** Writes the claim down, then removes what dead attempts left. */
  void start(CheckpointList claimed) throws IOException {
    UUID fileId = newId();
    claimed.replace(files, options.root(), fileId);
    list = claimed;
    listFileId = fileId;
    Set<String> listed = Set.copyOf(list.directories());
    for (Path path : files.list(options.root())) {
      if (OrphanRule.inRoot(path.getFileName().toString(), listed).isPresent()) {
        garbage.add(path);
      }
    }
    shared.start(list);
    if (owned.start(list)) {
      removals.execute(owned::remove);
    }
    removals.execute(this::sweep);
  }

  FileSystem files() {
    return files;
  }

  FileStorageOptions options() {
    return options;
  }

  SharedDirectory shared() {
    return shared;
  }

  UUID newId() {
    return ids.get();
  }

  /** Makes the directory of shared files, unless it is there. */
  void makeShared() throws IOException {
    checkUsable();
    // For each file that is uploaded: a commit may hold the lock for long.
    if (!shared.isMade()) {
      synchronized (this) {
        checkUsable();
        shared.make();
      }
    }
  }

  @Override
  public synchronized JobIdentity job() {
    return list.job();
  }

  @Override
  public synchronized long attempt() {
    return list.attempt();
  }

  @Override
  public synchronized List<Long> completed() {
    return list.ids();
  }

  @Override
  public synchronized Optional<OpenedCheckpoint> latest() {
    checkUsable();
    return list.entries().isEmpty()
        ? Optional.empty()
        : Optional.of(CheckpointDirectory.latest(files, options.root(), list));
  }

  @Override
  public synchronized CheckpointWriter begin(long checkpointId, SnapshotType type) {
    checkUsable();
    long last = Math.max(lastBegun, list.lastId());
    if (checkpointId <= last) {
      throw new IllegalArgumentException(
          "checkpoint " + checkpointId + " after " + last + ": ids ascend");
    }
    if (checkpointId > CheckpointList.MAX_NUMBER) {
      throw new LimitExceededException(
          "The id of a checkpoint in " + options.root(),
          checkpointId,
          CheckpointList.MAX_NUMBER,
          "Ids go on from the checkpoint that was restored: start without it.");
    }
    lastBegun = checkpointId;
    Path directory = directoryFor(checkpointId, type);
    try {
      if (type == SnapshotType.SAVEPOINT) {
        files.createDurableDirectories(directory.getParent());
      }
      files.createDirectories(directory);
      files.syncDirectory(directory.getParent());
    } catch (IOException e) {
      garbage.add(directory);
      removals.execute(this::sweep);
      throw new StorageException("Creating " + directory, e);
    }
    FileCheckpointWriter writer = new FileCheckpointWriter(this, checkpointId, type, directory);
    shared.begin(checkpointId);
    writers.add(writer);
    return writer;
  }

  @Override
  public Optional<CheckpointLease> lease(long checkpointId) {
    OptionalLong lease = shared.lease(checkpointId);
    return lease.isEmpty()
        ? Optional.empty()
        : Optional.of(() -> release(() -> shared.release(lease.getAsLong())));
  }

  @Override
  public void takeOver(OpenedCheckpoint savepoint) {
    checkUsable();
    try {
      owned.take(savepoint, attempt());
    } catch (IOException e) {
      throw new StorageException("Claiming the savepoint " + savepoint.location(), e);
    }
  }

  @Override
  public Optional<StagedFiles> stage() {
    checkUsable();
    FileStaging staging = new FileStaging(this, shared.openStaging());
    stagings.add(staging);
    return Optional.of(staging);
  }

  @Override
  public Optional<IncomingRequests> requests() {
    JobAttempt self = new JobAttempt(job().id(), attempt());
    return Optional.of(new IncomingRequests(files, options.root(), self, ids));
  }

  void forget(FileStaging staging) {
    stagings.remove(staging);
  }

  /** Lets go of shared files, and removes those that nobody holds any more. */
  void release(Runnable letGo) {
    removals.execute(
        () -> {
          letGo.run();
          sweep();
        });
  }

  private Path directoryFor(long checkpointId, SnapshotType type) {
    if (type == SnapshotType.CHECKPOINT) {
      return options.root().resolve(CheckpointList.directoryName(checkpointId, attempt()));
    }
    String unique = newId().toString().substring(0, 8);
    return options
        .savepointRoot()
        .orElseThrow(
            () ->
                new StorageException(
                    "no savepoint without a savepoint directory: set savepointRoot of"
                        + " FileStorageOptions"))
        .resolve("savepoint-" + checkpointId + "-" + unique);
  }

  void commit(FileCheckpointWriter writer, CheckpointMetadata metadata, Set<Long> retain) {
    makeComplete(writer, metadata, retain);
    // Nobody who waits for the checkpoint waits for this.
    removals.execute(
        () -> {
          if (metadata.type() == SnapshotType.CHECKPOINT) {
            markComplete(writer.directory());
            owned.remove();
          }
          sweep();
        });
  }

  private synchronized void makeComplete(
      FileCheckpointWriter writer, CheckpointMetadata metadata, Set<Long> retain) {
    checkUsable();
    writer.ledger().seal(metadata.operators());
    try {
      removeUnreferenced(writer.directory(), metadata);
      if (metadata.type() == SnapshotType.SAVEPOINT) {
        commitSavepoint(writer, metadata);
      } else {
        commitCheckpoint(writer, metadata, retain);
      }
    } catch (IOException e) {
      throw new StorageException("Committing " + writer.directory(), e);
    }
  }

  /** From now on no failure takes the checkpoint for one that is to be discarded. */
  private void complete(FileCheckpointWriter writer) {
    writer.ledger().committed();
    writers.remove(writer);
  }

  private void commitSavepoint(FileCheckpointWriter writer, CheckpointMetadata metadata)
      throws IOException {
    Path directory = writer.directory();
    Path temporary = directory.resolve(METADATA + ".tmp");
    writeMetadata(temporary, metadata);
    // Whoever sees the file under its final name finds all that it refers to.
    files.syncDirectory(directory);
    files.rename(temporary, directory.resolve(METADATA));
    files.syncDirectory(directory);
    complete(writer);
    // It shares nothing, so nothing is to be remembered of it.
    shared.abort(metadata.checkpointId());
  }

  private void commitCheckpoint(
      FileCheckpointWriter writer, CheckpointMetadata metadata, Set<Long> retain)
      throws IOException {
    Path directory = writer.directory();
    MetadataFormat.Written written = writeMetadata(directory.resolve(METADATA), metadata);
    files.syncDirectory(directory);
    Set<StreamHandle.Shared> sharedFiles = SharedDirectory.filesOf(metadata);
    shared.sync(sharedFiles);
    long id = metadata.checkpointId();
    CheckpointList before = list;
    CheckpointList after =
        before.with(new CheckpointList.Entry(id, metadata.attempt(), written), retain);
    replaceList(after, id);
    complete(writer);
    List<CheckpointList.Entry> subsumed = new ArrayList<>(before.entries());
    subsumed.removeAll(after.entries());
    subsumed.forEach(entry -> garbage.add(options.root().resolve(entry.directory())));
    shared.confirm(id, sharedFiles, subsumed.stream().map(CheckpointList.Entry::id).toList());
  }

  /**
   * Lets a later claim tell a list put back from a backup from one that never had this checkpoint,
   * whose directory would be removed. It is a witness only: nothing is lost if it is.
   */
  private void markComplete(Path directory) {
    try {
      files.create(directory.resolve(CheckpointList.COMPLETE)).close();
    } catch (IOException e) {
      LOG.warn("{} is complete, but could not be marked as such", directory, e);
    }
  }

  private MetadataFormat.Written writeMetadata(Path path, CheckpointMetadata metadata)
      throws IOException {
    try (FileOutput out = files.create(path)) {
      MetadataFormat.Written written = MetadataFormat.write(out, metadata, newId());
      out.sync();
      return written;
    }
  }

  /**
   * The commit point. An error leaves the old list certainly in place, or else the new one is
   * written again, elsewhere and whole; only if that fails too nobody knows which one a crash
   * brings back.
   */
  private void replaceList(CheckpointList after, long checkpointId) throws IOException {
    checkNotTakenOver();
    checkUsable();
    UUID fileId = newId();
    try {
      after.replace(files, options.root(), fileId);
    } catch (IOException e) {
      fileId = newId();
      try {
        if (CheckpointList.visibleFileId(files, options.root()).equals(listFileId)) {
          throw e;
        }
        after.replace(files, options.root(), fileId);
      } catch (IOException | StreambedException again) {
        if (again == e) {
          throw e;
        }
        unsettled = true;
        again.addSuppressed(e);
        throw new UnsettledCommitException(checkpointId, options.root().toString(), again);
      }
    }
    list = after;
    listFileId = fileId;
  }

  private void checkNotTakenOver() throws IOException {
    if (!CheckpointList.visibleFileId(files, options.root()).equals(listFileId)) {
      unsettled = true;
      throw new FencedException(
          options.root()
              + " was taken over by another attempt of the job while attempt "
              + list.attempt()
              + " held it. Stop one of them; never delete the file "
              + FileCheckpointStorage.LOCK
              + " of a running job.");
    }
  }

  private void removeUnreferenced(Path directory, CheckpointMetadata metadata) throws IOException {
    Set<String> referenced = new HashSet<>();
    metadata.operators().stream()
        .flatMap(operator -> operator.subtasks().stream())
        .flatMap(SubtaskState::streams)
        .filter(StreamHandle.InFile.class::isInstance)
        .forEach(handle -> referenced.add(((StreamHandle.InFile) handle).name()));
    for (Path path : files.list(directory)) {
      if (!referenced.contains(path.getFileName().toString())) {
        files.delete(path);
      }
    }
  }

  void discard(FileCheckpointWriter writer) {
    boolean discarded = writer.ledger().discard();
    removals.execute(() -> remove(writer, discarded));
  }

  private void remove(FileCheckpointWriter writer, boolean discarded) {
    if (discarded) {
      writer.ledger().closeStreams();
      forget(writer);
    }
    sweep();
  }

  private synchronized void forget(FileCheckpointWriter writer) {
    if (writers.remove(writer)) {
      garbage.add(writer.directory());
      shared.abort(writer.checkpointId());
    }
  }

  /**
   * Waits for a commit under way; one that has not reached its commit point fails from now on, and
   * whatever else begins later.
   */
  @Override
  public void close() {
    closing = true;
    List<FileCheckpointWriter> left;
    synchronized (this) {
      if (closed) {
        return;
      }
      left = List.copyOf(writers);
    }
    left.forEach(this::discard);
    stagings.forEach(FileStaging::close);
    release(this::endShared);
    giveBack();
  }

  /** Waits for a commit under way, which may refer to what is kept until then. */
  private synchronized void endShared() {
    shared.end();
  }

  private synchronized void giveBack() {
    closed = true;
    try {
      lock.close();
    } catch (IOException e) {
      throw new StorageException("Giving " + options.root() + " back", e);
    }
  }

  /** Removes what no version of the list refers to, unless it is not known which one holds. */
  private void sweep() {
    if (!unsettled) {
      garbage.sweep();
    }
  }

  private void checkUsable() {
    if (closing) {
      throw new IllegalStateException("the claim on " + options.root() + " was given back");
    }
    if (unsettled) {
      throw new StorageException(
          "the claim on " + options.root() + " is void after an earlier failure: claim it anew");
    }
  }
}
