package io.streambed.rocksdb;

import java.util.Locale;
import java.util.Map;

/** Settings of RocksDB for a kind of machine; single options can still be set by name. */
public enum RocksProfile {
  /** Disks that turn: large blocks and files, few seeks. */
  SPINNING_DISK(
      Map.of(
          "block_size", "131072",
          "target_file_size_base", "268435456",
          "max_bytes_for_level_base", "1073741824",
          "max_background_jobs", "3")),
  /** Solid-state disks, memory as the budget says: the default. */
  FLASH(Map.of("block_size", "8192", "max_background_jobs", "4")),
  /** Solid-state disks and a budget of several gigabytes: more in memory before it is written. */
  FLASH_HIGH_MEMORY(
      Map.of(
          "block_size", "16384",
          "max_background_jobs", "4",
          "max_write_buffer_number", "4",
          "min_write_buffer_number_to_merge", "2",
          "target_file_size_base", "134217728",
          "max_bytes_for_level_base", "1073741824"));

  private final Map<String, String> options;

  RocksProfile(Map<String, String> options) {
    this.options = options;
  }

  /**
   * What the profile sets.
   *
   * @return values by RocksDB's names of the options
   */
  public Map<String, String> options() {
    return options;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
