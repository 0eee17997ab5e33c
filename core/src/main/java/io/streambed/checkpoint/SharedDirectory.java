package io.streambed.checkpoint;

import io.streambed.error.StreambedException;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.snapshot.StreamHandle.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of the files that a job's checkpoints share, and the registry of who refers to
 * them. It is made when the first file is written.
 *
 * <p>Invariants: a file that a listed checkpoint refers to is there, whole and durable; every other
 * one is held by the registry, is being written, is garbage, or is removed by the next claim.
 *
 * <p>Threading: any thread. No lock but its own is taken here, so it may be called with any held.
 */
final class SharedDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(SharedDirectory.class);
  private static final String NAME = "shared";
  static final String SUFFIX = ".data";

  private final FileSystem files;
  private final Path root;
  private final Garbage garbage;
  private final SharedFileRegistry registry = new SharedFileRegistry();

  /** Files that are being created: a sync under way may miss their entries. */
  private final Set<UUID> creating = new HashSet<>();

  /** Files created since the last sync of the directory began. */
  private final Set<UUID> unsynced = new HashSet<>();

  /** Files whose entries a failed sync was to make durable: no later one does. */
  private final Set<UUID> lost = new HashSet<>();

  private boolean made;

  SharedDirectory(FileSystem files, Path root, Garbage garbage) {
    this.files = files;
    this.root = root;
    this.garbage = garbage;
  }

  /** Where the job of that root keeps its shared files. */
  static Path in(Path root) {
    return root.resolve(NAME);
  }

  /** Where the job of that root keeps a file. */
  static Path file(Path root, UUID fileId) {
    return in(root).resolve(fileId + SUFFIX);
  }

  /** Whether a path is a directory of shared files, and not empty. */
  static boolean isDirectoryWithFiles(FileSystem files, Path path) throws IOException {
    return path.endsWith(NAME)
        && files.isDirectory(path)
        && files.list(path).stream()
            .anyMatch(file -> OrphanRule.isSharedFile(file.getFileName().toString()));
  }

  /** The shared files that a checkpoint refers to. */
  static Set<Shared> filesOf(CheckpointMetadata metadata) {
    Set<Shared> shared = new HashSet<>();
    metadata.operators().stream()
        .flatMap(operator -> operator.subtasks().stream())
        .flatMap(SubtaskState::streams)
        .filter(Shared.class::isInstance)
        .forEach(handle -> shared.add((Shared) handle));
    return shared;
  }

  /** Learns who refers to what from a claimed list, and what dead attempts left. */
  synchronized void start(CheckpointList list) throws IOException {
    Path directory = root.resolve(NAME);
    // An empty one may be what an attempt left that died when the sync of its entry had failed.
    made = files.isDirectory(directory) && !files.list(directory).isEmpty();
    Set<Shared> known = new HashSet<>();
    List<Long> unreadable = new ArrayList<>();
    for (CheckpointList.Entry entry : list.entries()) {
      Set<Shared> referenced = made ? referenced(list, entry) : Set.of();
      if (referenced == null) {
        unreadable.add(entry.id());
      } else {
        registry.restored(entry.id(), referenced);
        known.addAll(referenced);
      }
    }
    // Any file may be one of theirs: those known stay while they do, the others are left alone.
    unreadable.forEach(id -> registry.restored(id, known));
    if (made && unreadable.isEmpty()) {
      for (Path path : files.list(directory)) {
        if (OrphanRule.isOrphanInShared(path.getFileName().toString(), registry::isReferred)) {
          garbage.add(path);
        }
      }
    }
  }

  private Set<Shared> referenced(CheckpointList list, CheckpointList.Entry entry) {
    try {
      return filesOf(CheckpointDirectory.listed(files, root, list, entry).metadata());
    } catch (StreambedException e) {
      LOG.warn(
          "Checkpoint {} of {} cannot be read; files in {} that no other one refers to are left"
              + " alone until it is gone: {}",
          entry.id(),
          root,
          root.resolve(NAME),
          e.toString());
      return null;
    }
  }

  synchronized boolean isMade() {
    return made;
  }

  /** Makes the directory durably. It syncs the root, so it is called with the claim's lock. */
  synchronized void make() throws IOException {
    if (!made) {
      Path directory = root.resolve(NAME);
      boolean there = files.isDirectory(directory);
      if (there && !isLink(directory)) {
        // If a sync of the root failed, none makes that entry durable any more.
        files.delete(directory);
        there = false;
      }
      if (!there) {
        files.createDirectories(directory);
      }
      files.syncDirectory(root);
      made = true;
    }
  }

  /** A link is its user's: to another disk, say. */
  private boolean isLink(Path directory) throws IOException {
    return !files.realPath(directory).equals(files.realPath(root).resolve(NAME));
  }

  FileOutput create(UUID fileId) throws IOException {
    synchronized (this) {
      creating.add(fileId);
    }
    try {
      FileOutput created = files.create(file(root, fileId));
      synchronized (this) {
        creating.remove(fileId);
        unsynced.add(fileId);
      }
      return created;
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        forget(fileId);
      }
      throw e;
    }
  }

  /** Removes a file that never became one of a checkpoint; what resists is garbage. */
  void delete(UUID fileId) throws IOException {
    Path path = file(root, fileId);
    synchronized (this) {
      forget(fileId);
    }
    try {
      files.delete(path);
    } catch (IOException e) {
      garbage.add(path);
      throw e;
    }
  }

  synchronized void begin(long checkpoint) {
    registry.begin(checkpoint);
  }

  /** False if the checkpoint has ended. */
  synchronized boolean register(long checkpoint, Shared file) {
    return registry.register(checkpoint, file).isEmpty();
  }

  /** False also of a file whose name may not be durable: to write it anew is the way out. */
  synchronized boolean reuse(long checkpoint, Shared file) {
    return !lost.contains(file.fileId()) && registry.reuse(checkpoint, file);
  }

  synchronized long openStaging() {
    return registry.openStaging();
  }

  /** False if the staging was released. */
  synchronized boolean stage(long staging, Shared file) {
    return registry.stage(staging, file).isEmpty();
  }

  synchronized OptionalLong lease(long checkpoint) {
    return registry.lease(checkpoint);
  }

  synchronized void release(long staging, Shared file) {
    free(registry.release(staging, file));
  }

  /** Ends a staging or lease. */
  synchronized void release(long hold) {
    free(registry.release(hold));
  }

  /** Ends all stagings and leases, and what aborted checkpoints left behind. */
  synchronized void end() {
    free(registry.end());
  }

  /** Makes the names of all these files durable. */
  void sync(Set<Shared> referenced) throws IOException {
    Set<UUID> created;
    synchronized (this) {
      for (Shared file : referenced) {
        if (lost.contains(file.fileId())) {
          throw new IOException(
              file(root, file.fileId())
                  + " was written when a sync of its directory failed, and may not be durable");
        }
      }
      if (referenced.stream().noneMatch(file -> unsynced.contains(file.fileId()))) {
        return;
      }
      created = Set.copyOf(unsynced);
    }
    try {
      files.syncDirectory(root.resolve(NAME));
    } catch (IOException e) {
      synchronized (this) {
        lost.addAll(unsynced);
        lost.addAll(creating);
        unsynced.clear();
      }
      throw e;
    }
    synchronized (this) {
      unsynced.removeAll(created);
    }
  }

  /** A checkpoint is in the list in place of others. */
  synchronized void confirm(long checkpoint, Set<Shared> referenced, Collection<Long> subsumed) {
    free(registry.confirm(checkpoint, referenced));
    subsumed.forEach(old -> free(registry.subsume(old)));
  }

  synchronized void abort(long checkpoint) {
    free(registry.abort(checkpoint));
  }

  private void free(List<Shared> unreferred) {
    for (Shared file : unreferred) {
      garbage.add(file(root, file.fileId()));
      forget(file.fileId());
    }
  }

  private void forget(UUID fileId) {
    creating.remove(fileId);
    unsynced.remove(fileId);
    lost.remove(fileId);
  }
}
