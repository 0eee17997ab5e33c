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
   * The states whose entries do not all lie under one declaration: those whose type has changed
   * until all their entries are converted, and those which were restored so and that nobody has
   * opened.
   *
   * @return names, sorted
   */
  List<String> migrating();
}
