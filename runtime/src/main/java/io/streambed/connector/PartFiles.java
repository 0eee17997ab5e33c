package io.streambed.connector;

import io.streambed.error.CorruptionException;
import io.streambed.error.MalformedDataException;
import io.streambed.error.StorageException;
import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.job.Sink.Committable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names and moves of {@link FileSink}'s files, for one subtask of a run. One thread. */
final class PartFiles {
  private static final int COPY_BYTES = 1 << 16;
  private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");
  private static final Pattern PENDING =
      Pattern.compile("([0-9]{1,5})-[0-9]{1,19}-(" + RUN_ID.pattern() + ")");
  private static final Pattern VISIBLE = Pattern.compile("part-([0-9]{10,19})-[0-9]{1,5}\\.csv");

  private final FileSystem files;
  private final Path directory;
  private final Path pendingDirectory;
  private final String jobId;
  private final String runId;
  private long nextNumber;

  PartFiles(FileSystem files, Path directory, String jobId, String runId) {
    if (!RUN_ID.matcher(runId).matches()) {
      throw new IllegalArgumentException("run id \"" + runId + "\" cannot be part of a file name");
    }
    this.files = files;
    this.directory = directory;
    this.pendingDirectory = directory.resolve(".pending");
    this.jobId = jobId;
    this.runId = runId;
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

  /** Makes a file visible, durably, unless that was done. */
  void commit(Committable committable) throws IOException {
    Path pending = pendingDirectory.resolve(committable.name());
    Path visible = directory.resolve(visibleName(committable));
    if (files.exists(visible)) {
      checkLength(visible, committable.length());
      writeAgain(visible);
    } else if (!files.exists(pending)) {
      throw new StorageException(
          "Checkpoint "
              + committable.checkpointId()
              + " awaits the commit of "
              + committable.name()
              + ", to be "
              + visible.getFileName()
              + "; neither is in "
              + directory
              + ": restore it with the output directory that it was written with, and all of its"
              + " files up to that checkpoint in place.");
    } else {
      checkLength(pending, committable.length());
      files.rename(pending, visible);
      files.syncDirectory(directory);
    }
  }

  /**
   * Makes a visible file durable. Its directory's sync may have failed in the process that renamed
   * it; then no later sync counts for that rename, and the file takes part in a new one.
   */
  private void writeAgain(Path visible) throws IOException {
    Pending copy = create(0);
    try (FileOutput output = copy.output;
        FileInput input = files.open(visible)) {
      byte[] buffer = new byte[COPY_BYTES];
      int n;
      while ((n = input.read(output.position(), buffer, 0, buffer.length)) >= 0) {
        output.write(buffer, 0, n);
      }
      output.sync();
    }
    files.rename(pendingDirectory.resolve(copy.name), visible);
    files.syncDirectory(directory);
  }

  private static String visibleName(Committable committable) {
    Matcher name = PENDING.matcher(committable.name());
    if (!name.matches() || committable.checkpointId() < 1) {
      throw new MalformedDataException(
          "the checkpoint names an output file \""
              + committable.name()
              + "\" of checkpoint "
              + committable.checkpointId()
              + ", which no file sink wrote");
    }
    return String.format(
        Locale.ROOT, "part-%010d-%s.csv", committable.checkpointId(), name.group(1));
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
      Matcher name = VISIBLE.matcher(path.getFileName().toString());
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
            + ", which is restored; its lines would come twice. Restore the latest checkpoint; or, to"
            + " go back to this one, first move what is written again out of the output directory: "
            + later.size()
            + (later.size() == 1 ? " file" : " files")
            + " here, part-ID-*.csv with an ID above "
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

  /** Removes pending files of this job's other runs, once what was named is committed. */
  void removeLeftovers() throws IOException {
    for (Path path : files.list(pendingDirectory)) {
      Matcher name = PENDING.matcher(path.getFileName().toString());
      if (name.matches() && name.group(2).startsWith(jobId) && !name.group(2).equals(runId)) {
        files.delete(path);
      }
    }
  }
}
