package io.streambed.checkpoint;

import io.streambed.error.CorruptionException;
import io.streambed.error.ForeignFileException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the directories that {@link FileCheckpointStorage} describes. */
final class CheckpointDirectory {
  private CheckpointDirectory() {}

  /** How often the latest is looked for while its job takes checkpoints. */
  private static final int LOOKS = 10;

  static OpenedCheckpoint open(FileSystem files, Path path) {
    try {
      if (files.exists(path.resolve(FileClaim.METADATA))) {
        return open(files, path, files.realPath(path).getParent(), null);
      }
      if (files.exists(path.resolve(CheckpointList.FILE_NAME))) {
        return latest(files, path);
      }
      FlinkMetadata.refuseDirectory(files, path);
    } catch (IOException e) {
      throw new StorageException("Opening the checkpoint " + path, e);
    }
    throw new StorageException(
        path
            + (files.isDirectory(path)
                ? " is"
                : files.exists(path) ? " is a file, and so" : " does not exist, and so is")
            + " neither a checkpoint or savepoint (no file "
            + FileClaim.METADATA
            + " in it) nor a job's checkpoint directory (no file "
            + CheckpointList.FILE_NAME
            + "). Give the path of one of these; what was interrupted while being written cannot"
            + " be restored.");
  }

  /** Opens the last checkpoint of a root whose job may run and replace it meanwhile. */
  private static OpenedCheckpoint latest(FileSystem files, Path root) throws IOException {
    for (int look = 1; ; look++) {
      CheckpointList list = CheckpointList.read(files, root);
      if (list.entries().isEmpty()) {
        throw new StorageException(
            root
                + " belongs to job \""
                + list.job().name()
                + "\" and holds no complete checkpoint");
      }
      try {
        return latest(files, root, list);
      } catch (StreambedException e) {
        // What the list names is complete on disk: it is damaged if the list names it still.
        if (isListed(files, root, list.last().directory())) {
          throw e;
        }
        if (look == LOOKS) {
          throw new StorageException(
              "The latest checkpoint in "
                  + root
                  + " was replaced "
                  + LOOKS
                  + " times while it was opened. Let the job retain more of them.",
              e);
        }
      }
    }
  }

  private static boolean isListed(FileSystem files, Path root, String directory)
      throws IOException {
    return CheckpointList.read(files, root).directories().contains(directory);
  }

  /** Throws if a root has checkpoints but no list: the list is lost. */
  static void refuseLostList(FileSystem files, Path root) throws IOException {
    for (Path path : files.list(root)) {
      if (CheckpointList.isDirectoryName(path.getFileName().toString())
          || SharedDirectory.isDirectoryWithFiles(files, path)) {
        throw new CorruptionException(
            root.resolve(CheckpointList.FILE_NAME).toString(),
            -1,
            "the list of complete checkpoints",
            "no file, though there is " + path);
      }
    }
  }

  /** See {@link FileCheckpointStorage#isKept}. */
  static boolean isKept(FileSystem files, Path directory) throws IOException {
    Path real;
    try {
      real = files.realPath(directory);
    } catch (NoSuchFileException e) {
      // A list that names it still has lost it.
      real = directory.toAbsolutePath().normalize();
      if (!CheckpointList.isDirectoryName(real.getFileName().toString())
          || !files.exists(real.resolveSibling(CheckpointList.FILE_NAME))) {
        return false;
      }
    }
    Path root = real.getParent();
    String name = real.getFileName().toString();
    return !CheckpointList.isDirectoryName(name)
        || !files.exists(root.resolve(CheckpointList.FILE_NAME))
        || isListed(files, root, name);
  }

  /** See {@link FileCheckpointStorage#complete}. */
  static List<Path> complete(FileSystem files, Path directory) throws IOException {
    List<Path> complete = new ArrayList<>();
    if (files.exists(directory.resolve(CheckpointList.FILE_NAME))) {
      CheckpointList.read(files, directory)
          .directories()
          .forEach(name -> complete.add(directory.resolve(name)));
    }
    for (Path path : files.list(directory)) {
      boolean isSavepoint = !CheckpointList.isDirectoryName(path.getFileName().toString());
      if (isSavepoint && files.exists(path.resolve(FileClaim.METADATA))) {
        complete.add(path);
      }
    }
    return complete;
  }

