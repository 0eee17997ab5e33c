package io.streambed.rocksdb;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which options a user may name, and which values RocksDB survives: it reads what is named out of
 * one text, and takes numbers with which it ends or hangs the process.
 */
final class OptionRules {
  /** What the store relies on, or shares between databases. */
  private static final Set<String> RESERVED =
      Set.of(
          "allow_mmap_reads",
          "allow_mmap_writes",
          "avoid_flush_during_shutdown",
          "best_efforts_recovery",
          "block_based_table_factory",
          "block_cache",
          "block_cache_size",
          "cache_index_and_filter_blocks",
          "cache_num_shard_bits",
          "checksum",
          "checksum_type",
          "comparator",
          "compaction_filter",
          "compaction_filter_factory",
          "compaction_options_fifo",
          "create_if_missing",
          "create_missing_column_families",
          "db_write_buffer_size",
          "enable_blob_files",
          "env",
          "error_if_exists",
          "filter_policy",
          "inplace_update_support",
          "merge_operator",
          "no_block_cache",
          "paranoid_checks",
          "persist_stats_to_disk",
          "persistent_cache",
          "prefix_extractor",
          "recycle_log_file_num",
          "table_factory",
          "track_and_verify_wals",
          "unordered_write",
          "verify_sst_unique_id_in_manifest",
          "wal_compression",
          "wal_dir",
          "write_buffer_manager");

  /** Those reserved which a user looks for to set the memory. */
  private static final Set<String> MEMORY =
      Set.of(
          "block_cache",
          "block_cache_size",
          "cache_index_and_filter_blocks",
          "db_write_buffer_size",
          "no_block_cache",
          "write_buffer_manager");

  /** Options that are several, as {@code {name=value;name=value}}. */
  static final Set<String> COMPOUND =
      Set.of(
          "blob_compression_opts",
          "bottommost_compression_opts",
          "compaction_options_universal",
          "compression_opts");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]+");
  private static final Pattern NUMBERS = Pattern.compile("-?\\d{1,19}(\\.\\d{1,9})?(:\\d{1,9})*");
  private static final Pattern NUMBER_START = Pattern.compile("[-+.0-9].*");
  private static final Pattern NO_NUMBER = Pattern.compile("(?i)(nan|inf).*");
  private static final Pattern WORD =
      Pattern.compile("[^\\s;={}\\p{Cntrl}]([^;={}\\p{Cntrl}]*[^\\s;={}\\p{Cntrl}])?");

  private static final Range ANY = new Range(0, Long.MAX_VALUE);
  private static final Range THREADS = new Range(1, 256);
  private static final Range BLOCK = new Range(1, 64 << 20);
  private static final Range BUFFER = new Range(0, 1 << 30);

  /** Of all others negative numbers are refused: RocksDB takes them for very large ones. */
  private static final Map<String, Range> RANGES =
      Map.ofEntries(
          Map.entry("arena_block_size", BUFFER),
          Map.entry("blob_compaction_readahead_size", BUFFER),
          Map.entry("block_size", BLOCK),
          Map.entry("compaction_readahead_size", BUFFER),
          Map.entry("compression_size_percent", new Range(-1, 100)),
          Map.entry("level", new Range(-(1 << 17), 1 << 15)),
          Map.entry("log_readahead_size", BUFFER),
          Map.entry("max_background_compactions", new Range(-1, 256)),
          Map.entry("max_background_flushes", new Range(-1, 256)),
          Map.entry("max_background_jobs", THREADS),
          Map.entry("max_file_opening_threads", THREADS),
          Map.entry("max_open_files", new Range(-1, Integer.MAX_VALUE)),
          Map.entry("max_read_amp", new Range(-1, Integer.MAX_VALUE)),
          Map.entry("max_subcompactions", THREADS),
          Map.entry("metadata_block_size", BLOCK),
          Map.entry("num_levels", new Range(1, 64)),
          Map.entry("parallel_threads", THREADS),
          Map.entry("read_io_executor_threads", THREADS),
          Map.entry("table_cache_numshardbits", new Range(-1, 16)),
          Map.entry("uniform_cv_threshold", new Range(-1, Long.MAX_VALUE)),
          Map.entry("window_bits", new Range(-15, 31)),
          Map.entry("writable_file_max_buffer_size", BUFFER),
          // RocksDB would take less for this.
          Map.entry("write_buffer_size", new Range(64 << 10, Long.MAX_VALUE)));

  private record Range(long first, long last) {}

  private OptionRules() {}

  /**
   * Checks what needs no look at RocksDB.
   *
   * @throws IllegalArgumentException if an option is the store's own, or cannot have the value
   */
  static void check(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "RocksDB has no option \"" + name + "\": names are of letters, digits and _");
    }
    if (RESERVED.contains(name) || name.equals("compaction_style") && value.contains("FIFO")) {
      throw new IllegalArgumentException(
          "RocksDB's option \""
              + name
              + "\" = \""
              + value
              + "\" is not to be chosen: the store relies on its own setting"
              + (MEMORY.contains(name)
                  ? "; the memory of all stores together is set by memoryBytes of RocksOptions, on"
                      + " the command line by --rocksdb-memory"
                  : ""));
    }
    if (COMPOUND.contains(name)) {
      checkParts(name, value);
    } else {
      checkValue(name, value, name + "=" + value);
    }
  }

  /** Whether an option is not the store's own. */
  static boolean mayChoose(String name) {
    return !RESERVED.contains(name);
  }

  /** RocksDB reads this word for any compression, and opens a database with one only. */
  static boolean hasMeaning(String name, String word) {
    return !word.equals("kDisableCompressionOption") || name.equals("bottommost_compression");
  }

  private static void checkParts(String name, String value) {
    if (!value.startsWith("{") || !value.endsWith("}")) {
      throw badValue(name, value, "it is written as {name=value;name=value}", null);
    }
    for (String part : value.substring(1, value.length() - 1).split(";")) {
      int equals = part.indexOf('=');
      if (equals < 0 || !NAME.matcher(part.substring(0, equals)).matches()) {
        throw badValue(name, value, "it is written as {name=value;name=value}", null);
      }
      checkValue(part.substring(0, equals), part.substring(equals + 1), name + "=" + value);
    }
  }

  private static void checkValue(String name, String value, String whole) {
    if (!WORD.matcher(value).matches() || NO_NUMBER.matcher(value).matches()) {
      throw badValue(name, value, "it is a number or a word in " + whole, null);
    }
    if (!NUMBER_START.matcher(value).matches()) {
      return;
    }
    if (!NUMBERS.matcher(value).matches()) {
      throw badValue(name, value, "numbers are written with digits only, sizes in bytes", null);
    }
    Range range = RANGES.getOrDefault(name, ANY);
    double number = Double.parseDouble(value.replaceAll(":.*", ""));
    if (number < range.first || number > range.last) {
      throw badValue(name, value, "it is a number from " + range.first + " to " + range.last, null);
    }
  }

  static IllegalArgumentException badValue(String name, String value, String why, Throwable cause) {
    return new IllegalArgumentException(
        "RocksDB's option \"" + name + "\" cannot be \"" + value + "\": " + why, cause);
  }
}
