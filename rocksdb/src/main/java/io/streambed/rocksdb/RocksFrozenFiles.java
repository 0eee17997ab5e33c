package io.streambed.rocksdb;

import io.streambed.entry.Schema;
import io.streambed.error.CorruptionException;
import io.streambed.error.StorageException;
import io.streambed.file.Compression;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.rocksdb.RocksManifest.NativeFile;
import io.streambed.rocksdb.RocksManifest.States;
import io.streambed.rocksdb.RocksManifest.Table;
import io.streambed.rocksdb.RocksManifest.Tables;
import io.streambed.snapshot.FrozenFiles;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The files of a store at one moment, in a directory of their own beside its database. */
final class RocksFrozenFiles implements FrozenFiles {
  /** Files of RocksDB that hold no state. */
  private static final String NO_CONTENT = "OPTIONS-\\d+|LOG(\\.old\\.\\d+)?|IDENTITY";

  private final RocksHome home;
  private final Directory directory;
  private final KeyGroupRange range;
  private final States states;
  private boolean closed;

  /**
   * The directory that holds the files.
   *
   * @param path its path; the frozen files own it
   * @param freeze the number of the freeze within its database, ascending
   * @param uploads where the database's table files are kept already
   */
  record Directory(Path path, long freeze, TableUploads uploads) {}

  RocksFrozenFiles(RocksHome home, Directory directory, KeyGroupRange range, States states) {
    this.home = home;
    this.directory = directory;
    this.range = range;
    this.states = states;
  }

  @Override
  public Schema schema() {
    return states.schema();
  }

  @Override
  public synchronized KeyedStateHandle.Incremental write(
      SnapshotOrigin origin, Compression compression, SnapshotStreams streams) throws IOException {
    if (closed) {
      throw new IllegalStateException("the frozen files are closed");
    }
    List<TableFile> live;
    long lastSequence;
    try (NativeDatabase opened = NativeDatabase.openList(home, directory.path)) {
      checkFamilies(opened.families());
      live = opened.tableFiles();
      lastSequence = opened.db.getLatestSequenceNumber();
    }
    Set<String> names = live.stream().map(TableFile::name).collect(Collectors.toSet());
    checkComplete(names);
    directory.uploads.live(directory.freeze, names);
    List<Table> tables = new TableWriter(home, directory, streams.shared()).write(live);
    RocksManifest manifest = manifest(origin, tables, lastSequence);
    try (SnapshotOutput out = streams.create("rocksdb-" + origin.subtask())) {
      int checksum = RocksManifestFormat.write(manifest, natives(), compression, out);
      return new KeyedStateHandle.Incremental(
          range, RocksKeyedStoreFactory.NAME, out.finish(checksum), manifest.files());
    }
  }

  private RocksManifest manifest(SnapshotOrigin origin, List<Table> tables, long lastSequence) {
    try {
      return new RocksManifest(origin, range, states, new Tables(tables, lastSequence));
    } catch (IllegalArgumentException e) {
      throw new CorruptionException(
          "The database " + directory.path,
          -1,
          "table files that fit the states",
          e.getMessage(),
          e);
    }
  }

  private void checkFamilies(Set<Integer> found) {
    Set<Integer> expected = states.columns();
    if (!found.equals(expected)) {
      throw new CorruptionException(
          "The database " + directory.path, -1, "the columns " + expected, "columns " + found);
    }
  }

  /** What RocksDB keeps anywhere else than in table files would be missing after a restore. */
  private void checkComplete(Set<String> tables) throws IOException {
    for (Path path : home.files().list(directory.path)) {
      String name = path.getFileName().toString();
      if (tables.contains(name) || NativeFile.isName(name) || name.matches(NO_CONTENT)) {
        continue;
      }
      if (!name.endsWith(".log") || length(path) > 0) {
        throw new StorageException(
            "RocksDB's file "
                + path
                + " is of a sort that incremental checkpoints do not hold: leave out the option"
                + " that makes RocksDB write it");
      }
    }
  }

  private long length(Path path) throws IOException {
    try (FileInput in = home.files().open(path)) {
      return in.length();
    }
  }

  private List<NativeFile> natives() throws IOException {
    FileSystem files = home.files();
    List<NativeFile> natives = new ArrayList<>();
    for (Path path : files.list(directory.path)) {
      String name = path.getFileName().toString();
      if (NativeFile.isName(name)) {
        try (FileInput in = files.open(path)) {
          byte[] content = new byte[Math.toIntExact(in.length())];
          in.readFully(0, content, 0, content.length);
          natives.add(new NativeFile(name, content));
        }
      }
    }
    return natives;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      home.leave(directory.path);
    }
  }
}
