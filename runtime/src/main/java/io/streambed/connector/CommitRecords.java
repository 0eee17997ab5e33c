package io.streambed.connector;

import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a sink knows of its commits without looking at visible files, which whoever reads them may
 * have taken away: empty files beside the pending ones.
 *
 * <pre>
 * .pending/committed-checkpointId-subtask-runId
 * </pre>
 *
 * <p>Such a record says: of the files that this run wrote on this subtask, those of checkpoints up
 * to that id were made visible, or are about to be; those of later ones were not. It is durable
 * before the rename that it speaks of. So a file that is no longer pending was made visible if a
 * record says so, and is lost if none does. A subtask of a run has one record, the greatest.
 *
 * <p>One thread for each subtask; {@link #goBackTo} while no other one commits.
 */
final class CommitRecords {
  /** So many records are kept of runs that came no further than checkpoints before the last. */
  static final int KEPT_RECORDS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(CommitRecords.class);
  private static final String PREFIX = "committed-";
  private static final Pattern NAME =
      Pattern.compile(PREFIX + "([0-9]{1,18})-([0-9]{1,5})-(" + PartFiles.RUN_ID + ")");

  private final FileSystem files;
  private final Path directory;

  CommitRecords(FileSystem files, Path pendingDirectory) {
    this.files = files;
    this.directory = pendingDirectory;
  }

  /** The files of one subtask of one run. */
  record Writer(String subtask, String runId) {}

  private record Entry(Path path, long checkpointId, Writer writer) {}

  private List<Entry> read() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path path : files.list(directory)) {
      Matcher name = NAME.matcher(path.getFileName().toString());
      if (name.matches()) {
        Writer writer = new Writer(name.group(2), name.group(3));
        entries.add(new Entry(path, Long.parseLong(name.group(1)), writer));
      }
    }
    return entries;
  }

  /** Up to which checkpoint a writer's files were made visible; empty if no record tells. */
  OptionalLong committedUpTo(Writer writer) throws IOException {
    return read().stream()
        .filter(entry -> entry.writer.equals(writer))
        .mapToLong(Entry::checkpointId)
        .max();
  }

  /** Says, durably, that the files of a writer up to this checkpoint become visible now. */
  void commits(Writer writer, long checkpointId) throws IOException {
    List<Entry> before = read();
    create(writer, checkpointId);
    files.syncDirectory(directory);
    for (Entry entry : before) {
      if (entry.writer.equals(writer) && entry.checkpointId < checkpointId) {
        files.delete(entry.path);
      }
    }
  }

  private void create(Writer writer, long checkpointId) throws IOException {
    Path path =
        directory.resolve(PREFIX + checkpointId + "-" + writer.subtask + "-" + writer.runId);
    try {
      files.create(path).close();
    } catch (FileAlreadyExistsException e) {
      // The sync after its creation may have failed, and then no later one makes it durable.
      files.delete(path);
      files.create(path).close();
    }
  }

  /**
   * Goes back to a checkpoint, what awaited its commit in it being visible: what runs of the job
   * wrote for later ones counts as not visible any more.
   *
   * @param jobId begins the ids of the job's runs
   * @param abandoned writers whose pending files are about to be removed; where no record tells of
   *     them, one tells from now on that they came no further
   */
  void goBackTo(long checkpointId, String jobId, Iterable<Writer> abandoned) throws IOException {
    List<Entry> later = new ArrayList<>();
    List<Entry> earlier = new ArrayList<>();
    long visibleUpTo = checkpointId;
    for (Entry entry : read()) {
      boolean ofJob = entry.writer.runId.startsWith(jobId);
      if (ofJob || checkpointId == 0) {
        visibleUpTo = Math.max(visibleUpTo, entry.checkpointId);
      }
      if (ofJob) {
        if (entry.checkpointId > checkpointId) {
          later.add(entry);
        } else if (entry.checkpointId < checkpointId) {
          earlier.add(entry);
        }
      }
    }
    for (Writer writer : abandoned) {
      if (committedUpTo(writer).isEmpty()) {
        create(writer, checkpointId);
      }
    }
    for (Entry entry : later) {
      create(entry.writer, checkpointId);
    }
    files.syncDirectory(directory);
    for (Entry entry : later) {
      files.delete(entry.path);
    }
    earlier.sort(Comparator.comparingLong(Entry::checkpointId).reversed());
    for (Entry entry : earlier.subList(Math.min(KEPT_RECORDS, earlier.size()), earlier.size())) {
      files.delete(entry.path);
    }
    files.syncDirectory(directory);
    if (visibleUpTo > checkpointId) {
      LOG.warn(
          "In the output directory {} files of checkpoints up to {} were visible, and have been"
              + " taken away since. This run begins with checkpoint {}: the lines of later ones"
              + " are written again.",
          directory.getParent(),
          visibleUpTo,
          checkpointId);
    }
  }
}
