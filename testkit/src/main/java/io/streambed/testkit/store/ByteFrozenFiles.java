package io.streambed.testkit.store;

import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Schema;
import io.streambed.error.InvariantViolationException;
import io.streambed.file.Compression;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.FrozenFiles;
import io.streambed.snapshot.KeyedContainerWriter;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SharedFiles;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The contents of a store at one moment, which are cut into files. */
final class ByteFrozenFiles implements FrozenFiles {
  /** How many key groups a file has at most. Runs begin at multiples of it, for any range. */
  private static final int RUN = 4;

  private final ByteFrozenView view;
  private final KeyGroupRange range;
  private final WrittenContent written;

  /** The entries of one state in some key groups. */
  private record Piece(int state, KeyGroupRange range, String digest) {}

  ByteFrozenFiles(ByteFrozenView view, KeyGroupRange range, WrittenContent written) {
    this.view = view;
    this.range = range;
    this.written = written;
  }

  @Override
  public Schema schema() {
    return view.schema();
  }

  @Override
  public KeyedStateHandle.Incremental write(
      SnapshotOrigin origin, Compression compression, SnapshotStreams streams) throws IOException {
    // All that the storage has is asked for before the first file is written, as it wants it.
    Map<Piece, StreamHandle.Shared> contents = new LinkedHashMap<>();
    for (Piece piece : pieces()) {
      contents.put(piece, kept(piece, streams.shared()));
    }
    List<ByteManifest.File> files = new ArrayList<>();
    for (Map.Entry<Piece, StreamHandle.Shared> each : contents.entrySet()) {
      Piece piece = each.getKey();
      StreamHandle.Shared content =
          each.getValue() != null
              ? each.getValue()
              : write(piece, origin, compression, streams.shared());
      files.add(new ByteManifest.File(piece.range, piece.digest, content));
    }
    written.retain(files.stream().map(ByteManifest.File::digest).toList());
    ByteManifest manifest = new ByteManifest(origin, range, view.schema(), files);
    return new KeyedStateHandle.Incremental(
        range,
        ByteStoreFactory.NAME,
        manifest.write(compression, streams.create("manifest-" + origin.subtask())),
        manifest.contents());
  }

  private List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    for (int state = 0; state < view.schema().states().size(); state++) {
      int first = range.first();
      while (first <= range.last()) {
        int last = Math.min(range.last(), first / RUN * RUN + RUN - 1);
        KeyGroupRange run = new KeyGroupRange(first, last);
        String digest = digest(state, run);
        if (digest != null) {
          pieces.add(new Piece(state, run, digest));
        }
        first = last + 1;
      }
    }
    return pieces;
  }

  /** A digest of all that makes the file of a piece, or null if the piece has no entries. */
  private String digest(int state, KeyGroupRange run) {
    ByteWriter content = new ByteWriter();
    view.only(state).schema().write(content);
    content.writeVarInt(run.first());
    content.writeVarInt(run.last());
    MessageDigest digest = sha256();
    digest.update(content.toByteArray());
    boolean empty = true;
    for (int keyGroup = run.first(); keyGroup <= run.last(); keyGroup++) {
      for (Map.Entry<byte[], byte[]> entry : view.stored(state, keyGroup).entrySet()) {
        empty = false;
        // Without the prefix: the number of a state is another one after each restore.
        int keyBytes = entry.getKey().length - KeyForm.PREFIX_BYTES;
        content.reset();
        content.writeVarInt(keyGroup);
        content.writeVarInt(keyBytes);
        content.writeBytes(entry.getKey(), KeyForm.PREFIX_BYTES, keyBytes);
        content.writeVarInt(entry.getValue().length);
        content.writeBytes(entry.getValue());
        digest.update(content.array(), 0, content.position());
      }
    }
    return empty ? null : HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new InvariantViolationException("every JDK has SHA-256");
    }
  }

  /** A file that the storage has and keeps for this checkpoint, or null. */
  private StreamHandle.Shared kept(Piece piece, SharedFiles shared) {
    return written.of(piece.digest).stream().filter(shared::reuse).findFirst().orElse(null);
  }

  private StreamHandle.Shared write(
      Piece piece, SnapshotOrigin origin, Compression compression, SharedFiles shared)
      throws IOException {
    try (SnapshotOutput out = shared.create("entries")) {
      int checksum =
          KeyedContainerWriter.write(
              view.only(piece.state), piece.range, origin, compression, out.fileId(), out);
      if (out.finish(checksum) instanceof StreamHandle.Shared content) {
        written.add(piece.digest, content);
        return content;
      }
      throw new InvariantViolationException("a shared stream that is none");
    }
  }

  @Override
  public void close() {
    view.close();
  }
}
