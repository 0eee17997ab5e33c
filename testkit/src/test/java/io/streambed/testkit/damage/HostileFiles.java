package io.streambed.testkit.damage;

import io.streambed.bytes.ByteWriter;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.zip.Deflater;

/** The files of {@link HostileSizes}, one lie in each. */
final class HostileFiles {
  private static final int HUGE = Integer.MAX_VALUE;
  private static final int BOMB_BYTES = 60 << 20;
  private static final int ENTRIES = 1;
  private static final int SCHEMA = 2;
  private static final int LIST_KIND = 2;
  private static final int SPLIT_KIND = 7;

  /** Where in a checkpoint a file stands. */
  enum Role {
    KEYED,
    OPERATOR,
    METADATA,
    LIST
  }

  /** One file; {@code elements} is what metadata says of a container of operator state. */
  record Hostile(Role role, String name, long elements, Function<UUID, byte[]> craft) {}

  private final List<Hostile> files = new ArrayList<>();

  private HostileFiles() {}

  static List<Hostile> all() {
    HostileFiles all = new HostileFiles();
    all.keyedFooters();
    all.keyedBlocks();
    all.operator();
    all.metadata();
    all.lists();
    return all.files;
  }

  // ---- keyed state

  private void keyedFooters() {
    keyedFooter("counts 2^31 states", out -> out.writeVarInt(HUGE));
    keyedFooter(
        "counts 2^31 key groups",
        out -> {
          out.writeVarInt(0);
          out.writeVarInt(HUGE);
        });
    keyedFooter(
        "counts 2^31 blocks of a key group",
        out -> {
          out.writeVarInt(0);
          out.writeVarInt(1);
          out.writeVarInt(0);
          out.writeVarInt(HUGE);
        });
    add(Role.KEYED, "has its schema at 2^62", id -> keyed(id, 1L << 62, (craft, schema) -> {}));
    add(Role.KEYED, "has its schema before the file", id -> keyed(id, -5, (craft, schema) -> {}));
    add(
        Role.KEYED,
        "has a footer that inflates to 60 MiB",
        id -> new Craft("KEYD", id, "deflate").finish(bomb(), BOMB_BYTES));
  }

  private void keyedFooter(String name, Consumer<ByteWriter> rest) {
    add(
        Role.KEYED,
        name,
        id -> {
          Craft craft = new Craft("KEYD", id, "none");
          long schema = craft.block(SCHEMA, 0, schema());
          ByteWriter footer = footerStart(schema);
          rest.accept(footer);
          return craft.finish(footer);
        });
  }

  private void keyedBlocks() {
    keyedSchema("counts 2^31 states in its schema", out -> out.writeVarInt(HUGE));
    keyedSchema(
        "has a state's name of 2^31 bytes",
        out -> {
          out.writeVarInt(1);
          HostileSizes.sized(out, HUGE, new byte[20]);
        });
    keyedSchema(
        "has serializers nested 100,000 deep",
        out -> {
          out.writeVarInt(1);
          out.writeText("delays");
          out.writeByte(LIST_KIND);
          out.writeByte(0);
          nested(out);
        });
    entries("has a key of 2^31 bytes", out -> HostileSizes.sized(out, HUGE, new byte[50]));
    entries(
        "has a value whose text has 2^30 characters",
        out -> {
          HostileSizes.sized(out, 4, (byte) 6, (byte) 'K', (byte) 'E', (byte) 'Y');
          out.writeVarInt(0);
          ByteWriter value = new ByteWriter();
          value.writeInt(7);
          HostileSizes.sized(value, HUGE, new byte[20]);
          ByteWriter run = new ByteWriter();
          run.writeSized(value.view());
          out.writeSized(run.view());
        });
    block("has a block that claims 1 GiB and is no deflated one", new byte[1_100_000], 1 << 30);
    block("has a block that inflates to 60 MiB", bomb(), BOMB_BYTES);
    block("has a block that claims 10 MiB and inflates to 60", bomb(), 10 << 20);
    add(
        Role.KEYED,
        "lists one block 100,000 times",
        id ->
            keyed(
                id,
                -1,
                (craft, footer) -> {
                  ByteWriter block = new ByteWriter();
                  for (int i = 0; i < 1_000; i++) {
                    entry(block, new byte[] {5, 0, 0, 0, 1, 0});
                  }
                  long at = craft.block(ENTRIES, 0, block);
                  footer.writeVarInt(1);
                  footer.writeVarInt(0);
                  footer.writeVarInt(100_000);
                  footer.writeVarLong(100_000_000L);
                  for (int i = 0; i < 100_000; i++) {
                    footer.writeVarLong(at);
                  }
                }));
  }

