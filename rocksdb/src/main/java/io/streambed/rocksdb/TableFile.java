package io.streambed.rocksdb;

import java.util.Comparator;

/**
 * What RocksDB says of one of its table files.
 *
 * @param name the file's name in the database's directory, for instance {@code 000012.sst}
 * @param column the number of the column it belongs to
 * @param level its level, from 0, the newest
 * @param length its size in bytes
 * @param smallestSequence the sequence number of the oldest write in it
 * @param largestSequence the sequence number of the newest write in it
 */
public record TableFile(
    String name, int column, int level, long length, long smallestSequence, long largestSequence) {
  static final Comparator<TableFile> BY_NAME = Comparator.comparing(TableFile::name);

  private static final String NAME = "\\d{1,20}\\.sst";

  /** Checks the parts. */
  public TableFile {
    if (!name.matches(NAME) || column < 0 || level < 0 || length < 0) {
      throw new IllegalArgumentException(
          "no table file \""
              + name
              + "\" of "
              + length
              + " bytes in column "
              + column
              + ", level "
              + level);
    }
    if (smallestSequence < 0 || largestSequence < smallestSequence) {
      throw new IllegalArgumentException(
          "table file \"" + name + "\" of writes " + smallestSequence + ".." + largestSequence);
    }
  }
}
