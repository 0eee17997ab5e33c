package io.streambed.rocksdb;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.bytes.HeapBudget;
import io.streambed.entry.Schema;
import io.streambed.error.MalformedDataException;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.key.KeyGroupRange;
import io.streambed.rocksdb.RocksManifest.NativeFile;
import io.streambed.rocksdb.RocksManifest.Place;
import io.streambed.rocksdb.RocksManifest.Table;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The manifest of an incremental checkpoint. A block file (see package {@code file}) of format
 * {@value #NAME}, version {@value #VERSION}:
 *
 * <pre>
 * file     := native-block* contents-block footer
 * native   := (block type 1, scope = its index) the bytes of one of RocksDB's own small files
 * contents := (block type 2, scope 0) origin first:varint last:varint schema keyBytes shared
 *             {place} lastSequence:varlong tables:varint {table}
 * keyBytes := varint                     0: keys of any length, else the length of every key + 1
 * shared   := column                     the column that several states share
 * place    := column [slot:varint]       for each state of the schema; slot: in the shared column
 * column   := varint                     0: none, else number + 1
 * table    := name:text column:varint level:varint smallestSequence:varlong
 *             largestSequence:varlong entries:varlong content
 * content  := 0 length:varint bytes | 1 handle
 * footer   := contentsOffset:varlong natives:varint { name:text offset:varlong }
 * </pre>
 *
 * Before version 3 there is a {@code handle} in place of {@code content}. Version 1 has no {@code
 * shared}: no state shares its column. {@code handle} is that of a shared file. RocksDB's {@code
 * CURRENT} and {@code MANIFEST-*} are there, and nothing else of it: options are those of the job
 * that restores.
 */
final class RocksManifestFormat {
  static final String NAME = "RKDB";
  static final int VERSION = 3;
  static final int OLDEST_VERSION = 1;
  private static final int FIRST_WITH_SHARED = 2;
  private static final int FIRST_WITH_BYTES = 3;
  static final int NATIVE = 1;
  static final int CONTENTS = 2;
  private static final int BYTES = 0;
  private static final int SHARED_FILE = 1;
  private static final int MIN_TABLE_BYTES = 8;

  /** About what a table file takes on the heap, without its content. */
  private static final int TABLE_HEAP_BYTES = 256;

  /** There are two: {@code CURRENT} and {@code MANIFEST-*}. */
  private static final int MAX_NATIVES = 16;

  private RocksManifestFormat() {}

  /** Where the blocks are. */
  record Footer(long contentsOffset, List<String> names, List<Long> offsets) {
    void write(ByteWriter out) {
      out.writeVarLong(contentsOffset);
      out.writeVarInt(names.size());
      for (int i = 0; i < names.size(); i++) {
        out.writeText(names.get(i));
        out.writeVarLong(offsets.get(i));
      }
    }

    static Footer read(ByteReader in) {
      Footer footer = new Footer(in.readVarLong(), new ArrayList<>(), new ArrayList<>());
      int count = in.readCount(2);
      if (count > MAX_NATIVES) {
        throw new MalformedDataException(count + " files of RocksDB's own");
      }
      for (int left = count; left > 0; left--) {
        footer.names.add(in.readName());
        footer.offsets.add(in.readVarLong());
      }
      in.expectEnd();
      return footer;
    }
  }

  /**
   * Writes a manifest.
   *
   * @return CRC32C of all bytes written
   * @throws io.streambed.error.LimitExceededException if one of RocksDB's own files is too large
   */
  static int write(
      RocksManifest manifest, List<NativeFile> natives, Compression compression, SnapshotOutput out)
      throws IOException {
    FileIdentity identity = new FileIdentity(NAME, VERSION, out.fileId());
    try (BlockWriter blocks = new BlockWriter(out, identity, compression)) {
      List<Long> offsets = new ArrayList<>();
      for (NativeFile file : natives) {
        offsets.add(blocks.write(NATIVE, offsets.size(), ByteView.of(file.content())));
      }
      ByteWriter contents = new ByteWriter();
      writeContents(manifest, contents);
      long contentsOffset = blocks.write(CONTENTS, 0, contents.view());
      ByteWriter footer = new ByteWriter();
      new Footer(contentsOffset, natives.stream().map(NativeFile::name).toList(), offsets)
          .write(footer);
      blocks.finish(footer.view());
      return blocks.checksum();
    }
  }

