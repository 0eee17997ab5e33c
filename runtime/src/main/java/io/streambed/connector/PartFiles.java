package io.streambed.connector;

import io.streambed.connector.FileSink.PendingFile;
import io.streambed.error.CorruptionException;
import io.streambed.error.MalformedDataException;
import io.streambed.error.StorageException;
import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.job.Sink.SavedContent;
import io.streambed.job.Sink.SinkContext;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names and moves of {@link FileSink}'s files, for one subtask of a run. One thread. */
final class PartFiles {
  /** What a run's id looks like, as part of a file's name. */
  static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  private static final Pattern PENDING =
      Pattern.compile("([0-9]{1,5})-[0-9]{1,19}-(" + RUN_ID + ")");

  private final FileSystem files;
  private final Path directory;
  private final FileSink.Names names;
  private final Pattern visible;
  private final Path pendingDirectory;
  private final String jobId;
  private final String runId;
  private final CommitRecords records;
  private long nextNumber;

  PartFiles(FileSystem files, Path directory, FileSink.Names names, SinkContext<?> context) {
    this.names = names;
    visible =
        Pattern.compile(
            Pattern.quote(names.prefix())
                + "-([0-9]{10,19})-[0-9]{1,5}"
                + Pattern.quote(names.suffix()));
    jobId = context.jobId();
    runId = context.runId();
    if (!RUN_ID.matcher(runId).matches()) {
      throw new IllegalArgumentException("run id \"" + runId + "\" cannot be part of a file name");
    }
    this.files = files;
    this.directory = directory;
    this.pendingDirectory = directory.resolve(".pending");
    this.records = new CommitRecords(files, pendingDirectory);
  }

  Path pendingDirectory() {
    return pendingDirectory;
  }

  /** Creates a pending file under a name not used before. */
  Pending create(int subtask) throws IOException {
    while (true) {
      String name = subtask + "-" + nextNumber++ + "-" + runId;
      try {
        return new Pending(name, files.create(pendingDirectory.resolve(name)));
      } catch (FileAlreadyExistsException e) {
        // A writer of this run that failed left it; the next run removes it.
        continue;
      }
    }
  }

  /** A new pending file. */
  record Pending(String name, FileOutput output) {}

  void syncPending() throws IOException {
    files.syncDirectory(pendingDirectory);
  }

  void discard(String pendingName) throws IOException {
    files.delete(pendingDirectory.resolve(pendingName));
  }

  /** Opens a pending file. */
  FileInput open(PendingFile committable) throws IOException {
    return files.open(pendingDirectory.resolve(committable.name()));
  }

  /**
   * Makes a file visible, durably, unless that was done. What is no longer pending was made visible
   * if a record tells so, wherever it is now.
   *
   * @throws StorageException if it is neither pending nor visible nor was ever visible
   */
  void commit(PendingFile committable) throws IOException {
    CommitRecords.Writer writer = writerOf(committable);
    Path pending = pendingDirectory.resolve(committable.name());
    Path visible = directory.resolve(visibleName(committable, writer));
    if (files.exists(pending)) {
      checkLength(pending, committable.length());
      records.commits(writer, committable.checkpointId());
      makeVisible(pending, visible);
      return;
    }
    OptionalLong upTo = records.committedUpTo(writer);
    if (upTo.isEmpty() && files.exists(visible)) {
      // Made visible by a version of this sink that wrote no records.
      checkLength(visible, committable.length());
      records.commits(writer, committable.checkpointId());
    } else if (upTo.isEmpty() || upTo.getAsLong() < committable.checkpointId()) {
      throw files.exists(visible) ? ofAnotherRun(visible) : missing(committable, visible);
    }
    // The process that renamed it may have died before the rename was durable.
    files.syncDirectory(directory);
  }

