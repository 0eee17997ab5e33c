package io.streambed.checkpoint;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.CorruptionException;
import io.streambed.error.LimitExceededException;
import io.streambed.error.MalformedDataException;
import io.streambed.file.AtomicFile;
import io.streambed.file.BlockReader;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content of {@code _checkpoints}, the file whose replacement makes a checkpoint complete.
 * Version 1: a block file of format {@code CHKS} without blocks.
 *
 * <pre>
 * footer := job attempt:varlong count:varint { id:varlong attempt:varlong metadata }   oldest first
 * metadata := length:varlong checksum:u32 fileId:16              of the checkpoint's _metadata
 * </pre>
 *
 * <p>A checkpoint's directory is {@code chk-<id>-<attempt>}. Ids ascend.
 *
 * @param job whose checkpoints these are
 * @param attempt how many times the directory has been claimed
 * @param entries the complete checkpoints, oldest first
 */
record CheckpointList(JobIdentity job, long attempt, List<Entry> entries) {
  static final String FILE_NAME = "_checkpoints";
  static final String FORMAT = "CHKS";

  /** An empty file in the directory of a checkpoint that a list has. */
  static final String COMPLETE = "_complete";

  static final int VERSION = 1;

  private static final int MAX_FILE_BYTES = 16 << 20;
  private static final int MIN_ENTRY_BYTES = 23;

  /** The largest number of a checkpoint or an attempt: names of directories have 18 digits each. */
  static final long MAX_NUMBER = 999_999_999_999_999_999L;

  private static final Pattern DIRECTORY_NAME = Pattern.compile("chk-([0-9]{1,18})-([0-9]{1,18})");

  CheckpointList {
    entries = List.copyOf(entries);
    long last = 0;
    for (Entry entry : entries) {
      if (entry.id <= last || entry.attempt < 1 || entry.attempt > attempt) {
        throw new IllegalArgumentException(
            entry.directory() + " listed after " + last + " in attempt " + attempt);
      }
      last = entry.id;
    }
  }

  /** One complete checkpoint. */
  record Entry(long id, long attempt, MetadataFormat.Written metadata) {
    String directory() {
      return directoryName(id, attempt);
    }
  }

  static String directoryName(long id, long attempt) {
    return "chk-" + id + "-" + attempt;
  }

  static boolean isDirectoryName(String name) {
    return DIRECTORY_NAME.matcher(name).matches();
  }

  static boolean isTemporaryName(String name) {
    return name.startsWith(FILE_NAME + ".") && name.endsWith(".tmp");
  }

  List<Long> ids() {
    return entries.stream().map(Entry::id).toList();
  }

  List<String> directories() {
    return entries.stream().map(Entry::directory).toList();
  }

  /** The latest checkpoint of a list that is not empty. */
  Entry last() {
    return entries.get(entries.size() - 1);
  }

  long lastId() {
    return entries.isEmpty() ? 0 : last().id;
  }

  /**
   * The list of the next attempt.
   *
   * @param root the directory that it is of, for messages
   * @throws LimitExceededException if there are too many, so that it could not be read again
   */
  CheckpointList claimedAgain(Path root) {
    if (attempt >= MAX_NUMBER) {
      throw new LimitExceededException(
          "The number of the next attempt in " + root,
          attempt + 1,
          MAX_NUMBER,
          "Give the job a new checkpoint directory, and restore from this one by path.");
    }
    return new CheckpointList(job, attempt + 1, entries);
  }

  CheckpointList with(Entry added, Set<Long> retain) {
    List<Entry> kept = new ArrayList<>(entries);
    kept.removeIf(entry -> !retain.contains(entry.id));
    kept.add(added);
    return new CheckpointList(job, attempt, kept);
  }