  private static void writeContents(RocksManifest manifest, ByteWriter out) {
    manifest.origin().write(out);
    out.writeVarInt(manifest.range().first());
    out.writeVarInt(manifest.range().last());
    manifest.schema().write(out);
    out.writeVarInt(manifest.states().keyBytes() + 1);
    out.writeVarInt(manifest.states().sharedColumn() + 1);
    for (Place place : manifest.places()) {
      out.writeVarInt(place.column() + 1);
      if (place.isShared()) {
        out.writeVarInt(place.slot());
      }
    }
    out.writeVarLong(manifest.tables().lastSequence());
    out.writeVarInt(manifest.tables().all().size());
    for (Table table : manifest.tables().all()) {
      TableFile file = table.file();
      out.writeText(file.name());
      out.writeVarInt(file.column());
      out.writeVarInt(file.level());
      out.writeVarLong(file.smallestSequence());
      out.writeVarLong(file.largestSequence());
      out.writeVarLong(table.entries());
      writeContent(table.content(), out);
    }
  }

  private static void writeContent(TableContent content, ByteWriter out) {
    if (content instanceof TableContent.InManifest few) {
      out.writeByte(BYTES);
      out.writeVarInt(few.bytes().length);
      out.writeBytes(few.bytes());
    } else if (content instanceof TableContent.SharedFile shared) {
      out.writeByte(SHARED_FILE);
      shared.file().write(out);
    }
  }

  static RocksManifest readContents(ByteReader in, int version) {
    HeapBudget budget = new HeapBudget("declarations and table files", in);
    SnapshotOrigin origin = SnapshotOrigin.read(in);
    try {
      KeyGroupRange range = new KeyGroupRange(in.readVarInt(), in.readVarInt());
      Schema schema = Schema.read(in, budget);
      int keyBytes = readOrNone(in, "a key length");
      List<Place> places = readPlaces(in, schema.states().size(), version);
      long lastSequence = in.readVarLong();
      List<Table> tables = new ArrayList<>();
      for (int left = in.readCount(MIN_TABLE_BYTES); left > 0; left--) {
        int start = in.position();
        tables.add(readTable(in, version));
        budget.take(TABLE_HEAP_BYTES + (in.position() - start));
      }
      in.expectEnd();
      return new RocksManifest(
          origin,
          range,
          new RocksManifest.States(schema, keyBytes, places),
          new RocksManifest.Tables(tables, lastSequence));
    } catch (IllegalArgumentException e) {
      throw new MalformedDataException(e.getMessage());
    }
  }

  private static List<Place> readPlaces(ByteReader in, int states, int version) {
    int shared =
        version < FIRST_WITH_SHARED ? RocksManifest.NO_COLUMN : readOrNone(in, "a shared column");
    List<Place> places = new ArrayList<>();
    for (int left = states; left > 0; left--) {
      int column = readOrNone(in, "a column");
      boolean isShared = column != RocksManifest.NO_COLUMN && column == shared;
      places.add(new Place(column, isShared ? readSlot(in) : RocksManifest.NO_SLOT));
    }
    return places;
  }

  private static int readSlot(ByteReader in) {
    int slot = in.readVarInt();
    if (slot < 0) {
      throw new MalformedDataException("a slot " + slot);
    }
    return slot;
  }

  /** A number from 0, or -1: there is none. */
  private static int readOrNone(ByteReader in, String what) {
    int stored = in.readVarInt();
    if (stored < 0) {
      throw new MalformedDataException(what + " " + stored);
    }
    return stored - 1;
  }

  private static Table readTable(ByteReader in, int version) {
    String name = in.readName();
    int column = in.readVarInt();
    int level = in.readVarInt();
    long smallest = in.readVarLong();
    long largest = in.readVarLong();
    long entries = in.readVarLong();
    int kind = version < FIRST_WITH_BYTES ? SHARED_FILE : in.readByte();
    TableContent content = readContent(in, kind, name);
    TableFile file = new TableFile(name, column, level, content.length(), smallest, largest);
    return new Table(file, entries, content);
  }

  private static TableContent readContent(ByteReader in, int kind, String name) {
    if (kind == BYTES) {
      return new TableContent.InManifest(in.readBytes(in.readLength()));
    }
    if (kind == SHARED_FILE && StreamHandle.read(in) instanceof StreamHandle.Shared shared) {
      return new TableContent.SharedFile(shared);
    }
    throw new MalformedDataException("table file \"" + name + "\" is no shared file");
  }
}
