package io.streambed.rocksdb;

import java.util.List;

/**
 * What RocksDB counts of its column families, by asking. The first 32 states that are written have
 * one family each in each of the open databases; the others share one, and each of them has the
 * numbers of all. Numbers of several databases are added up, but for those of the cache, which all
 * share. Numbers of a database, such as {@code background-errors}, are the same for each of its
 * states.
 *
 * <p>Threading: any thread. Cost: microseconds for most, for each database.
 */
public interface RocksMetrics {
  /**
   * The states that there are numbers of.
   *
   * @return names, sorted
   */
  List<String> states();

  /**
   * The numbers there are.
   *
   * @return RocksDB's names of them, without its prefix {@code rocksdb.}
   */
  List<String> names();

  /**
   * One number.
   *
   * @param state one of {@link #states()}; any other has 0
   * @param name one of {@link #names()}, or another whole number that RocksDB keeps of a family
   * @return its value now
   * @throws IllegalArgumentException if RocksDB has no such number
   */
  long value(String state, String name);

  /**
   * The states that are migrating: some of their entries have an older type. A state whose type has
   * changed is one until all its entries are converted; while one cannot be converted, until that
   * one is replaced or removed. A state that was restored in the midst of it and that nobody has
   * opened is one too.
   *
   * @return names, sorted
   */
  List<String> migrating();
}
