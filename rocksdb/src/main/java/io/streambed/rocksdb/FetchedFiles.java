package io.streambed.rocksdb;

import io.streambed.error.CorruptionException;
import io.streambed.file.FileInput;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.rocksdb.RocksManifest.NativeFile;
import io.streambed.rocksdb.RocksManifest.Table;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The files of one handle in a directory of their own, which goes with this unless somebody keeps
 * it. Each was verified when it was fetched.
 */
final class FetchedFiles implements AutoCloseable {
  final Path path;
  private final RocksHome home;
  private RocksManifest manifest;
  private String resource;
  private long listBytes;
  private boolean kept;

  private FetchedFiles(RocksHome home) {
    this.home = home;
    this.path = home.enter();
  }

  /**
   * Fetches the files of a handle.
   *
   * @param progress told of the size of each part of a table file that was read
   * @throws CorruptionException if a file is damaged or missing
   * @throws IOException if the storage fails
   */
  static FetchedFiles fetch(
      RocksHome home,
      KeyedStateHandle.Incremental handle,
      SnapshotInputs inputs,
      LongConsumer progress)
      throws IOException {
    FetchedFiles fetched = new FetchedFiles(home);
    try {
      home.files().createDirectories(fetched.path);
      try (RocksManifestReader reader = RocksManifestReader.open(handle, inputs)) {
        fetched.resource = reader.resource();
        fetched.manifest = reader.manifest();
        for (Table table : fetched.manifest.tables().all()) {
          fetched.fetch(table, inputs, progress);
        }
        for (NativeFile file : reader.natives()) {
          fetched.write(fetched.path.resolve(file.name()), file.content());
          fetched.listBytes += file.isList() ? file.content().length : 0;
        }
      }
      return fetched;
    } catch (IOException | RuntimeException e) {
      fetched.close();
      throw e;
    }
  }

  private void write(Path target, byte[] content) throws IOException {
    try (FileOutput out = home.files().create(target)) {
      out.write(content);
    }
  }

  private void fetch(Table table, SnapshotInputs inputs, LongConsumer progress) throws IOException {
    FileSystem files = home.files();
    Path target = path.resolve(table.file().name());
    if (table.content() instanceof TableContent.InManifest few) {
      // Verified with the manifest.
      write(target, few.bytes());
      return;
    }
    StreamHandle.Shared content = ((TableContent.SharedFile) table.content()).file();
    if (inputs.linkVerified(content, target)) {
      progress.accept(content.length());
      return;
    }
    boolean linked = inputs.link(content, target);
    // By the checkpoint's name for it even if linked: nobody finds the link once this has failed.
    try (FileInput in = inputs.open(content);
        OutputStream out = linked ? OutputStream.nullOutputStream() : files.create(target)) {
      int checksum = FileCopy.copy(in, content.length(), out, progress);
      if (checksum != content.checksum()) {
        throw new CorruptionException(
            in.name(),
            -1,
            "bytes with checksum " + Integer.toHexString(content.checksum()),
            "bytes with checksum " + Integer.toHexString(checksum));
      }
    }
  }

  RocksManifest manifest() {
    return manifest;
  }

  /**
   * Checks that RocksDB finds in the files what the manifest says: a list of files of its own that
   * was cut at the right place would look whole to it.
   *
   * @throws CorruptionException if RocksDB finds anything else
   */
  void check() {
    checked(NativeDatabase.openList(home, path)).close();
  }

  /**
   * Opens the files, and checks the same.
   *
   * @return open, for reading only
   * @throws CorruptionException if RocksDB finds anything else
   */
  NativeDatabase openChecked() {
    return checked(NativeDatabase.openReadOnly(home, path));
  }

  private NativeDatabase checked(NativeDatabase opened) {
    try {
      expect("columns", manifest.states().columns(), opened.families());
      List<TableFile> expected =
          manifest.tables().all().stream().map(Table::file).sorted(TableFile.BY_NAME).toList();
      expect("table files", expected, opened.tableFiles());
      expect(
          "a last write of number",
          manifest.tables().lastSequence(),
          opened.db.getLatestSequenceNumber());
      // Records at its end may change nothing that was compared so far.
      expect("a list of a size of", listBytes, opened.listBytes());
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void expect(String what, Object stated, Object found) {
    if (!stated.equals(found)) {
      throw new CorruptionException(
          "RocksDB's own list of files, with " + resource + ",",
          -1,
          what + " " + stated,
          "" + found);
    }
  }

  /** The directory stays when this is closed. */
  void keep() {
    kept = true;
  }

  @Override
  public void close() {
    if (!kept) {
      kept = true;
      home.leave(path);
    }
  }
}
