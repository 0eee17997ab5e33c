package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Schema;
import io.streambed.error.CorruptionException;
import io.streambed.error.MalformedDataException;
import io.streambed.file.BlockReader;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.file.FileInput;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an incremental checkpoint of a store of bytes consists of. A block file (see package {@code
 * file}) of format {@value #NAME}, version {@value #VERSION}:
 *
 * <pre>
 * file     := contents-block footer
 * contents := (block type 1, scope 0) origin range schema files:varint { range digest:text handle }
 * range    := first:varint last:varint
 * footer   := contentsOffset:varlong
 * </pre>
 *
 * {@code handle} is that of a shared file: a container with the entries of one state.
 *
 * @param origin where the contents come from
 * @param range the key groups
 * @param schema the states, those without entries too
 * @param files the files, in the order of the handle's
 */
record ByteManifest(SnapshotOrigin origin, KeyGroupRange range, Schema schema, List<File> files) {
  private static final String NAME = "BYTM";
  private static final int VERSION = 1;
  private static final int CONTENTS = 1;
  private static final int MIN_FILE_BYTES = 4;

  /**
   * One file.
   *
   * @param range the key groups that it covers
   * @param digest of what it holds
   * @param content its bytes
   */
  record File(KeyGroupRange range, String digest, StreamHandle.Shared content) {}

  /** Writes and names a manifest; closes the stream. */
  StreamHandle write(Compression compression, SnapshotOutput to) throws IOException {
    try (SnapshotOutput out = to;
        BlockWriter blocks =
            new BlockWriter(out, new FileIdentity(NAME, VERSION, out.fileId()), compression)) {
      ByteWriter contents = new ByteWriter();
      writeContents(contents);
      ByteWriter footer = new ByteWriter();
      footer.writeVarLong(blocks.write(CONTENTS, 0, contents.view()));
      blocks.finish(footer.view());
      return out.finish(blocks.checksum());
    }
  }

  private void writeContents(ByteWriter out) {
    origin.write(out);
    write(range, out);
    schema.write(out);
    out.writeVarInt(files.size());
    for (File file : files) {
      write(file.range, out);
      out.writeText(file.digest);
      file.content.write(out);
    }
  }

  private static void write(KeyGroupRange range, ByteWriter out) {
    out.writeVarInt(range.first());
    out.writeVarInt(range.last());
  }

  /**
   * Reads the manifest of a handle.
   *
   * @throws CorruptionException if it is damaged, or not the one that the handle names
   */
  static ByteManifest open(KeyedStateHandle.Incremental handle, SnapshotInputs inputs)
      throws IOException {
    StreamHandle stream = handle.manifest();
    FileInput input = inputs.open(stream);
    String resource = input.name();
    try (BlockReader blocks =
        BlockReader.open(input, NAME, VERSION, VERSION, stream.fileId(), stream.length())) {
      ByteManifest manifest = read(blocks);
      if (!manifest.range.equals(handle.range())) {
        throw new CorruptionException(
            resource, -1, "key groups " + handle.range(), "key groups " + manifest.range);
      }
      if (!manifest.contents().equals(handle.files())) {
        throw new CorruptionException(
            resource,
            -1,
            "the " + handle.files().size() + " shared files that the handle names",
            "a manifest of " + manifest.files.size() + " files, not the same");
      }
      return manifest;
    } catch (MalformedDataException e) {
      throw new CorruptionException(
          resource, -1, "a manifest of a store of bytes", e.getMessage(), e);
    }
  }

  private static ByteManifest read(BlockReader blocks) throws IOException {
    ByteReader footer = new ByteReader().set(blocks.footer());
    long offset = footer.readVarLong();
    footer.expectEnd();
    ByteReader in = new ByteReader().set(blocks.read(offset, CONTENTS, 0));
    SnapshotOrigin origin = SnapshotOrigin.read(in);
    KeyGroupRange range = readRange(in);
    Schema schema = Schema.read(in);
    List<File> files = new ArrayList<>();
    for (int left = in.readCount(MIN_FILE_BYTES); left > 0; left--) {
      KeyGroupRange covered = readRange(in);
      String digest = in.readText();
      if (!(StreamHandle.read(in) instanceof StreamHandle.Shared content)) {
        throw new MalformedDataException("a file of entries that is no shared file");
      }
      files.add(new File(covered, digest, content));
    }
    in.expectEnd();
    return new ByteManifest(origin, range, schema, files);
  }

  private static KeyGroupRange readRange(ByteReader in) {
    int first = in.readVarInt();
    int last = in.readVarInt();
    try {
      return new KeyGroupRange(first, last);
    } catch (IllegalArgumentException e) {
      throw new MalformedDataException(e.getMessage());
    }
  }

  /** The shared files. */
  List<StreamHandle.Shared> contents() {
    return files.stream().map(File::content).toList();
  }

  /** The size of all files, in bytes. */
  long bytes() {
    return files.stream().mapToLong(file -> file.content.length()).sum();
  }
}
