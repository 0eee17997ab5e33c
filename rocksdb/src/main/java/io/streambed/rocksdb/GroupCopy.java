package io.streambed.rocksdb;

import io.streambed.key.KeyGroupRange;
import io.streambed.store.Conversion;
import io.streambed.store.Entry;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.EnvOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/**
 * Brings key groups of one database into another: as table files that are written beside the source
 * and then become the other's, without a record of them passing its write buffers.
 */
final class GroupCopy implements AutoCloseable {
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

  private Scan scan(int number, Column into) {
    ColumnFamilyHandle family = source.family(number);
    return new Scan(
        target.handles(),
        into.state(),
        target.handles().opened(source.db.newIterator(family, reads)),
        () -> {},
        e -> target.unreadable(into.state(), e));
  }

  /** Takes the entries of one of the source's columns as they are. */
  void ingest(int number, Column into) {
    List<String> paths = new ArrayList<>();
    try (Scan scan = scan(number, into)) {
      boolean here = scan.seek(EntryForm.group(wanted.first()));
      while (here && EntryForm.groupOf(scan.key()) <= wanted.last()) {
        String path = source.path.resolve("ingest-" + files++ + ".sst").toString();
        here = write(scan, path);
        paths.add(path);
      }
    } catch (RocksDBException e) {
      throw target.failed("Copying", into.state(), e);
    }
    if (!paths.isEmpty()) {
      ingest(paths, into);
    }
  }

  /** Writes one file from where a scan stands; false if nothing is left. */
  private boolean write(Scan scan, String path) throws RocksDBException {
    SstFileWriter writer = target.handles().opened(new SstFileWriter(environment, options));
    try {
      writer.open(path);
      long bytes = 0;
      boolean here;
      do {
        // Lists come merged: what the source had in pieces is one value here.
        byte[] value = scan.value().toByteArray();
        writer.put(scan.key().toByteArray(), value);
        bytes += scan.key().length() + value.length;
        here = scan.next();
      } while (here && EntryForm.groupOf(scan.key()) <= wanted.last() && bytes < fileBytes);
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

  /** Takes the entries of one of the source's columns as an open state writes them now. */
  void convert(int number, EntryForm written, OpenState into) {
    Conversion conversion = into.conversion.apply(written.schema());
    Entry entry = new Entry();
    try (EntryLoader loader = new EntryLoader(target)) {
      for (int group = wanted.first(); group <= wanted.last(); group++) {
        try (EntryWalk walk =
            new EntryWalk(written, scan(number, into.column), EntryForm.group(group))) {
          while (walk.advance(entry)) {
            loader.load(into.form, into.column, group, conversion.convert(group, entry));
          }
        }
      }
      loader.finish();
    }
  }

  @Override
  public void close() {
    target.handles().close(options);
    target.handles().close(environment);
    target.handles().close(reads);
  }
}