  private static void entry(ByteWriter out, byte[] value) {
    out.writeVarInt(0);
    out.writeByte(4);
    HostileSizes.sized(out, 4, (byte) 6, (byte) 'K', (byte) 'E', (byte) 'Y');
    out.writeVarInt(0);
    HostileSizes.sized(out, value.length, value);
  }

  private void keyedSchema(String name, Consumer<ByteWriter> states) {
    add(
        Role.KEYED,
        name,
        id -> {
          Craft craft = new Craft("KEYD", id, "none");
          ByteWriter schema = schemaStart();
          states.accept(schema);
          ByteWriter footer = footerStart(craft.block(SCHEMA, 0, schema));
          footer.writeVarInt(0);
          footer.writeVarInt(0);
          return craft.finish(footer);
        });
  }

  /** The configuration of a serializer with a part that has a part, 100,000 times. */
  private static void nested(ByteWriter out) {
    for (int i = 0; i < 100_000; i++) {
      out.writeText("l");
      out.writeVarInt(1);
      out.writeVarInt(0);
      out.writeVarInt(1);
      out.writeText("e");
    }
    out.writeBytes(new byte[100]);
  }

  /** One block with one entry, whose parts behind the flags are given. */
  private void entries(String name, Consumer<ByteWriter> parts) {
    add(
        Role.KEYED,
        name,
        id ->
            keyed(
                id,
                -1,
                (craft, footer) -> {
                  ByteWriter block = new ByteWriter();
                  block.writeVarInt(0);
                  block.writeByte(4);
                  parts.accept(block);
                  oneGroup(footer, craft.block(ENTRIES, 0, block));
                }));
  }

  private void block(String name, byte[] stored, int claimed) {
    add(
        Role.KEYED,
        name,
        id ->
            keyed(
                id,
                -1,
                (craft, footer) ->
                    oneGroup(footer, craft.block(ENTRIES, 0, stored, claimed, true))));
  }

  private static void oneGroup(ByteWriter footer, long block) {
    footer.writeVarInt(1);
    footer.writeVarInt(0);
    footer.writeVarInt(1);
    footer.writeVarLong(1);
    footer.writeVarLong(block);
  }

  /** Blocks of entries with the footer's list of them. */
  private interface Groups {
    void write(Craft craft, ByteWriter footer);
  }

  /** A container with the state "delays"; its schema stands where told, or truly if told -1. */
  private static byte[] keyed(UUID id, long schemaAt, Groups groups) {
    Craft craft = new Craft("KEYD", id, "deflate");
    ByteWriter rest = new ByteWriter();
    rest.writeVarInt(1);
    rest.writeVarLong(1);
    rest.writeVarLong(1);
    int before = rest.position();
    groups.write(craft, rest);
    if (rest.position() == before) {
      rest.writeVarInt(0);
    }
    long schema = craft.block(SCHEMA, 0, schema());
    ByteWriter footer = footerStart(schemaAt == -1 ? schema : schemaAt);
    footer.writeBytes(rest.view());
    return craft.finish(footer);
  }

  private static ByteWriter footerStart(long schemaOffset) {
    ByteWriter footer = new ByteWriter();
    footer.writeVarLong(schemaOffset);
    footer.writeVarInt(0);
    footer.writeVarInt(7);
    footer.writeBoolean(false);
    return footer;
  }

  private static ByteWriter schemaStart() {
    ByteWriter schema = new ByteWriter();
    schema.writeText("sample");
    schema.writeText(SampleJob.KEYED);
    schema.writeVarInt(0);
    schema.writeVarLong(1);
    schema.writeVarInt(8);
    Serializers.strings().snapshot().write(schema);
    return schema;
  }

