package io.streambed.checkpoint;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.CorruptionException;
import io.streambed.error.MalformedDataException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.AtomicFile;
import io.streambed.file.BlockReader;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import io.streambed.snapshot.SnapshotType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The savepoint that an attempt was restored from and owns since. It is removed when the attempt
 * has completed a checkpoint of its own, which takes its place. The file {@code _owned} of the
 * job's directory remembers it, so that a later attempt ends a removal that was cut short. Version
 * 1: a block file of format {@code OWND} without blocks.
 *
 * <pre>
 * footer := attempt:varlong removing:bool metadataId:16 path:text
 * </pre>
 *
 * <p>{@code metadataId} is the identity of the savepoint's {@code _metadata}: what has been put in
 * its place is not touched. {@code removing} is set before the first file is deleted. Of the
 * savepoint's directory only what savepoints consist of is deleted.
 *
 * <p>Threading: one thread at a time: that of the claim at first, later that for removals.
 */
final class OwnedSavepoint {
  static final String FILE_NAME = "_owned";
  static final String FORMAT = "OWND";
  static final int VERSION = 1;

  private static final Logger LOG = LoggerFactory.getLogger(OwnedSavepoint.class);
  private static final int MAX_FILE_BYTES = 1 << 16;
  private static final Pattern DATA =
      Pattern.compile(".*-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.data");

  private final FileSystem files;
  private final Path root;
  private final Supplier<UUID> ids;

  /** Null if nothing is owned. */
  private Note note;

  private record Note(long attempt, boolean removing, UUID metadataId, String path) {
    Note toBeRemoved() {
      return new Note(attempt, true, metadataId, path);
    }
  }

  OwnedSavepoint(FileSystem files, Path root, Supplier<UUID> ids) {
    this.files = files;
    this.root = root;
    this.ids = ids;
  }

  /**
   * Learns what an earlier attempt owned. If that has completed a checkpoint, the savepoint is to
   * be removed; if not, it stays its user's, who may start from it again.
   *
   * @return whether {@link #remove()} is to be called
   */
  synchronized boolean start(CheckpointList list) throws IOException {
    for (Path path : files.list(root)) {
      String name = path.getFileName().toString();
      if (name.startsWith(FILE_NAME + ".") && name.endsWith(".tmp")) {
        files.delete(path);
      }
    }
    try {
      note = read();
    } catch (NoSuchFileException e) {
      return false;
    } catch (StreambedException e) {
      LOG.warn("Which savepoint the job owns is not known any more, so that it stays", e);
    }
    if (note != null
        && (note.removing
            || list.entries().stream().anyMatch(entry -> entry.attempt() == note.attempt))) {
      return true;
    }
    forget();
    return false;
  }

  /** Makes a savepoint this attempt's own. */
  synchronized void take(OpenedCheckpoint savepoint, long attempt) throws IOException {
    Path path = files.realPath(root.getFileSystem().getPath(savepoint.location()));
    if (savepoint.metadata().type() != SnapshotType.SAVEPOINT) {
      throw new StorageException(
          path
              + " is a checkpoint and cannot be claimed: it belongs to the directory that it is in,"
              + " with the files that it shares with others there. Start the job in that directory"
              + " with RestorePoint.Latest, or restore the checkpoint without claiming it.");
    }
    if (files.realPath(root).startsWith(path)) {
      throw new StorageException(
          path + " cannot be claimed: the job's directory of checkpoints is in it");
    }
    write(new Note(attempt, false, metadataId(path), path.toString()));
  }

  /** Removes what is owned, now that a checkpoint has taken its place; what resists is kept. */
  synchronized void remove() {
    if (note == null) {
      return;
    }
    Path savepoint = root.getFileSystem().getPath(note.path);
    try {
      if (!note.removing) {
        if (!metadataId(savepoint).equals(note.metadataId)) {
          throw new NoSuchFileException(savepoint + ": another one is in its place");
        }
        write(note.toBeRemoved());
      }
      removeFiles(savepoint);
      LOG.info("The savepoint {} was claimed, and is removed", savepoint);
    } catch (NoSuchFileException e) {
      LOG.info("The savepoint {} was claimed, and is not there any more", savepoint);
    } catch (IOException | StreambedException e) {
      LOG.warn(
          "The claimed savepoint {} cannot be removed now, later is tried again", savepoint, e);
      return;
    }
    try {
      forget();
    } catch (IOException e) {
      LOG.warn("{} cannot be removed now, later is tried again", root.resolve(FILE_NAME), e);
    }
  }

  private void removeFiles(Path savepoint) throws IOException {
    for (Path path : files.list(savepoint)) {
      String name = path.getFileName().toString();
      if (name.equals(FileClaim.METADATA) || DATA.matcher(name).matches()) {
        files.delete(path);
      }
    }
    try {
      files.delete(savepoint);
    } catch (DirectoryNotEmptyException e) {
      LOG.warn("{} stays: it holds files that are not of the savepoint", savepoint);
    }
  }

  private void forget() throws IOException {
    note = null;
    try {
      files.delete(root.resolve(FILE_NAME));
    } catch (NoSuchFileException e) {
      // It was never written, or is gone already.
    }
  }

  private UUID metadataId(Path savepoint) throws IOException {
    try (FileInput in = files.open(savepoint.resolve(FileClaim.METADATA))) {
      return BlockReader.identify(in).fileId();
    }
  }

  private void write(Note written) throws IOException {
    ByteWriter footer = new ByteWriter();
    footer.writeVarLong(written.attempt);
    footer.writeBoolean(written.removing);
    MetadataFormat.writeId(footer, written.metadataId);
    footer.writeText(written.path);
    UUID fileId = ids.get();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlockWriter blocks =
        new BlockWriter(out, new FileIdentity(FORMAT, VERSION, fileId), Compression.NONE)) {
      blocks.finish(footer.view());
    }
    ByteWriter content = new ByteWriter(out.size());
    content.writeBytes(out.toByteArray());
    AtomicFile.replace(files, root.resolve(FILE_NAME), content.view(), fileId);
    note = written;
  }

  private Note read() throws IOException {
    Path path = root.resolve(FILE_NAME);
    FileInput in = FileInput.of(path.toString(), AtomicFile.read(files, path, MAX_FILE_BYTES));
    try (BlockReader blocks = BlockReader.open(in, FORMAT, VERSION, VERSION, null, -1)) {
      if (blocks.next() != null) {
        throw new MalformedDataException("a block in a file that has a footer only");
      }
      ByteReader footer = new ByteReader().set(blocks.footer());
      Note read =
          new Note(
              footer.readVarLong(),
              footer.readBoolean(),
              MetadataFormat.readId(footer),
              footer.readName());
      footer.expectEnd();
      root.getFileSystem().getPath(read.path);
      return read;
    } catch (MalformedDataException | InvalidPathException e) {
      throw new CorruptionException(
          path.toString(), -1, "a file of format " + FORMAT, e.getMessage(), e);
    }
  }
}
