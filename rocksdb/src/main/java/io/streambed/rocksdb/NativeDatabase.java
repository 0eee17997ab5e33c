package io.streambed.rocksdb;

import io.streambed.error.CorruptionException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * A database open in a directory, with the column families that were there. States' names may hold
 * what RocksDB's option files cannot: families have numbers.
 */
final class NativeDatabase implements AutoCloseable {
  private static final String FAMILY = "state-";
  private static final String DEFAULT = "default";

  /** RocksDB takes no less. Of these it opens a quarter at once, those of its own left out. */
  private static final int FEWEST_FILES = 20;

  /** For the family that every database has, and that holds nothing here. */
  private static final int NO_STATE = -1;

  final RocksDB db;
  final Path path;
  private final RocksHome home;
  private final List<ColumnFamilyHandle> opened = new ArrayList<>();
  private final Map<Integer, Family> families = new TreeMap<>();

  private NativeDatabase(RocksHome home, Path path, List<String> names, Opening opening)
      throws RocksDBException {
    this.home = home;
    this.path = path;
    List<Integer> numbers = names.stream().map(NativeDatabase::numberOf).toList();
    List<ColumnFamilyDescriptor> descriptors =
        names.stream().map(name -> descriptor(home, name)).toList();
    this.db = home.handles.opened(opening.open(path.toString(), descriptors, opened));
    opened.forEach(home.handles::opened);
    for (int i = 0; i < opened.size(); i++) {
      families.put(numbers.get(i), new Family(numbers.get(i), opened.get(i)));
    }
    families.remove(NO_STATE);
  }

  @FunctionalInterface
  private interface Opening {
    RocksDB open(
        String path, List<ColumnFamilyDescriptor> descriptors, List<ColumnFamilyHandle> opened)
        throws RocksDBException;
  }

  private static ColumnFamilyDescriptor descriptor(RocksHome home, String name) {
    return new ColumnFamilyDescriptor(
        name.getBytes(StandardCharsets.US_ASCII), home.columnOptions());
  }

  private static int numberOf(String name) {
    if (name.equals(DEFAULT)) {
      return NO_STATE;
    }
    try {
      return Integer.parseInt(name.substring(FAMILY.length()));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a column family named \"" + name + "\"", e);
    }
  }

  /** Makes a new one. */
  static NativeDatabase create(RocksHome home, Path path) throws RocksDBException {
    return new NativeDatabase(
        home,
        path,
        List.of(DEFAULT),
        (at, descriptors, opened) -> RocksDB.open(home.databaseOptions(), at, descriptors, opened));
  }

  /**
   * Opens one that is there, to read and write.
   *
   * @throws CorruptionException if files are damaged or missing
   * @throws IncompatibleStateException if the options do not fit the files
   * @throws StorageException if it cannot be opened for another reason
   */
  static NativeDatabase open(RocksHome home, Path path) {
    try (DBOptions options = existing(home)) {
      return new NativeDatabase(
          home,
          path,
          families(path),
          (at, descriptors, opened) -> RocksDB.open(options, at, descriptors, opened));
    } catch (RocksDBException e) {
      throw unopened(path, e);
    }
  }

  /**
   * Opens files that a database consisted of at some moment, changing nothing.
   *
   * @throws CorruptionException if they are damaged or some are missing
   * @throws IncompatibleStateException if the options do not fit them
   * @throws StorageException if they cannot be opened for another reason
   */
  static NativeDatabase openReadOnly(RocksHome home, Path path) {
    try (DBOptions options = existing(home)) {
      return openReadOnly(home, path, options);
    }
  }

  /**
   * The same for those who ask what files there are, and read none of them: but for a few, table
   * files are not opened. With many, that alone would take longer than all else.
   */
  static NativeDatabase openList(RocksHome home, Path path) {
    try (DBOptions options = existing(home).setMaxOpenFiles(FEWEST_FILES)) {
      return openReadOnly(home, path, options.setSkipStatsUpdateOnDbOpen(true));
    }
  }

  private static NativeDatabase openReadOnly(RocksHome home, Path path, DBOptions options) {
    try {
      return new NativeDatabase(
          home,
          path,
          families(path),
          (at, descriptors, opened) -> RocksDB.openReadOnly(options, at, descriptors, opened));
    } catch (RocksDBException e) {
      throw unopened(path, e);
    } catch (IllegalArgumentException e) {
      throw new CorruptionException(
          "The database " + path, -1, "families of states", e.getMessage(), e);
    }
  }

  /** What to throw for files that were whole when they were put there. */
  private static StreambedException unopened(Path path, RocksDBException e) {
    if (isDamage(e)) {
      return new CorruptionException(
          "The database " + path, -1, "files that RocksDB opens", e.getMessage(), e);
    }
    if (e.getStatus() != null && e.getStatus().getCode() == Status.Code.InvalidArgument) {
      return new IncompatibleStateException(
          "the database " + path,
          "files that RocksDB does not open with these options (" + e.getMessage() + ")",
          "other options of RocksDB than those they were written with",
          "Set the options by name as they were, or take a savepoint with those and restore it.");
    }
    return new StorageException("Opening the database " + path, e);
  }

  /** Whether files are damaged or missing, as opposed to not being readable now. */
  static boolean isDamage(RocksDBException e) {
    // A missing file: the Java part has no name for this sort of I/O error.
    return RocksDatabase.isDamage(e)
        || e.getStatus() != null
            && e.getStatus().getCode() == Status.Code.IOError
            && e.getStatus().getSubCode() == Status.SubCode.Undefined;
  }

  private static DBOptions existing(RocksHome home) {
    return new DBOptions(home.databaseOptions()).setCreateIfMissing(false).setErrorIfExists(false);
  }

  private static List<String> families(Path path) throws RocksDBException {
    try (Options options = new Options()) {
      return RocksDB.listColumnFamilies(options, path.toString()).stream()
          .map(name -> new String(name, StandardCharsets.US_ASCII))
          .toList();
    }
  }

  /** Adds a family to one that is open for writing. */
  ColumnFamilyHandle createFamily(int number) throws RocksDBException {
    return home.handles.opened(db.createColumnFamily(descriptor(home, FAMILY + number)));
  }

  /** The numbers of the families that were there. */
  Set<Integer> families() {
    return families.keySet();
  }

  /** One of the families that were there; null if there was none of that number. */
  Family family(int number) {
    return families.get(number);
  }

  /**
   * The table files that RocksDB knows of, by name.
   *
   * @throws CorruptionException if one is not what a store writes
   */
  List<TableFile> tableFiles() {
    try {
      return db.getLiveFilesMetaData().stream()
          .map(NativeDatabase::tableFile)
          .sorted(TableFile.BY_NAME)
          .toList();
    } catch (IllegalArgumentException e) {
      throw new CorruptionException(
          "The database " + path, -1, "table files of states", e.getMessage(), e);
    }
  }

  /** The size of RocksDB's own list of files. */
  long listBytes() {
    try {
      return db.getLiveFiles(false).manifestFileSize;
    } catch (RocksDBException e) {
      throw unopened(path, e);
    }
  }

  private static TableFile tableFile(LiveFileMetaData file) {
    return new TableFile(
        file.fileName().replaceFirst("^/", ""),
        numberOf(new String(file.columnFamilyName(), StandardCharsets.US_ASCII)),
        file.level(),
        file.size(),
        file.smallestSeqno(),
        file.largestSeqno());
  }

  /** Closes what is still open of it; the files stay. */
  @Override
  public void close() {
    opened.forEach(home.handles::close);
    home.handles.close(db);
  }
}