  private static ByteWriter schema() {
    ByteWriter schema = schemaStart();
    schema.writeVarInt(1);
    schema.writeText("delays");
    schema.writeByte(LIST_KIND);
    schema.writeByte(0);
    Serializers.unit().snapshot().write(schema);
    Serializers.records(SampleJob.Delay.class).snapshot().write(schema);
    return schema;
  }

  // ---- operator state

  private void operator() {
    operator("counts 2^31 states", 1, footer -> footer.writeVarInt(HUGE), new byte[0]);
    operator("says 2^31 elements", HUGE, footer -> row(footer, HUGE, 8), new byte[] {1, 2});
    operator(
        "is said to hold 2^63 elements",
        Long.MAX_VALUE,
        footer -> row(footer, 1, 1),
        new byte[] {1, 2});
    operator(
        "has serializers nested 100,000 deep",
        1,
        footer -> {
          footer.writeVarInt(1);
          footer.writeText("offsets");
          footer.writeByte(SPLIT_KIND);
          nested(footer);
        },
        new byte[0]);
    byte[] huge = HostileSizes.sized(new ByteWriter(), HUGE, new byte[20]).toByteArray();
    operator("has an element of 2^31 bytes", 1, footer -> row(footer, 1, 8), huge);
    byte[] text = {8, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7, 1, 2, 3};
    operator("has an element whose text has 2^30 characters", 1, f -> row(f, 1, 8), text);
    files.add(
        new Hostile(
            Role.OPERATOR,
            "has a block that inflates to 60 MiB",
            1,
            id -> {
              Craft craft = new Craft("OPER", id, "deflate");
              craft.block(ENTRIES, 0, bomb(), BOMB_BYTES, true);
              ByteWriter footer = new ByteWriter();
              row(footer, 1, 8);
              return craft.finish(footer);
            }));
    files.add(
        new Hostile(
            Role.OPERATOR,
            "is compressed by nothing known",
            1,
            id -> new Craft("OPER", id, "zip-bomb").finish(new ByteWriter())));
  }

  private void operator(String name, long elements, Consumer<ByteWriter> footer, byte[] content) {
    files.add(
        new Hostile(
            Role.OPERATOR,
            name,
            elements,
            id -> {
              Craft craft = new Craft("OPER", id, "none");
              craft.block(ENTRIES, 0, content, content.length, false);
              ByteWriter bytes = new ByteWriter();
              footer.accept(bytes);
              return craft.finish(bytes);
            }));
  }

  private static void row(ByteWriter footer, int elements, long bytes) {
    footer.writeVarInt(1);
    footer.writeText("offsets");
    footer.writeByte(SPLIT_KIND);
    SerializerSnapshot offsets = Serializers.records(SampleJob.Offset.class).snapshot();
    offsets.write(footer);
    footer.writeVarInt(elements);
    footer.writeVarLong(bytes);
  }

  // ---- metadata and lists

  private void metadata() {
    metadata("counts 2^31 operators", new byte[0], out -> out.writeVarInt(HUGE));
    metadata("has an operator of 2^31 subtasks", new byte[] {0, 0}, out -> shape(out, HUGE, 8));
    metadata("has an operator of -1 subtasks", new byte[] {0, 0}, out -> shape(out, -1, 8));
    metadata("has an operator of 2^31 key groups", new byte[] {0, 0}, out -> shape(out, 1, HUGE));
    subtask("counts 2^31 containers", out -> out.writeVarInt(HUGE));
    subtask(
        "has an inline stream of 2^31 bytes",
        out -> {
          handleStart(out, 2);
          HostileSizes.sized(out, HUGE, new byte[20]);
        });
    for (String elsewhere :
        List.of("..", "../../secret", "/etc/passwd", "..\\secret", "C:secret", "a\0b", "")) {
      subtask(
          "names the file \"" + elsewhere.replace('\0', '0') + "\"",
          out -> {
            handleStart(out, 1);
            out.writeText(elsewhere);
            out.writeVarLong(5);
            out.writeVarInt(0);
          });
    }
    subtask(
        "names a file of 2^62 bytes",
        out -> {
          handleStart(out, 1);
          out.writeText("none.data");
          out.writeVarLong(1L << 62);
          out.writeVarInt(0);
        });
    add(
        Role.METADATA,
        "has a block that inflates to 60 MiB",
        id -> {
          Craft craft = new Craft("META", id, "deflate");
          craft.block(1, 0, bomb(), BOMB_BYTES, true);
          ByteWriter footer = metadataStart(id);
          shape(footer, 1, 8);
          return craft.finish(footer);
        });
  }

