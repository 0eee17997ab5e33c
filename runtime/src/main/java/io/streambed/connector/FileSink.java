package io.streambed.connector;

import io.streambed.error.FencedException;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import io.streambed.file.LocalFileSystem;
import io.streambed.job.Sink;
import io.streambed.job.SinkWriter;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Writes one line per result into files that become visible with the checkpoint they belong to.
 *
 * <pre>
 * directory/part-checkpointId-subtask.csv               visible; the id has ten digits or more;
 *                                                       {@link #withNames} changes part and .csv
 * directory/.pending/subtask-number-runId               not visible yet
 * directory/.pending/committed-checkpointId-subtask-runId     what was made visible; empty
 * directory/_lock                                       held by the run that writes
 * </pre>
 *
 * <p><b>Order.</b> A pending file is synced, then its directory; then it is named in the
 * checkpoint. When that is complete a record says so, durably; then the file is renamed, and the
 * directory synced. If the process dies in between, the next one that restores the checkpoint does
 * the rest. A name is used once: it holds the run's id and a number.
 *
 * <p><b>Readers may take visible files away</b> at any moment: what is committed is known from the
 * records. A file that is neither pending nor recorded as visible is lost, which is an error. If
 * the machine loses its power, a file that was taken away before the rename was durable can come
 * again; a reader that must exclude it syncs the directory before it takes a file.
 *
 * <p><b>Savepoints</b> hold the content of what is pending and stand alone. While the job goes on,
 * that becomes visible with the next checkpoint, under the savepoint's id. Who restores the
 * savepoint gets it in whatever output directory the job then has; in one where it was made visible
 * before, not again. Restored twice into two directories, it is in both.
 *
 * <p><b>One directory, one sink.</b> The first subtask of a run cleans up: it ends commits that
 * were cut short, then removes what runs before left pending without naming it in the checkpoint
 * that is restored. It refuses a directory whose visible files the run would repeat: who goes back
 * to an older checkpoint moves the files of later ones away first, and those up to it stay. Where
 * the later ones have been taken away by a reader, it goes back with a warning.
 *
 * <p>Threading: any thread; a writer belongs to one.
 *
 * @param <T> the type of the results
 */
public final class FileSink<T> implements Sink<T, FileSink.PendingFile> {
  private static final Names NAMES = new Names("part", ".csv");

  private final FileSystem files;
  private final Path directory;
  private final Function<? super T, String> format;
  private final Names names;

  /**
   * What the names of visible files begin and end with.
   *
   * @param prefix before the checkpoint's id
   * @param suffix behind the subtask
   */
  record Names(String prefix, String suffix) {}

  private FileSink(
      FileSystem files, Path directory, Function<? super T, String> format, Names names) {
    this.files = files;
    this.directory = directory;
    this.format = format;
    this.names = names;
  }

  /**
   * A sink of results as they print, one line each; nothing is touched yet.
   *
   * @param directory where the files go, in the local file system; created if missing
   * @return the sink
   */
  public static FileSink<Object> lines(Path directory) {
    Objects.requireNonNull(directory, "directory");
    return new FileSink<>(new LocalFileSystem(), directory, Object::toString, NAMES);
  }

  /**
   * The same with another form of the lines.
   *
   * @param newFormat gives a result's line, without a line feed
   * @param <R> the type of the results
   * @return a new sink
   */
  public <R> FileSink<R> withFormat(Function<? super R, String> newFormat) {
    Objects.requireNonNull(newFormat, "format");
    return new FileSink<>(files, directory, newFormat, names);
  }

  /**
   * The same with other names of the visible files. They stay the same for the life of the
   * directory: files with other names are not known as the sink's own.
   *
   * @param prefix before the checkpoint's id: letters, digits, dashes and underscores, 1 to 64
   * @param suffix behind the subtask: the same, and dots, 0 to 16
   * @return a new sink
   */
  public FileSink<T> withNames(String prefix, String suffix) {
    if (!prefix.matches("[A-Za-z0-9_-]{1,64}") || !suffix.matches("[A-Za-z0-9._-]{0,16}")) {
      throw new IllegalArgumentException(
          "files cannot be named "
              + prefix
              + "-0000000001-0"
              + suffix
              + ": use letters, digits, dashes and underscores, and dots in the suffix");
    }
    return new FileSink<>(files, directory, format, new Names(prefix, suffix));
  }

  /**
   * The same in another file system.
   *
   * @param newFiles the file system
   * @return a new sink
   */
  public FileSink<T> withFileSystem(FileSystem newFiles) {
    Objects.requireNonNull(newFiles, "files");
    return new FileSink<>(newFiles, directory, format, names);
  }

  /**
   * A file that is written and not visible yet.
   *
   * @param checkpointId the checkpoint that makes it visible, from 1
   * @param name its name in {@code .pending}
   * @param length its size in bytes, to notice damage
   */
  public record PendingFile(long checkpointId, String name, long length) {}

  @Override
  public Serializer<PendingFile> committableSerializer() {
    return Serializers.records(PendingFile.class);
  }

  @Override
  public List<Path> directories() {
    return List.of(directory);
  }

  /**
   * Begins on one subtask.
   *
   * @param context which subtask, of which run, restored from where
   * @return the writer of the subtask; it refuses results with a line feed with
   *     IllegalArgumentException, and those with half a surrogate pair with {@link
   *     io.streambed.error.SerializationException}
   * @throws FencedException if another run writes to the directory
   * @throws StorageException if the directory cannot be written, or holds visible files of a
   *     checkpoint after the one restored; or if a file that the checkpoint names is missing, and
   *     neither was made visible before nor is in the savepoint
   * @throws io.streambed.error.CorruptionException if a file that the checkpoint names is of
   *     another length, or the savepoint is damaged
   */
  @Override
  public SinkWriter<T, PendingFile> open(SinkContext<PendingFile> context) {
    PartFiles parts = new PartFiles(files, directory, names, context);
    try {
      files.createDurableDirectories(parts.pendingDirectory());
      if (context.subtask() != 0) {
        return new FileSinkWriter<>(parts, format, context.subtask(), null);
      }
      HeldLock lock = lock();
      try {
        parts.refuseLaterThan(context.restoredCheckpointId());
        if (context.restoredCheckpointId() == 0) {
          parts.refuseForeignPending();
        }
        for (PendingFile committable : context.pending()) {
          parts.bringBack(committable, context.saved());
          parts.commit(committable);
        }
        parts.removeLeftovers(context.restoredCheckpointId());
        return new FileSinkWriter<>(parts, format, 0, lock);
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
                        + " is being written by another run, or by another sink of this job: stop"
                        + " that one, or give another output directory"));
  }
}
