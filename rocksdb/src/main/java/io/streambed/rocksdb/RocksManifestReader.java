package io.streambed.rocksdb;

import io.streambed.bytes.ByteReader;
import io.streambed.error.CorruptionException;
import io.streambed.error.LimitExceededException;
import io.streambed.error.MalformedDataException;
import io.streambed.file.BlockReader;
import io.streambed.rocksdb.RocksManifest.NativeFile;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.StreamHandle;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads a manifest and RocksDB's own files out of it; one thread. */
final class RocksManifestReader implements Closeable {
  private final BlockReader blocks;
  private final String resource;
  private final RocksManifestFormat.Footer footer;
  private final RocksManifest manifest;

  private RocksManifestReader(BlockReader blocks, String resource) throws IOException {
    this.blocks = blocks;
    this.resource = resource;
    this.footer =
        decode(-1, () -> RocksManifestFormat.Footer.read(new ByteReader().set(blocks.footer())));
    long at = footer.contentsOffset();
    ByteReader in = new ByteReader().set(blocks.read(at, RocksManifestFormat.CONTENTS, 0));
    this.manifest = decode(at, () -> RocksManifestFormat.readContents(in, blocks.version()));
  }

  /** See {@link RocksManifest#open}. */
  static RocksManifestReader open(KeyedStateHandle.Incremental handle, SnapshotInputs inputs)
      throws IOException {
    StreamHandle stream = handle.manifest();
    var input = inputs.open(stream);
    String resource = input.name();
    BlockReader blocks =
        BlockReader.open(
            input,
            RocksManifestFormat.NAME,
            RocksManifestFormat.OLDEST_VERSION,
            RocksManifestFormat.VERSION,
            stream.fileId(),
            stream.length());
    try {
      RocksManifestReader reader = new RocksManifestReader(blocks, resource);
      reader.check(handle);
      return reader;
    } catch (IOException | RuntimeException e) {
      blocks.close();
      throw e;
    }
  }

  private void check(KeyedStateHandle.Incremental handle) {
    if (!manifest.range().equals(handle.range())) {
      throw new CorruptionException(
          resource, -1, "key groups " + handle.range(), "key groups " + manifest.range());
    }
    if (!manifest.files().equals(handle.files())) {
      throw new CorruptionException(
          resource,
          -1,
          "the " + handle.files().size() + " shared files that the handle names",
          "a manifest of " + manifest.files().size() + " files, not the same");
    }
  }

  private <T> T decode(long offset, Supplier<T> decoder) {
    try {
      return decoder.get();
    } catch (MalformedDataException e) {
      throw new CorruptionException(
          resource, offset, "a manifest of RocksDB's files", e.getMessage(), e);
    } catch (LimitExceededException e) {
      throw new LimitExceededException(resource, e);
    }
  }

  /** The file's name, for messages. */
  String resource() {
    return resource;
  }

  RocksManifest manifest() {
    return manifest;
  }

  /** RocksDB's own files; each is read and verified here. */
  List<NativeFile> natives() throws IOException {
    List<NativeFile> natives = new ArrayList<>();
    for (int i = 0; i < footer.names().size(); i++) {
      long offset = footer.offsets().get(i);
      byte[] content = blocks.read(offset, RocksManifestFormat.NATIVE, i).toByteArray();
      String name = footer.names().get(i);
      natives.add(decode(offset, () -> nativeFile(name, content)));
    }
    return natives;
  }

  private static NativeFile nativeFile(String name, byte[] content) {
    try {
      return new NativeFile(name, content);
    } catch (IllegalArgumentException e) {
      throw new MalformedDataException(e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