  private void makeVisible(Path pending, Path visible) throws IOException {
    files.rename(pending, visible);
    try {
      files.syncDirectory(directory);
    } catch (IOException e) {
      // No later sync makes this rename durable: the next commit is to be another one.
      try {
        files.rename(visible, pending);
      } catch (IOException suppressed) {
        // A reader has taken it away.
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** Writes a file that a savepoint kept, unless it is pending here or was made visible. */
  void bringBack(PendingFile committable, SavedContent saved) throws IOException {
    CommitRecords.Writer writer = writerOf(committable);
    Path target = pendingDirectory.resolve(committable.name());
    if (files.exists(target)
        || files.exists(directory.resolve(visibleName(committable, writer)))
        || records.committedUpTo(writer).orElse(0) >= committable.checkpointId()) {
      return;
    }
    Pending copy = create(0);
    boolean kept;
    try (FileOutput output = copy.output) {
      kept = saved.copy(committable.name(), output);
      output.sync();
    }
    if (kept) {
      files.rename(pendingDirectory.resolve(copy.name), target);
      syncPending();
    } else {
      discard(copy.name);
    }
  }

  private StorageException missing(PendingFile committable, Path visible) {
    return new StorageException(
        "Checkpoint "
            + committable.checkpointId()
            + " awaits the commit of "
            + committable.name()
            + ", to be "
            + visible.getFileName()
            + "; neither is in "
            + directory
            + ", and no record there says that it was visible once: restore it with the output"
            + " directory that it was written with, and all of its files up to that checkpoint in"
            + " place.");
  }

  private StorageException ofAnotherRun(Path visible) {
    return new StorageException(
        visible
            + " was written by a run that went on from an earlier checkpoint than the one restored;"
            + " its lines would come twice. Restore the latest checkpoint; or, to go back to this"
            + " one, first move that file, and those of later checkpoints, out of the output"
            + " directory, and those of the job's other output directories.");
  }

  private static CommitRecords.Writer writerOf(PendingFile committable) {
    Matcher name = PENDING.matcher(committable.name());
    if (!name.matches() || committable.checkpointId() < 1) {
      throw new MalformedDataException(
          "the checkpoint names an output file \""
              + committable.name()
              + "\" of checkpoint "
              + committable.checkpointId()
              + ", which no file sink wrote");
    }
    return new CommitRecords.Writer(name.group(1), name.group(2));
  }

  private String visibleName(PendingFile committable, CommitRecords.Writer writer) {
    return String.format(
        Locale.ROOT,
        "%s-%010d-%s%s",
        names.prefix(),
        committable.checkpointId(),
        writer.subtask(),
        names.suffix());
  }

  private void checkLength(Path path, long length) throws IOException {
    try (FileInput input = files.open(path)) {
      if (input.length() != length) {
        throw new CorruptionException(
            path.toString(),
            -1,
            "an output file of " + length + " bytes",
            input.length() + " bytes");
      }
    }
  }

  /** Refuses to repeat what is visible. */
  void refuseLaterThan(long checkpointId) throws IOException {
    List<Path> later = new ArrayList<>();
    for (Path path : files.list(directory)) {
      Matcher name = visible.matcher(path.getFileName().toString());
      if (name.matches() && isAfter(name.group(1), checkpointId)) {
        later.add(path);
      }
    }
    if (later.isEmpty()) {
      return;
    }
    if (checkpointId == 0) {
      throw new StorageException(
          later.get(0)
              + " was written by an earlier run, and this one starts from nothing. Its lines would"
              + " come twice: give another output directory, or restore the latest checkpoint.");
    }
    throw new StorageException(
        later.get(0)
            + " was written after checkpoint "
            + checkpointId
            + ", which is restored; its lines would come twice. Restore the latest checkpoint, or the"
            + " savepoint that the job was stopped with, which is later; or, to go back to this one, first move what is written again out of the output directory: "
            + later.size()
            + (later.size() == 1 ? " file" : " files")
            + " here, "
            + names.prefix()
            + "-ID-*"
            + names.suffix()
            + " with an ID above "
            + checkpointId
            + ", and those of the job's other output directories.");
  }

  private static boolean isAfter(String digits, long checkpointId) {
    try {
      return Long.parseLong(digits) > checkpointId;
    } catch (NumberFormatException e) {
      return true; // nineteen digits beyond the range of long
    }
  }

  /** Refuses to begin beside what another job has not committed yet: its checkpoint may name it. */
  void refuseForeignPending() throws IOException {
    for (Path path : files.list(pendingDirectory)) {
      Matcher name = PENDING.matcher(path.getFileName().toString());
      if (name.matches() && !name.group(2).startsWith(jobId)) {
        throw new StorageException(
            path
                + " was left by a run with other checkpoints, which may still name it. Give another"
                + " output directory, or restore that run.");
      }
    }
  }

  /**
   * Removes pending files of this job's other runs, once what the checkpoint names is committed.
   */
  void removeLeftovers(long restoredCheckpointId) throws IOException {
    Map<Path, CommitRecords.Writer> leftovers = new LinkedHashMap<>();
    for (Path path : files.list(pendingDirectory)) {
      Matcher name = PENDING.matcher(path.getFileName().toString());
      if (name.matches() && name.group(2).startsWith(jobId) && !name.group(2).equals(runId)) {
        leftovers.put(path, new CommitRecords.Writer(name.group(1), name.group(2)));
      }
    }
    records.goBackTo(restoredCheckpointId, jobId, Set.copyOf(leftovers.values()));
    for (Path path : leftovers.keySet()) {
      files.delete(path);
    }
  }
}
