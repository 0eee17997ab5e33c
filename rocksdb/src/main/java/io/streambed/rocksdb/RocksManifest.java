package io.streambed.rocksdb;

import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.CorruptionException;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What an incremental checkpoint of a RocksDB store consists of: the states, where each lies, the
 * table files of each column, and RocksDB's own small files. Everything that RocksDB finds when it
 * opens the files must be what is said here.
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

  /** The slot of a state that has a column to itself, or none. */
  public static final int NO_SLOT = -1;

  /**
   * Where the entries of a state lie.
   *
   * @param column the number of the column family, or {@link #NO_COLUMN} if nothing was ever
   *     written
   * @param slot the state's number within a column family that several states share, or {@link
   *     #NO_SLOT} if none other is in it
   */
  public record Place(int column, int slot) {
    /** That of a state that nothing was ever written to. */
    public static final Place NOWHERE = new Place(NO_COLUMN, NO_SLOT);

    /** Checks the parts. */
    public Place {
      if (column < NO_COLUMN || slot < NO_SLOT || column == NO_COLUMN && slot != NO_SLOT) {
        throw new IllegalArgumentException("slot " + slot + " of column " + column);
      }
    }

    /** Whether the column holds other states too. */
    boolean isShared() {
      return slot != NO_SLOT;
    }

    /** What all keys of the state begin with in its column. */
    byte[] prefix() {
      return isShared() ? ByteBuffer.allocate(Integer.BYTES).putInt(slot).array() : new byte[0];
    }
  }

  /**
   * What the store knows and RocksDB does not.
   *
   * @param schema the declarations of the states, those of one name following each other
   * @param keyBytes the length of every key, or -1 if it varies: then each has its length before it
   * @param places for each state of the schema where its entries lie
   */
  public record States(Schema schema, int keyBytes, List<Place> places) {
    /** Checks and freezes the parts. */
    public States {
      if (keyBytes < -1 || places.size() != schema.states().size()) {
        throw new IllegalArgumentException(
            places.size()
                + " places of "
                + schema.states().size()
                + " states, keys of "
                + keyBytes
                + " bytes");
      }
      places = List.copyOf(places);
      distinct(schema.states(), "state");
      distinct(places.stream().filter(place -> place.column() != NO_COLUMN).toList(), "place");
      int shared = sharedColumn(places);
      for (Place place : places) {
        if (place.column() != NO_COLUMN && place.isShared() != (place.column() == shared)) {
          throw new IllegalArgumentException(
              place + " beside a column " + shared + " that states share");
        }
      }
      distinct(
          places.stream()
              .filter(place -> place.column() != NO_COLUMN && !place.isShared())
              .map(Place::column)
              .toList(),
          "column");
    }

    private static int sharedColumn(List<Place> places) {
      return places.stream()
          .filter(Place::isShared)
          .mapToInt(Place::column)
          .max()
          .orElse(NO_COLUMN);
    }

    /** The number of the column that states share, or {@link #NO_COLUMN}. */
    int sharedColumn() {
      return sharedColumn(places);
    }

    /** The numbers of all columns. */
    Set<Integer> columns() {
      return places.stream()
          .map(Place::column)
          .filter(column -> column != NO_COLUMN)
          .collect(Collectors.toSet());
    }
  }

  /**
   * A table file and where the checkpoint keeps it.
   *
   * @param file what RocksDB says of it
   * @param entries how many keys it holds, deleted ones included
   * @param content its bytes
   */
  public record Table(TableFile file, long entries, TableContent content) {
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
   * @param all the table files; those in shared files in the order of the handle's
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
    Set<Integer> columns = states.columns();
    for (Table table : tables.all()) {
      int column = table.file().column();
      if (!columns.contains(column)) {
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

  /** For each state where its entries lie. */
  List<Place> places() {
    return states.places;
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
   * @return from the lowest level to the highest, within one by name; none for a state that shares
   *     its files with others
   */
  public List<Table> tablesOf(int state) {
    Place place = places().get(state);
    return tables(table -> table.file().column() == place.column() && !place.isShared());
  }

  /**
   * The table files of the states that share them.
   *
   * @return in the same order
   */
  public List<Table> sharedTables() {
    int shared = states.sharedColumn();
    return tables(table -> table.file().column() == shared);
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
    return tables.all().stream()
        .map(Table::content)
        .filter(TableContent.SharedFile.class::isInstance)
        .map(content -> ((TableContent.SharedFile) content).file())
        .toList();
  }

  /** The number of the last column, or {@link #NO_COLUMN}. */
  int lastColumn() {
    return places().stream().mapToInt(Place::column).max().orElse(NO_COLUMN);
  }

  /** The number of the last slot, or {@link #NO_SLOT}. */
  int lastSlot() {
    return places().stream().mapToInt(Place::slot).max().orElse(NO_SLOT);
  }

  /** The declaration of a state. */
  StateSchema state(int index) {
    return schema().states().get(index);
  }
}
