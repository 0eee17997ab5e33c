package io.streambed.rocksdb;

import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.file.HeldLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;

/**
 * What the databases of one factory share while any is open: the locked directory, the memory, the
 * options.
 *
 * <p>Threading: any thread.
 */
final class RocksHome implements RocksMetrics {
  private static final String LOCK = "_lock";

  /** Within the directory that was chosen, which may hold anything: what is in here is removed. */
  private static final String OWN = "streambed-rocksdb";

  private static final String DATABASE = "db-";

  /**
   * How many states of a database have a column family to themselves. Thirty-two take a second to
   * make, a megabyte of options to write and at most thirty-two files at each freeze.
   */
  static final int OWN_FAMILIES = 32;

  private static final int BLOOM_BITS_PER_KEY = 10;

  /** Whole numbers that RocksDB keeps of a column family. */
  private static final List<String> METRICS =
      List.of(
          "background-errors",
          "block-cache-usage",
          "compaction-pending",
          "cur-size-all-mem-tables",
          "estimate-live-data-size",
          "estimate-num-keys",
          "estimate-pending-compaction-bytes",
          "live-sst-files-size",
          "mem-table-flush-pending",
          "num-immutable-mem-table",
          "num-running-compactions",
          "num-running-flushes",
          "size-all-mem-tables",
          "total-sst-files-size");

  /** Those which a database has but once. */
  private static final Set<String> OF_DATABASE =
      Set.of(
          "actual-delayed-write-rate",
          "background-errors",
          "is-file-deletions-enabled",
          "is-write-stopped",
          "min-log-number-to-keep",
          "num-running-compactions",
          "num-running-flushes",
          "num-snapshots",
          "oldest-snapshot-sequence",
          "oldest-snapshot-time");

  final NativeHandles handles = new NativeHandles();
  private final FileSystem files;
  private final RocksOptions options;
  private final NamedOptions named;
  private final int ownFamilies;
  private final MigrationPace migrationPace;

  /** The open ones, for metrics. */
  private final Set<RocksDatabase> databases = ConcurrentHashMap.newKeySet();

  private int users;
  private long nextDatabase;
  private HeldLock lock;
  private RocksMemory memory;
  private BloomFilter filter;
  private DBOptions databaseOptions;
  private ColumnFamilyOptions columnOptions;

  RocksHome(FileSystem files, RocksOptions options, int ownFamilies) {
    this(files, options, ownFamilies, MigrationPace.USUAL);
  }

  RocksHome(FileSystem files, RocksOptions options, int ownFamilies, MigrationPace migrationPace) {
    NativeLibrary.load();
    AppendOperator.check();
    this.files = files;
    this.options = options;
    this.ownFamilies = ownFamilies;
    this.migrationPace = migrationPace;
    long budget = options.memoryBytes();
    Map<String, String> all = new HashMap<>();
    all.put("write_buffer_size", "" + RocksMemory.writeBufferBytes(budget));
    all.put("arena_block_size", "" + RocksMemory.arenaBytes(budget));
    all.put("compaction_readahead_size", "" + RocksMemory.fileBufferBytes(budget));
    all.put("writable_file_max_buffer_size", "" + RocksMemory.fileBufferBytes(budget));
    all.put("target_file_size_base", "" + RocksMemory.tableFileBytes(budget));
    all.put("compression", "kLZ4Compression");
    all.put("info_log_level", "WARN_LEVEL");
    all.put("stats_dump_period_sec", "0");
    // RocksDB starts so many for each family, whatever its files: with more, a database of some
    // states takes ten times as long to open. A restore has just read the files, they open at once.
    all.put("max_file_opening_threads", "1");
    // Each incremental snapshot holds all of RocksDB's own manifest.
    all.put("max_manifest_file_size", "" + (1 << 20));
    // Threads of its own delete files, not one that closes an iterator, a family or a snapshot.
    all.put("avoid_unnecessary_blocking_io", "true");
    all.putAll(options.profile().options());
    all.putAll(options.named());
    this.named = new NamedOptions(all);
  }

  RocksOptions options() {
    return options;
  }

  FileSystem files() {
    return files;
  }

  /** How many states of a database have a column family to themselves. */
  int ownFamilies() {
    return ownFamilies;
  }

  /** How fast states are migrated. */
  MigrationPace migrationPace() {
    return migrationPace;
  }