  /** Replaces the file in a directory, durably. */
  void replace(FileSystem files, Path root, UUID fileId) throws IOException {
    ByteWriter footer = new ByteWriter();
    MetadataFormat.writeJob(footer, job);
    footer.writeVarLong(attempt);
    footer.writeVarInt(entries.size());
    for (Entry entry : entries) {
      footer.writeVarLong(entry.id);
      footer.writeVarLong(entry.attempt);
      footer.writeVarLong(entry.metadata.length());
      footer.writeInt(entry.metadata.checksum());
      MetadataFormat.writeId(footer, entry.metadata.fileId());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FileIdentity identity = new FileIdentity(FORMAT, VERSION, fileId);
    try (BlockWriter blocks = new BlockWriter(out, identity, Compression.NONE)) {
      blocks.finish(footer.view());
    }
    if (out.size() > MAX_FILE_BYTES) {
      throw new LimitExceededException(
          "The list of checkpoints in bytes", out.size(), MAX_FILE_BYTES, "Retain fewer of them.");
    }
    ByteWriter content = new ByteWriter(out.size());
    content.writeBytes(out.toByteArray());
    AtomicFile.replace(files, root.resolve(FILE_NAME), content.view(), fileId);
  }

  /**
   * Reads the file of a directory, and verifies that it is not an earlier version of it: none is
   * older than an attempt that wrote checkpoints, nor than one that was marked as complete.
   *
   * @throws java.nio.file.NoSuchFileException if there is no file
   */
  static CheckpointList read(FileSystem files, Path root) throws IOException {
    // Looked at before the file: a running job may go on in between.
    List<Path> directories = new ArrayList<>();
    Set<Path> complete = new HashSet<>();
    for (Path path : files.list(root)) {
      if (isDirectoryName(path.getFileName().toString())) {
        directories.add(path);
        if (files.exists(path.resolve(COMPLETE))) {
          complete.add(path);
        }
      }
    }
    CheckpointList list = readFile(visible(files, root));
    for (Path path : directories) {
      Matcher name = DIRECTORY_NAME.matcher(path.getFileName().toString());
      boolean newer = name.matches() && Long.parseLong(name.group(2)) > list.attempt;
      boolean unlisted = complete.contains(path) && Long.parseLong(name.group(1)) > list.lastId();
      if (newer || unlisted) {
        throw new CorruptionException(
            root.resolve(FILE_NAME).toString(),
            -1,
            "a list written after " + path + (newer ? " was begun" : " was complete"),
            "an earlier one, of attempt " + list.attempt + " with checkpoints " + list.ids());
      }
    }
    return list;
  }

  private static CheckpointList readFile(FileInput in) throws IOException {
    try (BlockReader blocks = BlockReader.open(in, FORMAT, VERSION, VERSION, null, -1)) {
      // As metadata, a list is never compressed: a small file cannot hold more than there is
      // memory.
      MetadataFormat.expect(in, "compression none", "compression " + blocks.compression());
      if (blocks.next() != null) {
        throw new MalformedDataException("a block in a list of checkpoints");
      }
      ByteReader footer = new ByteReader().set(blocks.footer());
      JobIdentity job = MetadataFormat.readJob(footer);
      long attempt = number(footer, "attempt");
      List<Entry> entries = new ArrayList<>();
      for (int left = footer.readCount(MIN_ENTRY_BYTES); left > 0; left--) {
        entries.add(readEntry(footer));
      }
      footer.expectEnd();
      return new CheckpointList(job, attempt, entries);
    } catch (MalformedDataException | IllegalArgumentException e) {
      throw new CorruptionException(in.name(), -1, "a list of checkpoints", e.getMessage(), e);
    }
  }

  /** A number of an attempt or a checkpoint. */
  private static long number(ByteReader in, String what) {
    long number = in.readVarLong();
    if (number < 1 || number > MAX_NUMBER) {
      throw new MalformedDataException(what + " " + Long.toUnsignedString(number));
    }
    return number;
  }

  private static Entry readEntry(ByteReader in) {
    long id = number(in, "checkpoint");
    long attempt = number(in, "attempt");
    long length = in.readVarLong();
    int checksum = in.readInt();
    return new Entry(
        id, attempt, new MetadataFormat.Written(length, checksum, MetadataFormat.readId(in)));
  }

  /** The identity of the file that is in place. */
  static UUID visibleFileId(FileSystem files, Path root) throws IOException {
    return BlockReader.identify(visible(files, root)).fileId();
  }

  private static FileInput visible(FileSystem files, Path root) throws IOException {
    Path path = root.resolve(FILE_NAME);
    return FileInput.of(path.toString(), AtomicFile.read(files, path, MAX_FILE_BYTES));
  }
}
