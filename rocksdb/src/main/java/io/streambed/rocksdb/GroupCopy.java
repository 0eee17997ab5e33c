package io.streambed.rocksdb;

import io.streambed.key.KeyGroupRange;
import io.streambed.rocksdb.RocksManifest.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.EnvOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/**
 * Brings key groups of one database into another: as table files that are written beside the source
 * and then become the other's, without a record of them passing its write buffers. What is small
 * passes these nevertheless: a file costs more than a thousand entries.
 */
final class GroupCopy implements AutoCloseable {
  private static final int SMALL_BYTES = 64 << 10;

  private final RocksDatabase target;
  private final NativeDatabase source;
  private final KeyGroupRange wanted;
  private final ReadOptions reads;
  private final EnvOptions environment;
  private final Options options;
  private final long fileBytes;
  private int files;

  /**
   * A copy that has not begun.
   *
   * @param source its directory takes the new files until they are moved
   * @param wanted the key groups
   */
  GroupCopy(RocksDatabase target, NativeDatabase source, KeyGroupRange wanted) {
    this.target = target;
    this.source = source;
    this.wanted = wanted;
    NativeHandles handles = target.handles();
    this.reads =
        handles.opened(
            new ReadOptions().setFillCache(false).setReadaheadSize(target.readAheadBytes()));
    this.environment = handles.opened(new EnvOptions());
    RocksHome home = target.home();
    this.options = handles.opened(new Options(home.databaseOptions(), home.columnOptions()));
    this.fileBytes = options.targetFileSizeBase();
  }

  private Scan scan(Place from, Column into) {
    ColumnFamilyHandle family = source.family(from.column()).handle;
    return new NativeScan(
        target, into.state(), from.prefix(), source.db.newIterator(family, reads), () -> {});
  }

  private boolean isWanted(Scan scan, Column into) {
    return EntryForm.groupOf(scan.key(), into.state(), source.path) <= wanted.last();
  }

  /** Takes the entries of one of the source's states as they are. */
  void take(Place from, Column into) {
    Map<byte[], byte[]> first = new LinkedHashMap<>();
    List<String> paths = new ArrayList<>();
    try (Scan scan = scan(from, into)) {
      boolean here = scan.seek(EntryForm.group(wanted.first()));
      for (long bytes = 0;
          here && isWanted(scan, into) && bytes < SMALL_BYTES;
          here = scan.next()) {
        // Lists come merged: what the source had in pieces is one value here.
        byte[] value = scan.value().toByteArray();
        first.put(scan.key().toByteArray(), value);
        bytes += scan.key().length() + value.length;
      }
      if (!here || !isWanted(scan, into)) {
        put(first, into);
        return;
      }
      into.writable();
      do {
        String path = source.path.resolve("ingest-" + files++ + ".sst").toString();
        paths.add(path);
        here = write(first, scan, into, path);
        first.clear();
      } while (here);
    } catch (RocksDBException e) {
      throw target.failed("Copying", into.state(), e);
    }
    ingest(paths, into);
  }

  private void put(Map<byte[], byte[]> entries, Column into) {
    try (Batch batch = new Batch(target)) {
      entries.forEach((key, value) -> batch.put(into, key, value));
      batch.write();
    }
  }

  /**
   * Writes one file of given entries, and from where a scan stands on; false if nothing is left.
   */
  private boolean write(Map<byte[], byte[]> first, Scan scan, Column into, String path)
      throws RocksDBException {
    SstFileWriter writer = target.handles().opened(new SstFileWriter(environment, options));
    try {
      writer.open(path);
      for (Map.Entry<byte[], byte[]> entry : first.entrySet()) {
        writer.put(into.stored(entry.getKey()), entry.getValue());
      }
      long bytes = 0;
      boolean here;
      do {
        byte[] value = scan.value().toByteArray();
        writer.put(into.stored(scan.key().toByteArray()), value);
        bytes += scan.key().length() + value.length;
        here = scan.next() && isWanted(scan, into);
      } while (here && bytes < fileBytes);
      writer.finish();
      return here;
    } finally {
      target.handles().close(writer);
    }
  }

  private void ingest(List<String> paths, Column into) {
    // Files are moved, and never written to again: checkpoints share them.
    IngestExternalFileOptions move =
        target
            .handles()
            .opened(new IngestExternalFileOptions().setMoveFiles(true).setWriteGlobalSeqno(false));
    try {
      target.db.ingestExternalFile(into.writable(), paths, move);
    } catch (RocksDBException e) {
      throw target.failed("Ingesting", into.state(), e);
    } finally {
      target.handles().close(move);
    }
  }

  @Override
  public void close() {
    target.handles().close(options);
    target.handles().close(environment);
    target.handles().close(reads);
  }
}
