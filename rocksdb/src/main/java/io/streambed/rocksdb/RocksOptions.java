package io.streambed.rocksdb;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Where and how the RocksDB stores of one process keep their state.
 *
 * @param directory holds the databases while stores are open, of one process at a time, in a
 *     directory {@code streambed-rocksdb} of their own; what a dead process left there is removed,
 *     and nothing else
 * @param memoryBytes the budget of all stores of a factory together for what they have resident
 *     beyond empty databases, timers on the heap left out; at least {@link #MIN_MEMORY_BYTES}, kept
 *     from 32 MiB on
 * @param profile the kind of machine; {@link RocksProfile#FLASH_HIGH_MEMORY} wants a budget of
 *     several gigabytes
 * @param named options by RocksDB's names, over those of the profile
 * @param timersPerKeyGroup how many of a queue's first elements are kept on the heap for each key
 *     group, from 1; {@link #ALL_TIMERS} keeps all of them on the heap, so that none is ever read
 *     from the database
 */
public record RocksOptions(
    Path directory,
    long memoryBytes,
    RocksProfile profile,
    Map<String, String> named,
    int timersPerKeyGroup) {
  /** The smallest budget. */
  public static final long MIN_MEMORY_BYTES = 4L << 20;

  /** For {@link #timersPerKeyGroup}: all elements stay in memory. */
  public static final int ALL_TIMERS = Integer.MAX_VALUE;

  private static final long DEFAULT_MEMORY_BYTES = 256L << 20;
  private static final int DEFAULT_TIMERS_PER_KEY_GROUP = 128;

  /** Checks and freezes the parts. */
  public RocksOptions {
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(profile, "profile");
    named = Map.copyOf(named);
    if (memoryBytes < MIN_MEMORY_BYTES) {
      throw new IllegalArgumentException(
          "memoryBytes of RocksOptions: "
              + memoryBytes
              + " bytes, less than the "
              + MIN_MEMORY_BYTES
              + " bytes that RocksDB needs");
    }
    if (timersPerKeyGroup < 1) {
      throw new IllegalArgumentException(timersPerKeyGroup + " timers per key group in memory");
    }
  }

  /**
   * Options for a directory: 256 MiB, flash, the first 128 timers of a key group in memory.
   *
   * @param directory holds the databases
   * @return the options
   */
  public static RocksOptions in(Path directory) {
    return new RocksOptions(
        directory,
        DEFAULT_MEMORY_BYTES,
        RocksProfile.FLASH,
        Map.of(),
        DEFAULT_TIMERS_PER_KEY_GROUP);
  }

  /**
   * The same with another budget.
   *
   * @param newMemoryBytes see {@link #memoryBytes}
   * @return new options
   */
  public RocksOptions withMemoryBytes(long newMemoryBytes) {
    return new RocksOptions(directory, newMemoryBytes, profile, named, timersPerKeyGroup);
  }

  /**
   * The same for another kind of machine.
   *
   * @param newProfile see {@link #profile}
   * @return new options
   */
  public RocksOptions withProfile(RocksProfile newProfile) {
    return new RocksOptions(directory, memoryBytes, newProfile, named, timersPerKeyGroup);
  }

  /**
   * The same with other options by name.
   *
   * @param newNamed see {@link #named}
   * @return new options
   */
  public RocksOptions withNamed(Map<String, String> newNamed) {
    return new RocksOptions(directory, memoryBytes, profile, newNamed, timersPerKeyGroup);
  }

  /**
   * The same with another number of timers in memory.
   *
   * @param newTimersPerKeyGroup see {@link #timersPerKeyGroup}
   * @return new options
   */
  public RocksOptions withTimersPerKeyGroup(int newTimersPerKeyGroup) {
    return new RocksOptions(directory, memoryBytes, profile, named, newTimersPerKeyGroup);
  }
}
