package io.streambed.rocksdb;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What RocksDB calls its options and their values, for messages: its Java part has other names for
 * many, and tells none.
 */
final class OptionNames {
  private static final String NATIVE =
      """
      WAL_size_limit_MB WAL_ttl_seconds advise_random_on_open allow_2pc
      allow_concurrent_memtable_write allow_data_in_errors allow_fallocate allow_ingest_behind
      arena_block_size async_wal_precreate atomic_flush avoid_flush_during_recovery
      avoid_unnecessary_blocking_io background_close_inactive_wals bgerror_resume_retry_interval
      blob_compaction_readahead_size blob_compression_opts blob_compression_type
      blob_direct_write_partitions blob_file_size blob_file_starting_level
      blob_garbage_collection_age_cutoff blob_garbage_collection_force_threshold
      block_protection_bytes_per_key bloom_locality bottommost_compression
      bottommost_compression_opts bottommost_file_compaction_delay bytes_per_sync
      cf_allow_ingest_behind compaction_options_universal compaction_pri
      compaction_readahead_size compaction_style compaction_verify_record_count compression
      compression_manager compression_opts db_host_id default_temperature default_write_temperature
      delayed_write_rate delete_obsolete_files_period_micros disable_auto_compactions
      disallow_memtable_writes dump_malloc_stats enable_blob_direct_write
      enable_blob_garbage_collection enable_pipelined_write enable_thread_tracking
      enable_write_thread_adaptive_yield enforce_single_del_contracts
      enforce_write_buffer_manager_during_recovery experimental_mempurge_threshold fast_sst_open
      file_checksum_gen_factory flush_verify_memtable_count follower_catchup_retry_count
      follower_catchup_retry_wait_ms follower_refresh_catchup_period_ms force_consistency_checks
      hard_pending_compaction_bytes_limit info_log_level inplace_update_num_locks
      is_fd_close_on_exec keep_log_file_num last_level_temperature
      level0_file_num_compaction_trigger level0_slowdown_writes_trigger level0_stop_writes_trigger
      level_compaction_dynamic_level_bytes log_file_time_to_roll log_readahead_size
      lowest_used_cache_tier manifest_preallocation_size manual_wal_flush
      max_background_compactions max_background_flushes max_background_jobs
      max_bgerror_resume_count max_bytes_for_level_base max_bytes_for_level_multiplier
      max_bytes_for_level_multiplier_additional max_compaction_bytes
      max_compaction_trigger_wakeup_seconds max_file_opening_threads max_log_file_size
      max_manifest_file_size max_manifest_space_amp_pct max_open_files
      max_sequential_skip_in_iterations max_subcompactions max_successive_merges max_total_wal_size
      max_write_batch_group_size_bytes max_write_buffer_number max_write_buffer_size_to_maintain
      memtable_avg_op_scan_flush_trigger memtable_batch_lookup_optimization memtable_factory
      memtable_huge_page_size memtable_insert_with_hint_prefix_extractor
      memtable_max_range_deletions memtable_op_scan_flush_trigger memtable_prefix_bloom_size_ratio
      memtable_protection_bytes_per_key memtable_verify_per_key_checksum_on_seek
      memtable_whole_key_filtering metadata_write_temperature min_blob_size
      min_tombstones_for_range_conversion min_write_buffer_number_to_merge num_levels
      open_files_async optimize_filters_for_hits optimize_manifest_for_recovery
      paranoid_file_checks paranoid_memory_checks periodic_compaction_seconds
      persist_user_defined_timestamps preclude_last_level_data_seconds prefix_seek_opt_in_only
      prepopulate_blob_cache preserve_internal_time_seconds read_io_executor_threads
      read_triggered_compaction_threshold report_bg_io_stats reuse_manifest_on_open
      sample_for_compression skip_stats_update_on_db_open soft_pending_compaction_bytes_limit
      sst_partitioner_factory stats_dump_period_sec stats_history_buffer_size
      stats_persist_period_sec strict_bytes_per_sync strict_max_successive_merges
      table_cache_numshardbits target_file_size_base target_file_size_is_upper_bound
      target_file_size_multiplier track_and_verify_wals_in_manifest ttl two_write_queues
      uncache_aggressiveness use_adaptive_mutex use_direct_io_for_compaction_reads
      use_direct_io_for_flush_and_compaction use_direct_reads use_fsync
      verify_manifest_content_on_close verify_output_flags wal_bytes_per_sync wal_filter
      wal_recovery_mode wal_write_temperature writable_file_max_buffer_size write_buffer_size
      write_dbid_to_manifest write_identity_file write_thread_max_yield_usec
      write_thread_slow_yield_usec
      """;

  /** Options of the database and of column families that may be chosen. */
  static final Set<String> OF_DATABASE_AND_COLUMNS = Set.of(NATIVE.trim().split("\\s+"));

  /** Words that are values of such options. */
  static final Set<String> WORDS = Set.of(words());

  private OptionNames() {}

  private static String[] words() {
    return """
      kNoCompression kSnappyCompression kZlibCompression kBZip2Compression kLZ4Compression
      kLZ4HCCompression kZSTD kDisableCompressionOption
      DEBUG_LEVEL INFO_LEVEL WARN_LEVEL ERROR_LEVEL FATAL_LEVEL HEADER_LEVEL
      kByCompensatedSize kOldestLargestSeqFirst kOldestSmallestSeqFirst kMinOverlappingRatio
      kRoundRobin kCompactionStyleLevel kCompactionStyleUniversal
      kTolerateCorruptedTailRecords kAbsoluteConsistency kPointInTimeRecovery
      kSkipAnyCorruptedRecords kUnknown kHot kWarm kCool kCold kIce
      kVolatileTier kVolatileCompressedTier kNonVolatileBlockTier kDisable kFlushOnly
      """
        .trim()
        .split("\\s+");
  }

  /** The name that looks most like one, unless none does. */
  static Optional<String> nearest(String name, Stream<String> names) {
    return names
        .filter(known -> distance(name, known) <= name.length() / 2)
        .min(
            Comparator.<String>comparingInt(known -> distance(name, known))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** How many characters to insert, delete or replace. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
