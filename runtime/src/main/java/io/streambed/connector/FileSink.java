package io.streambed.connector;

import io.streambed.error.FencedException;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import io.streambed.job.Sink;
import io.streambed.job.SinkWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes one line per result into files that become visible with the checkpoint they belong to.
 *
 * <pre>
 * directory/part-checkpointId-subtask.csv      visible; the id has ten digits or more
 * directory/.pending/subtask-number-runId      not visible yet
 * directory/_lock                              held by the run that writes
 * </pre>
 *
 * <p><b>Order.</b> A pending file is synced, then its directory; then it is named in the
 * checkpoint. When that is complete the file is renamed, and the directory synced. If the process
 * dies between the two, the next one that restores the checkpoint does the rest. A name is used
 * once: it holds the run's id and a number.
 *
 * <p><b>One directory, one sink.</b> The first subtask of a run cleans up: it ends commits that
 * were cut short, then removes what runs before left pending without naming it in the checkpoint
 * that is restored. It refuses a directory whose visible files the run would repeat: who goes back
 * to an older checkpoint moves the files of later ones away first, and those up to it stay.
 *
 * <p>Threading: any thread; a writer belongs to one.
 */
public final class FileSink implements Sink<String> {
  private final FileSystem files;
  private final Path directory;

  /**
   * A sink; nothing is touched yet.
   *
   * @param files the file system
   * @param directory where the files go; created if missing
   */
  public FileSink(FileSystem files, Path directory) {
    this.files = Objects.requireNonNull(files, "files");
    this.directory = Objects.requireNonNull(directory, "directory");
  }

  /**
   * Begins on one subtask.
   *
   * @param context which subtask, of which run, restored from where
   * @return the writer of the subtask; it refuses results with a line feed with
   *     IllegalArgumentException
   * @throws FencedException if another run writes to the directory
   * @throws StorageException if the directory cannot be written, or holds visible files of a
   *     checkpoint after the one restored
   * @throws io.streambed.error.CorruptionException if a file that the checkpoint names is missing
   *     or of another length
   */
  @Override
  public SinkWriter<String> open(SinkContext context) {
    PartFiles parts = new PartFiles(files, directory, context.jobId(), context.runId());
    try {
      files.createDurableDirectories(parts.pendingDirectory());
      if (context.subtask() != 0) {
        return new FileSinkWriter(parts, context.subtask(), null);
      }
      HeldLock lock = lock();
      try {
        parts.refuseLaterThan(context.restoredCheckpointId());
        if (context.restoredCheckpointId() == 0) {
          parts.refuseForeignPending();
        }
        for (Committable committable : context.pending()) {
          parts.commit(committable);
        }
        parts.removeLeftovers();
        return new FileSinkWriter(parts, 0, lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StorageException(
          "Preparing the output directory " + directory + " (is it a directory you may write?)", e);
    }
  }

  private HeldLock lock() throws IOException {
    return files
        .tryLock(directory.resolve("_lock"))
        .orElseThrow(
            () ->
                new FencedException(
                    "the output directory "
                        + directory
                        + " is being written by another run: stop that one, or give another"
                        + " output directory"));
  }
}
