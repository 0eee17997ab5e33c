package io.streambed.checkpoint;

import io.streambed.control.ControlRequest;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One look at a job's checkpoint directory for what nobody needs. Links are not followed. What a
 * running job removes meanwhile is left out.
 */
final class OrphanSearch {
  private final FileSystem files;
  private final Path root;
  private final Path realRoot;
  private final List<Orphan> orphans = new ArrayList<>();
  private final List<Path> leftAlone = new ArrayList<>();

  OrphanSearch(FileSystem files, Path root) throws IOException {
    this.files = files;
    this.root = root;
    this.realRoot = files.realPath(root);
  }

  /**
   * Looks once.
   *
   * @throws io.streambed.error.CorruptionException if the list or the metadata of a listed
   *     checkpoint is damaged: any file may be one of that checkpoint's
   */
  Orphans run() throws IOException {
    // Before the list is read: whatever of these belongs to a complete checkpoint is on the list.
    List<Path> inRoot = files.list(root);
    Path shared = SharedDirectory.in(root);
    List<Path> inShared = isOwnDirectory(shared, realRoot) ? files.list(shared) : List.of();
    CheckpointList list = CheckpointList.read(files, root);
    Set<String> listed = Set.copyOf(list.directories());
    Set<UUID> referred = new HashSet<>();
    for (CheckpointList.Entry entry : list.entries()) {
      CheckpointMetadata metadata = CheckpointDirectory.listed(files, root, list, entry).metadata();
      SharedDirectory.filesOf(metadata).forEach(file -> referred.add(file.fileId()));
      lookIntoListed(root.resolve(entry.directory()), metadata);
    }
    for (Path path : inRoot) {
      lookAtEntry(path, listed);
    }
    for (Path path : inShared) {
      String name = name(path);
      if (!OrphanRule.isSharedFile(name) || !isOwnFile(path, realRoot.resolve(name(shared)))) {
        leaveAlone(path);
      } else if (OrphanRule.isOrphanInShared(name, referred::contains)) {
        add(path, Orphan.Kind.SHARED_FILE, List.of(path));
      }
    }
    orphans.sort(Comparator.comparing(Orphan::path));
    leftAlone.sort(null);
    return new Orphans(list.job(), orphans, leftAlone);
  }

  private void lookAtEntry(Path path, Set<String> listed) throws IOException {
    String name = name(path);
    Optional<Orphan.Kind> kind = OrphanRule.inRoot(name, listed);
    if (kind.isEmpty()) {
      boolean known =
          listed.contains(name)
              || name.equals(CheckpointList.FILE_NAME)
              || name.equals(FileCheckpointStorage.LOCK)
              || name.equals(OwnedSavepoint.FILE_NAME)
              || name.equals(ControlRequest.DIRECTORY)
              || path.equals(SharedDirectory.in(root)) && isOwnDirectory(path, realRoot);
      boolean savepoint = files.exists(path.resolve(FileClaim.METADATA));
      if (!known && !savepoint) {
        leaveAlone(path);
      }
    } else if (kind.get() == Orphan.Kind.UNLISTED_CHECKPOINT && isOwnDirectory(path, realRoot)) {
      lookIntoUnlisted(path);
    } else if (kind.get() == Orphan.Kind.TEMPORARY_LIST && isOwnFile(path, realRoot)) {
      add(path, kind.get(), List.of(path));
    } else {
      leaveAlone(path);
    }
  }

  private void lookIntoUnlisted(Path directory) throws IOException {
    List<Path> own = new ArrayList<>();
    for (Path path : listIfThere(directory)) {
      if (OrphanRule.isFileOfCheckpoint(name(path))
          && isOwnFile(path, realRoot.resolve(name(directory)))) {
        own.add(path);
      } else {
        leaveAlone(path);
      }
    }
    if (files.exists(directory)) {
      add(directory, Orphan.Kind.UNLISTED_CHECKPOINT, own);
    }
  }

  private void lookIntoListed(Path directory, CheckpointMetadata metadata) throws IOException {
    if (!isOwnDirectory(directory, realRoot)) {
      return;
    }
    Set<String> referenced =
        metadata.operators().stream()
            .flatMap(operator -> operator.subtasks().stream())
            .flatMap(SubtaskState::streams)
            .filter(StreamHandle.InFile.class::isInstance)
            .map(handle -> ((StreamHandle.InFile) handle).name())
            .collect(Collectors.toSet());
    for (Path path : listIfThere(directory)) {
      String name = name(path);
      if (!OrphanRule.isFileOfCheckpoint(name)) {
        leaveAlone(path);
      } else if (OrphanRule.isOrphanInCheckpoint(name, referenced)) {
        if (isOwnFile(path, realRoot.resolve(name(directory)))) {
          add(path, Orphan.Kind.CHECKPOINT_FILE, List.of(path));
        } else {
          leaveAlone(path);
        }
      }
    }
  }

  private void add(Path path, Orphan.Kind kind, List<Path> own) throws IOException {
    long bytes = 0;
    List<Path> there = new ArrayList<>();
    for (Path file : own) {
      try (FileInput in = files.open(file)) {
        bytes += in.length();
        there.add(file);
      } catch (NoSuchFileException e) {
        // A running job has removed it.
      }
    }
    if (!there.isEmpty() || kind == Orphan.Kind.UNLISTED_CHECKPOINT) {
      orphans.add(new Orphan(path, kind, there, bytes));
    }
  }

  /** Tells what is not the job's; what is gone is no longer anybody's. */
  private void leaveAlone(Path path) {
    if (files.exists(path)) {
      leftAlone.add(path);
    }
  }

  private List<Path> listIfThere(Path directory) throws IOException {
    try {
      return files.list(directory);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private boolean isOwnDirectory(Path path, Path realParent) throws IOException {
    return files.isDirectory(path) && !isLink(path, realParent);
  }

  private boolean isOwnFile(Path path, Path realParent) throws IOException {
    return files.isFile(path) && !isLink(path, realParent);
  }

  private boolean isLink(Path path, Path realParent) throws IOException {
    try {
      return !files.realPath(path).equals(realParent.resolve(name(path)));
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }
}
