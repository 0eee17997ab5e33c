package io.streambed.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What {@link OrphanFiles} found in a job's checkpoint directory.
 *
 * @param job whose directory it is
 * @param orphans what no complete checkpoint needs, by path
 * @param leftAlone what is not the job's, as far as its name and kind tell, by path: files of other
 *     names, links, and savepoints that were not finished. It is never deleted
 */
public record Orphans(JobIdentity job, List<Orphan> orphans, List<Path> leftAlone) {
  /** Checks and freezes the parts. */
  public Orphans {
    Objects.requireNonNull(job, "job");
    orphans = List.copyOf(orphans);
    leftAlone = List.copyOf(leftAlone);
  }

  /**
   * The number of orphan files.
   *
   * @return from 0; directories are not counted
   */
  public long files() {
    return orphans.stream().mapToLong(orphan -> orphan.files().size()).sum();
  }

  /**
   * The size of the orphan files.
   *
   * @return in bytes, from 0
   */
  public long bytes() {
    return orphans.stream().mapToLong(Orphan::bytes).sum();
  }
}
