package io.streambed.fuzz;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Limits;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.StreamHandle;
import io.streambed.zstd.ZstdCompression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ObjIntConsumer;

/**
 * Writes files of some kilobytes that become megabytes when they are decompressed, and a multiple
 * of that when every few bytes become an object. All checksums and counts are right.
 */
final class Bombs {
  static final UUID ID = new UUID(0x5EED, 15);

  /** As large as a block may be for a reader in a heap of 64 MiB, which takes a quarter of it. */
  private static final int RAW_BYTES = 15 << 20;

  /** So large that there is a bound left that is not that of a block. */
  private static final int FOOTER_BYTES = 14 << 20;

  private static final String TOO_MANY = "The memory for declarations";
  private static final String TOO_LONG = "a name of 1";
  private static final String READ = "read";

  private static final byte[] NOTHING = {};
  private static final String LETTERS = "a".repeat(FOOTER_BYTES);

  /** The size of a state with a record of some components. */
  private static final int STATE_BYTES = 200;

  /** Where the first block of a file is. */
  private static final long FIRST = 52;

  private final Path directory;
  private final Compression compression;
  private final Map<String, String> outcomes;

  private Bombs(Path directory, Compression compression, Map<String, String> outcomes) {
    this.directory = directory;
    this.compression = compression;
    this.outcomes = outcomes;
  }

  /**
   * Writes all, each under the name of the format that it is of, and what it has much of. Beside
   * them are some files that have much of something that a user may have, too.
   *
   * @return by the name of each file a part of how reading it must end
   */
  static Map<String, String> writeAll(Path directory) throws IOException {
    Map<String, String> outcomes = new TreeMap<>();
    // Zstandard compresses more, in less time; what is read does not depend on it.
    Bombs bombs = new Bombs(directory, new ZstdCompression(), outcomes);
    bombs.schemas();
    bombs.footers();
    bombs.operators();
    bombs.checkpoints();
    bombs.manifests();
    bombs.harmless();
    new Bombs(directory, Compression.DEFLATE, outcomes).footers();
    return outcomes;
  }