  /** See {@link FileCheckpointStorage#openAsListed}. */
  static OpenedCheckpoint openAsListed(FileSystem files, Path directory) throws IOException {
    Path parent = directory.getParent();
    Path root = parent == null ? directory.getFileSystem().getPath("") : parent;
    if (files.exists(root.resolve(CheckpointList.FILE_NAME))) {
      CheckpointList list = CheckpointList.read(files, root);
      for (CheckpointList.Entry entry : list.entries()) {
        if (directory.endsWith(entry.directory())) {
          return listed(files, root, list, entry);
        }
      }
    }
    return open(files, directory);
  }

  /** Opens the last checkpoint of a list that is not empty. */
  static OpenedCheckpoint latest(FileSystem files, Path root, CheckpointList list) {
    return listed(files, root, list, list.last());
  }

  /** Opens a checkpoint of a list. */
  static OpenedCheckpoint listed(
      FileSystem files, Path root, CheckpointList list, CheckpointList.Entry entry) {
    Path directory = root.resolve(entry.directory());
    OpenedCheckpoint opened;
    try {
      opened = open(files, directory, root, entry.metadata());
    } catch (IOException e) {
      throw new StorageException("Opening the checkpoint " + directory, e);
    }
    CheckpointMetadata metadata = opened.metadata();
    if (metadata.checkpointId() != entry.id()
        || metadata.attempt() != entry.attempt()
        || metadata.type() != SnapshotType.CHECKPOINT
        || !metadata.job().equals(list.job())) {
      throw new ForeignFileException(
          directory.toString(), entry.directory() + " of " + list.job(), metadata.toString());
    }
    return opened;
  }

  private static OpenedCheckpoint open(
      FileSystem files, Path directory, Path root, MetadataFormat.Written written)
      throws IOException {
    FileInput in = openMetadata(files, directory.resolve(FileClaim.METADATA));
    FlinkMetadata.refuse(in, directory);
    CheckpointMetadata metadata = MetadataFormat.read(in, written);
    return new OpenedCheckpoint(
        directory.toString(), metadata, new DirectoryInputs(files, directory, root));
  }

  /** The streams of a checkpoint; shared files are those of the job whose root it is in. */
  private record DirectoryInputs(FileSystem files, Path directory, Path root)
      implements SnapshotInputs {
    @Override
    public FileInput open(StreamHandle handle) throws IOException {
      if (handle instanceof StreamHandle.Inline inline) {
        String name = directory.resolve(FileClaim.METADATA) + " (stream " + inline.fileId() + ")";
        return FileInput.of(name, inline.content());
      }
      FileInput in;
      try {
        in = files.open(path(handle));
      } catch (NoSuchFileException e) {
        throw gone(handle, e);
      }
      try {
        if (in.length() != handle.length()) {
          throw new CorruptionException(
              in.name(), -1, handle.length() + " bytes", in.length() + " bytes");
        }
        return in;
      } catch (IOException | RuntimeException e) {
        try {
          in.close();
        } catch (IOException suppressed) {
          e.addSuppressed(suppressed);
        }
        throw e;
      }
    }

    @Override
    public boolean link(StreamHandle handle, Path target) throws IOException {
      if (handle instanceof StreamHandle.Inline) {
        return false;
      }
      Path path = path(handle);
      try {
        return files.link(path, target);
      } catch (NoSuchFileException e) {
        if (files.exists(path)) {
          throw e;
        }
        throw gone(handle, e);
      }
    }

    private CorruptionException gone(StreamHandle handle, IOException cause) {
      return handle instanceof StreamHandle.Shared
          ? missing(
              path(handle),
              "no file (a checkpoint is copied together with \"shared\" beside it)",
              cause)
          : missing(path(handle), "no file", cause);
    }

    private Path path(StreamHandle handle) {
      if (handle instanceof StreamHandle.InFile file) {
        return directory.resolve(file.name());
      }
      return SharedDirectory.file(root, handle.fileId());
    }
  }

  private static FileInput openMetadata(FileSystem files, Path path) throws IOException {
    try {
      return files.open(path);
    } catch (NoSuchFileException e) {
      throw missing(path, "no file", e);
    }
  }

  private static CorruptionException missing(Path path, String found, IOException cause) {
    return new CorruptionException(
        path.toString(), -1, "a file of a complete checkpoint", found, cause);
  }
}
