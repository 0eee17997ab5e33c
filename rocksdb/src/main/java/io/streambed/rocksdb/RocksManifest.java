package io.streambed.rocksdb;

import io.streambed.error.CorruptionException;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.StreamHandle;
import io.streambed.store.Schema;
import io.streambed.store.StateSchema;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an incremental checkpoint of a RocksDB store consists of: the states, the column of each,
 * the table files of each column, and RocksDB's own small files. Everything that RocksDB finds when
 * it opens the files must be what is said here.
 *
 * @param origin where the contents come from
 * @param range the key groups
 * @param states the states, and how their keys lie
 * @param tables the table files, and how far the writes in them go
 */
public record RocksManifest(
    SnapshotOrigin origin, KeyGroupRange range, States states, Tables tables) {
  /** The column of a state that nothing was ever written to. */
  public static final int NO_COLUMN = -1;

  /**
   * What the store knows and RocksDB does not.
   *
   * @param schema the declarations of the states, those of one name following each other
   * @param keyBytes the length of every key, or -1 if it varies: then each has its length before it
   * @param columns for each state of the schema the number of its column, or {@link #NO_COLUMN}
   */
  public record States(Schema schema, int keyBytes, List<Integer> columns) {
    /** Checks and freezes the parts. */
    public States {
      if (keyBytes < -1 || columns.size() != schema.states().size()) {
        throw new IllegalArgumentException(
            columns.size()
                + " columns of "
                + schema.states().size()
                + " states, keys of "
                + keyBytes
                + " bytes");
      }
      columns = List.copyOf(columns);
      distinct(schema.states(), "state");
      distinct(columns.stream().filter(column -> column != NO_COLUMN).toList(), "column");
    }
  }

  /**
   * A table file and where the checkpoint keeps it.
   *
   * @param file what RocksDB says of it
   * @param entries how many keys it holds, deleted ones included
   * @param content the shared file
   */
  public record Table(TableFile file, long entries, StreamHandle.Shared content) {
    /** Checks the parts. */
    public Table {
      if (entries < 0 || content.length() != file.length()) {
        throw new IllegalArgumentException(
            "table file \"" + file.name() + "\" kept as " + content.length() + " bytes");
      }
    }
  }

  /**
   * A small file of RocksDB's own: {@code CURRENT} or {@code MANIFEST-*}.
   *
   * @param name its name in the database's directory
   * @param content its bytes; not copied
   */
  record NativeFile(String name, byte[] content) {
    private static final String NAME = "CURRENT|MANIFEST-\\d{1,20}";

    NativeFile {
      if (!isName(name)) {
        throw new IllegalArgumentException("a native file \"" + name + "\"");
      }
    }

    /** Whether it is RocksDB's list of table files. */
    boolean isList() {
      return !name.equals("CURRENT");
    }

    static boolean isName(String name) {
      return name.matches(NAME);
    }
  }

  /**
   * The files of one database.
   *
   * @param all the table files, in the order of the handle's shared files
   * @param lastSequence the sequence number of the last write
   */
  public record Tables(List<Table> all, long lastSequence) {
    /** Checks and freezes the parts. */
    public Tables {
      all = List.copyOf(all);
      distinct(all.stream().map(table -> table.file().name()).toList(), "table file");
      for (Table table : all) {
        if (table.file().largestSequence() > lastSequence) {
          throw new IllegalArgumentException(
              "table file \"" + table.file().name() + "\" has writes after " + lastSequence);
        }
      }
    }
  }

  /** Checks that the parts fit each other. */
  public RocksManifest {
    Objects.requireNonNull(origin, "origin");
    if (range.last() >= states.schema.maxParallelism()) {
      throw new IllegalArgumentException(
          "key groups " + range + " of " + states.schema.maxParallelism());
    }
    for (Table table : tables.all()) {
      int column = table.file().column();
      if (column == NO_COLUMN || !states.columns.contains(column)) {
        throw new IllegalArgumentException(
            "table file \"" + table.file().name() + "\" of column " + column + ", no state's");
      }
    }
  }

  private static void distinct(List<?> items, String what) {
    Set<Object> seen = new HashSet<>();
    for (Object item : items) {
      if (!seen.add(item)) {
        throw new IllegalArgumentException(what + " " + item + " is there twice");
      }
    }
  }

  /**
   * The declarations of the states.
   *
   * @return those of one name following each other
   */
  public Schema schema() {
    return states.schema;
  }

  /** For each state the number of its column, or {@link #NO_COLUMN}. */
  List<Integer> columns() {
    return states.columns;
  }

  /**
   * Reads the manifest of a handle.
   *
   * @param handle what the checkpoint's metadata says
   * @param inputs where the bytes are
   * @return the manifest, all of it verified; of the table files nothing is read
   * @throws CorruptionException if it is damaged or not the one that the handle names, or the
   *     handle names other files
   * @throws io.streambed.error.FormatVersionException if it is of another version
   * @throws IOException if the storage fails
   */
  public static RocksManifest open(KeyedStateHandle.Incremental handle, SnapshotInputs inputs)
      throws IOException {
    try (RocksManifestReader reader = RocksManifestReader.open(handle, inputs)) {
      return reader.manifest();
    }
  }

  /**
   * The table files of one state.
   *
   * @param state its index in the schema
   * @return from the lowest level to the highest, within one by name
   */
  public List<Table> tablesOf(int state) {
    int column = columns().get(state);
    return tables(table -> table.file().column() == column);
  }

  /**
   * The size of all table files.
   *
   * @return bytes
   */
  public long bytes() {
    return tables.all().stream().mapToLong(table -> table.file().length()).sum();
  }

  private List<Table> tables(Predicate<Table> which) {
    return tables.all().stream()
        .filter(which)
        .sorted(
            (left, right) -> {
              int levels = Integer.compare(left.file().level(), right.file().level());
              return levels != 0 ? levels : left.file().name().compareTo(right.file().name());
            })
        .toList();
  }

  /** The shared files that a handle with this manifest has. */
  List<StreamHandle.Shared> files() {
    return tables.all().stream().map(Table::content).toList();
  }

  /** The number of the last column, or {@link #NO_COLUMN}. */
  int lastColumn() {
    return columns().stream().mapToInt(Integer::intValue).max().orElse(NO_COLUMN);
  }

  /** The declaration of a state. */
  StateSchema state(int index) {
    return schema().states().get(index);
  }
}
