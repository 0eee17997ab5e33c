package io.streambed.rocksdb;

import io.streambed.error.StorageException;
import java.nio.charset.StandardCharsets;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.Env;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksMemEnv;

/**
 * How RocksDB puts the pieces of a list together when it is read: one behind the other, nothing in
 * between, all at once. Of its two operators that do so, the one that its Java part knows takes the
 * pieces one by one and copies the list for each.
 */
final class AppendOperator {
  private static final String NAME = "id=StringAppendTESTOperator;delimiter=";

  private AppendOperator() {}

  static void setOn(ColumnFamilyOptions options) {
    options.setMergeOperatorName(NAME);
  }

  /**
   * Tries the operator in a database in memory: of a name that it does not know, RocksDB says
   * nothing, and other versions of it read other delimiters out of the name.
   *
   * @throws StorageException if lists do not come as they should
   */
  static void check() {
    byte[] key = {1};
    try (RocksMemEnv memory = new RocksMemEnv(Env.getDefault());
        Options options = new Options().setCreateIfMissing(true).setEnv(memory);
        RocksDB database = RocksDB.open(options.setMergeOperatorName(NAME), "/lists")) {
      database.merge(key, "a".getBytes(StandardCharsets.US_ASCII));
      database.merge(key, "b".getBytes(StandardCharsets.US_ASCII));
      String read = new String(database.get(key), StandardCharsets.US_ASCII);
      if (!read.equals("ab")) {
        throw new StorageException(
            "This version of RocksDB appends \"b\" to \"a\" as \""
                + read
                + "\": use that which Streambed is built with");
      }
    } catch (RocksDBException e) {
      throw new StorageException(
          "Appending to a list with this version of RocksDB (use that which Streambed is built"
              + " with)",
          e);
    }
  }
}