  private static void handleStart(ByteWriter out, int tag) {
    out.writeVarInt(1);
    out.writeVarInt(0);
    out.writeVarInt(7);
    out.writeByte(tag);
    out.writeLong(1);
    out.writeLong(2);
    out.writeInt(3);
  }

  private void subtask(String name, Consumer<ByteWriter> block) {
    ByteWriter content = new ByteWriter();
    block.accept(content);
    metadata(name, content.toByteArray(), out -> shape(out, 1, 8));
  }

  private void metadata(String name, byte[] subtask, Consumer<ByteWriter> operators) {
    add(
        Role.METADATA,
        name,
        id -> {
          Craft craft = new Craft("META", id, "none");
          craft.block(1, 0, subtask, subtask.length, false);
          ByteWriter footer = metadataStart(id);
          operators.accept(footer);
          return craft.finish(footer);
        });
  }

  private static ByteWriter metadataStart(UUID id) {
    ByteWriter footer = job(id);
    footer.writeVarLong(1);
    footer.writeLong(1_000);
    footer.writeByte(1);
    footer.writeVarLong(1);
    return footer;
  }

  private static void shape(ByteWriter footer, int parallelism, int maxParallelism) {
    footer.writeVarInt(1);
    footer.writeText(SampleJob.KEYED);
    footer.writeVarInt(parallelism);
    footer.writeVarInt(maxParallelism);
  }

  private void lists() {
    list("counts 2^31 checkpoints", out -> out.writeVarInt(HUGE));
    list("lists a checkpoint twice", out -> twoEntries(out, 0, 1));
    list("lists a checkpoint of 2^63 bytes", out -> twoEntries(out, 1, -1));
    add(Role.LIST, "has 17 MiB", id -> new byte[17 << 20]);
    add(
        Role.LIST,
        "has a footer that inflates to 60 MiB",
        id -> new Craft("CHKS", id, "deflate").finish(bomb(), BOMB_BYTES));
  }

  private static void twoEntries(ByteWriter out, int step, long length) {
    out.writeVarInt(2);
    for (int i = 0; i < 2; i++) {
      out.writeVarLong(1 + i * step);
      out.writeVarLong(1);
      out.writeVarLong(length);
      out.writeInt(0);
      out.writeBytes(new byte[16]);
    }
  }

  private void list(String name, Consumer<ByteWriter> entries) {
    add(
        Role.LIST,
        name,
        id -> {
          ByteWriter footer = job(id);
          footer.writeVarLong(1);
          entries.accept(footer);
          return new Craft("CHKS", id, "none").finish(footer);
        });
  }

  private static ByteWriter job(UUID id) {
    ByteWriter footer = new ByteWriter();
    footer.writeText("sample");
    footer.writeLong(id.getMostSignificantBits());
    footer.writeLong(id.getLeastSignificantBits());
    return footer;
  }

  private void add(Role role, String name, Function<UUID, byte[]> craft) {
    files.add(new Hostile(role, name, 1, craft));
  }

  /** 60 KiB that inflate to 60 MiB of zeros. */
  private static byte[] bomb() {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] zeros = new byte[1 << 16];
    byte[] chunk = new byte[1 << 12];
    for (int done = 0; done < BOMB_BYTES || !deflater.finished(); ) {
      if (deflater.needsInput() && done < BOMB_BYTES) {
        deflater.setInput(zeros);
        done += zeros.length;
      } else if (deflater.needsInput()) {
        deflater.finish();
      }
      out.write(chunk, 0, deflater.deflate(chunk));
    }
    deflater.end();
    return out.toByteArray();
  }
}
