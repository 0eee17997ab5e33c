package io.streambed.rocksdb;

import io.streambed.error.CorruptionException;
import io.streambed.error.InvariantViolationException;
import io.streambed.error.StorageException;
import io.streambed.file.FileInput;
import io.streambed.rocksdb.RocksManifest.Table;
import io.streambed.rocksdb.TableUploads.Upload;
import io.streambed.snapshot.SharedFiles;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/** Writes the table files of one snapshot, or finds where they are kept already. One thread. */
final class TableWriter {
  /**
   * How many bytes of table files a manifest takes: it is in memory when it is written and read,
   * and each checkpoint writes it again.
   */
  private static final int MAX_MANIFEST_BYTES = 64 << 10;

  private final RocksHome home;
  private final RocksFrozenFiles.Directory directory;
  private final SharedFiles shared;
  private int manifestBytes;

  TableWriter(RocksHome home, RocksFrozenFiles.Directory directory, SharedFiles shared) {
    this.home = home;
    this.directory = directory;
    this.shared = shared;
  }

  List<Table> write(List<TableFile> live) throws IOException {
    // Before the first upload: if the time runs out then, the next attempt finds all of it held.
    Map<String, Upload> kept = new HashMap<>();
    for (TableFile file : live) {
      directory.uploads().of(file.name()).stream()
          .filter(upload -> isKept(upload.content(), directory.path().resolve(file.name())))
          .findFirst()
          .ifPresent(upload -> kept.put(file.name(), upload));
    }
    List<Table> tables = new ArrayList<>();
    for (TableFile file : live) {
      Upload upload = kept.containsKey(file.name()) ? kept.get(file.name()) : upload(file);
      tables.add(new Table(file, upload.entries(), upload.content()));
    }
    return tables;
  }

  private boolean isKept(TableContent content, Path path) {
    return content instanceof TableContent.SharedFile kept
        ? shared.reuse(kept.file(), path)
        : fitsManifest(content.length());
  }

  /** Whether the manifest takes so many bytes more; if so they are counted. */
  private boolean fitsManifest(long length) {
    if (length > shared.smallBytes() || length > MAX_MANIFEST_BYTES - manifestBytes) {
      return false;
    }
    manifestBytes += (int) length;
    return true;
  }

  private Upload upload(TableFile file) throws IOException {
    Path path = directory.path().resolve(file.name());
    // First: what is damaged before it is copied would be found by a restore, and too late.
    long entries = checkSound(path);
    Upload upload =
        new Upload(fitsManifest(file.length()) ? read(file, path) : share(file, path), entries);
    directory.uploads().add(file.name(), upload);
    return upload;
  }

  private TableContent read(TableFile file, Path path) throws IOException {
    try (FileInput in = home.files().open(path)) {
      if (in.length() != file.length()) {
        throw new CorruptionException(
            in.name(), -1, file.length() + " bytes", in.length() + " bytes");
      }
      byte[] bytes = new byte[(int) file.length()];
      in.readFully(0, bytes, 0, bytes.length);
      return new TableContent.InManifest(bytes);
    }
  }

  private TableContent share(TableFile file, Path path) throws IOException {
    try (SnapshotOutput out = shared.create("table", path);
        FileInput in = home.files().open(path)) {
      int checksum = FileCopy.copy(in, file.length(), out, bytes -> {});
      if (out.finish(checksum) instanceof StreamHandle.Shared content) {
        return new TableContent.SharedFile(content);
      }
      throw new InvariantViolationException("a shared stream that is none");
    }
  }

  /** Reads all blocks of a table file; gives the number of its entries. */
  private long checkSound(Path path) {
    Options options =
        home.handles.opened(new Options(home.databaseOptions(), home.columnOptions()));
    SstFileReader reader = home.handles.opened(new SstFileReader(options));
    try {
      reader.open(path.toString());
      reader.verifyChecksum();
      return reader.getTableProperties().getNumEntries();
    } catch (RocksDBException e) {
      throw NativeDatabase.isDamage(e)
          ? new CorruptionException("The table file " + path, -1, "sound blocks", e.getMessage(), e)
          : new StorageException("Reading the table file " + path, e);
    } finally {
      home.handles.close(reader);
      home.handles.close(options);
    }
  }
}
