package io.streambed.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Something in a job's checkpoint directory that none of its complete checkpoints needs: a process
 * that died left it there.
 *
 * @param path the file, or the directory of a checkpoint that is not complete
 * @param kind what it is
 * @param files what is deleted: the file itself, or the files in the directory, before the
 *     directory
 * @param bytes the size of these files
 */
public record Orphan(Path path, Kind kind, List<Path> files, long bytes) {
  /** What an orphan is. */
  public enum Kind {
    /** A list of checkpoints that was written and not put in place. */
    TEMPORARY_LIST,
    /** The directory of a checkpoint that is not on the list. */
    UNLISTED_CHECKPOINT,
    /** A file in the directory of a listed checkpoint, which its metadata does not name. */
    CHECKPOINT_FILE,
    /** A file in the directory {@code shared} that no listed checkpoint refers to. */
    SHARED_FILE
  }

  /** Checks and freezes the parts. */
  public Orphan {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(kind, "kind");
    files = List.copyOf(files);
  }
}