  /** Gives the path of a new database, or of files of one; the caller leaves it once. */
  synchronized Path enter() {
    if (users == 0) {
      start();
    }
    users++;
    return directory().resolve(DATABASE + nextDatabase++);
  }

  /**
   * Removes what was put there, and lets go of what is shared if it was the last. A disk may take
   * its time to remove files: nobody who enters waits for it.
   */
  void leave(Path database) {
    try {
      if (files.exists(database)) {
        files.deleteRecursively(database);
      }
    } catch (IOException e) {
      throw new StorageException("Removing the database " + database, e);
    } finally {
      left();
    }
  }

  private synchronized void left() {
    users--;
    if (users == 0) {
      stop();
    }
  }

  private Path directory() {
    return options.directory().resolve(OWN);
  }

  private void start() {
    Path directory = directory();
    try {
      files.createDirectories(directory);
      lock =
          files
              .tryLock(directory.resolve(LOCK))
              .orElseThrow(
                  () ->
                      new StorageException(
                          "The directory "
                              + directory
                              + " of RocksDB stores is in use, by another process or another"
                              + " factory of this one: give each a directory of its own"));
    } catch (IOException e) {
      throw new StorageException(
          "Making and locking the directory "
              + directory
              + " of RocksDB stores (options choose one, which is to be on a local disk and"
              + " writable)",
          e);
    }
    try {
      removeLeftovers(directory);
      share();
    } catch (IOException e) {
      stop();
      throw new StorageException("Removing old databases from " + directory, e);
    } catch (RuntimeException e) {
      stop();
      throw e;
    }
  }

  /** Under the lock: whoever made these databases is dead, and state is restored, not reopened. */
  private void removeLeftovers(Path directory) throws IOException {
    for (Path path : files.list(directory)) {
      if (path.getFileName().toString().matches(DATABASE + "\\d+(\\.tmp)?")) {
        files.deleteRecursively(path);
      }
    }
  }

  private void share() {
    memory = new RocksMemory(handles, options.memoryBytes());
    filter = handles.opened(new BloomFilter(BLOOM_BITS_PER_KEY, false));
    databaseOptions = handles.opened(named.database());
    databaseOptions
        .setCreateIfMissing(true)
        .setErrorIfExists(true)
        .setAvoidFlushDuringShutdown(true)
        .setWriteBufferManager(memory.writeBuffers());
    BlockBasedTableConfig tables = new BlockBasedTableConfig();
    tables
        .setOptimizeFiltersForMemory(true)
        .setCacheIndexAndFilterBlocksWithHighPriority(true)
        .setPinL0FilterAndIndexBlocksInCache(true);
    named.apply(tables);
    // The budget holds only if these two are as they are.
    tables.setCacheIndexAndFilterBlocks(true).setBlockCache(memory.cache()).setFilterPolicy(filter);
    columnOptions = handles.opened(named.columns());
    columnOptions.setTableFormatConfig(tables);
    AppendOperator.setOn(columnOptions);
  }

  /** How much a walk over a frozen view reads ahead in each file. */
  long readAheadBytes() {
    return RocksMemory.fileBufferBytes(options.memoryBytes());
  }

  DBOptions databaseOptions() {
    return databaseOptions;
  }

  ColumnFamilyOptions columnOptions() {
    return columnOptions;
  }

  private void stop() {
    handles.close(columnOptions);
    handles.close(databaseOptions);
    handles.close(filter);
    if (memory != null) {
      memory.close();
    }
    try {
      lock.close();
    } catch (IOException e) {
      throw new StorageException("Unlocking the directory " + directory(), e);
    }
  }

  /** A database is open; until it says otherwise. */
  void opened(RocksDatabase database) {
    databases.add(database);
  }

  void closed(RocksDatabase database) {
    databases.remove(database);
  }

  @Override
  public List<String> states() {
    return databases.stream()
        .flatMap(database -> database.states().stream())
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  public List<String> migrating() {
    return databases.stream()
        .flatMap(database -> database.migrating().stream())
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  public List<String> names() {
    return METRICS;
  }

  @Override
  public long value(String state, String name) {
    // One cache for all.
    boolean ofProcess = name.startsWith("block-cache");
    boolean once = ofProcess || OF_DATABASE.contains(name);
    LongStream values =
        databases.stream().mapToLong(database -> database.property(state, "rocksdb." + name, once));
    return ofProcess ? values.max().orElse(0) : values.sum();
  }
}
