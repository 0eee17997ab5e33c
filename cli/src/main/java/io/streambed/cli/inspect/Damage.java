package io.streambed.cli.inspect;

import io.streambed.error.CorruptionException;
import io.streambed.error.LimitExceededException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.util.Set;

/**
 * A place that is not as it was written, or that cannot be read.
 *
 * @param file where
 * @param offset in bytes; null if it concerns the whole file
 * @param problem what is wrong
 */
record Damage(String file, Long offset, String problem) {
  static Damage of(CorruptionException e) {
    return new Damage(e.resource(), e.offset() < 0 ? null : e.offset(), e.finding());
  }

  /** Of a file that may be sound, and takes more memory than this process has. */
  static Damage of(String file, LimitExceededException e) {
    return new Damage(file, null, "cannot be read in this heap: " + e.getMessage());
  }

  /** Of a file that cannot be read. */
  static Damage of(String file, IOException e) {
    boolean named = e instanceof FileSystemException f && f.getFile() != null;
    return new Damage(
        named ? ((FileSystemException) e).getFile() : file, null, "cannot be read: " + e);
  }

  /** Says in one line what is damaged, and the way out. */
  static void tell(Set<Damage> damages, PrintWriter err) {
    String others =
        damages.size() == 1 ? "" : " (and " + (damages.size() - 1) + " more, see the list)";
    err.println(
        "streambed: damaged: "
            + damages.iterator().next()
            + others
            + ". Bring the files back from a copy; a job can also restore another of its"
            + " checkpoints by its path, with a new checkpoint directory.");
  }

  @Override
  public String toString() {
    return file + (offset == null ? "" : " at byte " + offset) + ": " + problem;
  }
}