  private void write(
      String format, int version, String name, byte[] block, byte[] footer, String outcome)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FileIdentity identity = new FileIdentity(format, version, ID);
    try (BlockWriter blocks = new BlockWriter(out, identity, compression)) {
      if (block.length > 0) {
        blocks.write(format.equals("META") ? 1 : 2, 0, ByteView.of(block));
      }
      blocks.finish(ByteView.of(footer));
    }
    String file = format + " " + name + ", " + compression.name();
    Files.write(directory.resolve(file), out.toByteArray());
    outcomes.put(file, outcome);
  }

  /** Things one after the other, with their number before them. */
  private static byte[] many(int bytes, ObjIntConsumer<ByteWriter> thing) {
    ByteWriter things = new ByteWriter(bytes + 64);
    int count = 0;
    while (things.position() < bytes) {
      thing.accept(things, count++);
    }
    ByteWriter counted = new ByteWriter(things.position() + 5);
    counted.writeVarInt(count);
    counted.writeBytes(things.view());
    return counted.toByteArray();
  }

  private static void text(ByteWriter out, int number) {
    out.writeText(Integer.toString(number, Character.MAX_RADIX));
  }

  /** The shortest configuration of a serializer. */
  private static void serializer(ByteWriter out) {
    out.writeText("");
    out.writeVarInt(1);
    out.writeVarInt(0);
    out.writeVarInt(0);
  }

  private static void state(ByteWriter out, int number) {
    text(out, number);
    out.writeByte(1);
    out.writeByte(0);
    serializer(out);
    serializer(out);
  }

  private static byte[] settings(int bytes) {
    return many(
        bytes,
        (out, i) -> {
          text(out, i);
          out.writeText("");
        });
  }

  private static byte[] parts(int bytes) {
    return many(
        bytes,
        (out, i) -> {
          text(out, i);
          serializer(out);
        });
  }

  /** A schema up to the key's serializer. */
  private static ByteWriter schemaStart() {
    return schemaStart("job");
  }

  private static ByteWriter schemaStart(String job) {
    ByteWriter out = new ByteWriter(RAW_BYTES + 1_024);
    new SnapshotOrigin(job, "operator", 0, 1).write(out);
    return out;
  }

  private static byte[] schema(byte[] settings, byte[] parts, byte[] states) {
    ByteWriter out = schemaStart();
    out.writeVarInt(8);
    return schema(out, settings, parts, states);
  }

  private static byte[] schema(ByteWriter out, byte[] settings, byte[] parts, byte[] states) {
    out.writeText("key");
    out.writeVarInt(1);
    out.writeBytes(settings);
    out.writeBytes(parts);
    out.writeBytes(states);
    return out.toByteArray();
  }

  private static final byte[] NONE = {0};

  private void schemas() throws IOException {
    byte[] footer = keyedFooter(FIRST, NONE, NONE);
    write("KEYD", 2, "states", schema(NONE, NONE, many(RAW_BYTES, Bombs::state)), footer, TOO_MANY);
    write("KEYD", 2, "settings", schema(settings(RAW_BYTES), NONE, NONE), footer, TOO_MANY);
    write("KEYD", 2, "parts", schema(NONE, parts(RAW_BYTES), NONE), footer, TOO_MANY);
    write("KEYD", 2, "letters", schemaStart(LETTERS).toByteArray(), footer, TOO_LONG);
  }

  private void footers() throws IOException {
    byte[] empty = schema(NONE, NONE, NONE);
    byte[] statistics = many(FOOTER_BYTES, (out, i) -> out.writeShort(257));
    byte[] footer = keyedFooter(FIRST, statistics, NONE);
    write("KEYD", 2, "statistics", empty, footer, "the footer does not fit the schema");
    byte[] blocks = group(FOOTER_BYTES, (out, i) -> out.writeByte(1));
    footer = keyedFooter(FIRST, NONE, blocks);
    write("KEYD", 2, "blocks", empty, footer, "blocks of entries between");
    blocks = group(3 << 20, (out, i) -> out.writeVarInt(1 << 7));
    footer = keyedFooter(FIRST, NONE, blocks);
    write("KEYD", 2, "two-byte blocks", empty, footer, "blocks of entries between");
  }

  /** One key group of many blocks; between their number and the blocks is that of entries. */
  private static byte[] group(int bytes, ObjIntConsumer<ByteWriter> block) {
    byte[] blocks =
        many(
            bytes,
            (out, i) -> {
              if (i == 0) {
                out.writeVarLong(1);
              }
              block.accept(out, i);
            });
    ByteWriter out = new ByteWriter(blocks.length + 16);
    out.writeVarInt(1);
    out.writeVarInt(0);
    out.writeBytes(blocks);
    return out.toByteArray();
  }

  private static byte[] keyedFooter(long schemaOffset, byte[] statistics, byte[] groups) {
    ByteWriter out = new ByteWriter(statistics.length + groups.length + 16);
    out.writeVarLong(schemaOffset);
    out.writeVarInt(0);
    out.writeVarInt(7);
    out.writeBytes(statistics);
    out.writeBytes(groups);
    return out.toByteArray();
  }

  private void operators() throws IOException {
    byte[] rows =
        many(
            FOOTER_BYTES,
            (out, i) -> {
              text(out, i);
              out.writeByte(7);
              serializer(out);
              out.writeVarInt(0);
              out.writeVarLong(0);
            });
    write("OPER", 1, "states", NOTHING, rows, TOO_MANY);
    write("OPER", 1, "settings", NOTHING, operator(settings(FOOTER_BYTES), NONE), TOO_MANY);
    write("OPER", 1, "parts", NOTHING, operator(NONE, parts(FOOTER_BYTES)), TOO_MANY);
  }

  private static byte[] operator(byte[] settings, byte[] parts) {
    ByteWriter row = new ByteWriter(FOOTER_BYTES + 64);
    row.writeVarInt(1);
    row.writeText("state");
    row.writeByte(7);
    row.writeText("value");
    row.writeVarInt(1);
    row.writeBytes(settings);
    row.writeBytes(parts);
    row.writeVarInt(0);
    row.writeVarLong(0);
    return row.toByteArray();
  }

  private static void inline(ByteWriter out, int number) {
    new StreamHandle.Inline(new UUID(1, number), 2, NOTHING).write(out);
  }

  private static ByteWriter job(int bytes) {
    ByteWriter out = new ByteWriter(bytes + 64);
    out.writeText("job");
    out.writeLong(1);
    out.writeLong(2);
    return out;
  }

  private void checkpoints() throws IOException {
    ByteWriter metadata = job(0);
    metadata.writeVarLong(1);
    metadata.writeLong(2);
    metadata.writeByte(2);
    metadata.writeVarLong(1);
    metadata.writeVarInt(1);
    metadata.writeText("operator");
    metadata.writeVarInt(1);
    metadata.writeVarInt(8);
    byte[] handles =
        many(
            RAW_BYTES,
            (out, i) -> {
              out.writeByte(1);
              out.writeVarInt(0);
              out.writeVarInt(7);
              inline(out, i);
            });
    write("META", 2, "handles", handles, metadata.toByteArray(), "compression none");
    ByteWriter list = job(FOOTER_BYTES);
    list.writeVarLong(1);
    list.writeBytes(
        many(
            FOOTER_BYTES,
            (out, i) -> {
              out.writeVarLong(1 + i);
              out.writeVarLong(1);
              out.writeVarLong(3);
              out.writeBytes(new byte[20]);
            }));
    write("CHKS", 1, "checkpoints", NOTHING, list.toByteArray(), "compression none");
    // Who starts goes on without a note that cannot be read.
    ByteWriter owned = new ByteWriter(FOOTER_BYTES);
    owned.writeVarLong(1);
    owned.writeBoolean(true);
    owned.writeBytes(new byte[16]);
    owned.writeText(LETTERS);
    write("OWND", 1, "letters", NOTHING, owned.toByteArray(), READ);
    ByteWriter answer = new ByteWriter(FOOTER_BYTES);
    answer.writeBytes(new byte[16]);
    answer.writeVarLong(1);
    answer.writeBytes(new byte[18]);
    answer.writeText(LETTERS);
    write("CANS", 1, "letters", NOTHING, answer.toByteArray(), TOO_LONG);
  }

  private void manifests() throws IOException {
    byte[] names =
        many(
            FOOTER_BYTES,
            (out, i) -> {
              text(out, i);
              out.writeVarLong(i);
            });
    ByteWriter footer = new ByteWriter(names.length + 16);
    footer.writeVarLong(FIRST);
    footer.writeBytes(NONE);
    byte[] end = footer.toByteArray();
    write("RKDB", 3, "states", contents(many(RAW_BYTES, Bombs::state)), end, TOO_MANY);
    write("RKDB", 3, "letters", schemaStart(LETTERS).toByteArray(), end, TOO_LONG);
    ByteWriter tables = new ByteWriter(RAW_BYTES + 1_024);
    tables.writeBytes(contents(NONE));
    tables.writeVarInt(0);
    tables.writeVarInt(0);
    tables.writeVarLong(1);
    tables.writeBytes(
        many(
            RAW_BYTES,
            (out, i) -> {
              out.writeText(i + ".sst");
              out.writeBytes(new byte[7]);
            }));
    write("RKDB", 3, "table files", tables.toByteArray(), end, TOO_MANY);
    ByteWriter natives = new ByteWriter(names.length + 16);
    natives.writeVarLong(FIRST);
    natives.writeBytes(names);
    write("RKDB", 3, "native files", NOTHING, natives.toByteArray(), "files of RocksDB's own");
  }

  /** Large declarations that are no lie; former versions have written and read them. */
  private void harmless() throws IOException {
    byte[] footer = keyedFooter(FIRST, many(Limits.MAX_STATES * 2, Bombs::none), NONE);
    byte[] states = many(Limits.MAX_STATES * STATE_BYTES, Bombs::largeState);
    write("KEYD", 2, "states as many as may be", schema(NONE, NONE, states), footer, READ);
    ByteWriter setting = new ByteWriter(RAW_BYTES);
    setting.writeVarInt(1);
    setting.writeText("serializer");
    setting.writeText("a".repeat(3 << 20));
    footer = operator(setting.toByteArray(), NONE);
    // It is not the one that the handle names: that is looked at once it was read.
    write("OPER", 1, "letters of a serializer", NOTHING, footer, "found states [Part[name=state");
  }

  private static void none(ByteWriter out, int number) {
    out.writeVarLong(0);
    out.writeVarLong(0);
  }

  /** A state of {@value #STATE_BYTES} bytes whose values are records. */
  private static void largeState(ByteWriter out, int number) {
    int end = out.position() + STATE_BYTES;
    out.writeText(String.format("state number %07d", number));
    out.writeByte(1);
    out.writeByte(0);
    serializer(out);
    out.writeText("record");
    out.writeVarInt(1);
    out.writeVarInt(0);
    out.writeVarInt(5);
    for (int left = 5; left > 0; left--) {
      int length = left > 1 ? 21 : end - out.position() - 9;
      out.writeText("a".repeat(length - 1) + left);
      out.writeText("long");
      out.writeVarInt(1);
      out.writeVarInt(0);
      out.writeVarInt(0);
    }
  }

  private static byte[] contents(byte[] states) {
    ByteWriter out = schemaStart();
    out.writeVarInt(0);
    out.writeVarInt(7);
    out.writeVarInt(8);
    return schema(out, NONE, NONE, states);
  }
}
