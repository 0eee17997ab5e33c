package io.streambed.fuzz;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.StreambedException;
import io.streambed.file.FileInput;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.testkit.damage.SampleJob;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * Containers of keyed state of both versions: every entry of each key group, and its parts by what
 * the container says of their serializers.
 */
final class KeyedContainerTarget implements FuzzTarget {
  private static final String NAME = "/fuzzed/keyed-0.data";
  private static final UUID ID = new UUID(0x5EED, 11);
  private static final int ENTRIES = 1;
  private static final int SCHEMA = 2;
  private static final int LAST_GROUP = 7;

  @Override
  public List<byte[]> seeds() throws IOException {
    FramedFile few = SampleFiles.content(SampleJob.KEYED, "KEYD", 6);
    FramedFile many = SampleFiles.content(SampleJob.KEYED, "KEYD", 40);
    return List.of(
        few.toInput(),
        few.withFooterMade().toInput(),
        many.toInput(),
        new FramedFile(1, true, few.blocks(), few.footer()).toInput());
  }

  @Override
  public void run(byte[] input) throws IOException {
    FramedFile content = FramedFile.of(input);
    byte[] file = content.write("KEYD", ID, offsets -> footer(content, offsets));
    Trial.naming(
        NAME,
        () -> {
          try (KeyedContainerReader reader =
              KeyedContainerReader.open(FileInput.of(NAME, file), ID, file.length)) {
            for (int group = 0; group <= LAST_GROUP; group++) {
              reader.entryCount(group);
              read(reader.entries(group), reader.schema());
            }
          }
        });
  }

  private static void read(EntryCursor entries, Schema schema) throws IOException {
    while (entries.advance()) {
      StateSchema state = schema.states().get(entries.state());
      Entry entry = entries.entry();
      decode(schema.key(), entry.key);
      decode(state.namespace(), entry.namespace);
      decode(state.userKey(), entry.userKey);
      decode(state.value(), entry.value);
    }
  }

  private static void decode(SerializerSnapshot written, ByteView part) {
    if (written != null) {
      try {
        Serializers.fromSnapshot(written)
            .ifPresent(reader -> reader.read(new ByteReader().set(part)));
      } catch (StreambedException e) {
        // Whoever reads parts names the state; here the next part is read.
      }
    }
  }

  /** A footer that leads to all blocks; how many entries they have only their readers know. */
  private static byte[] footer(FramedFile content, List<Long> offsets) {
    ByteWriter groups = new ByteWriter();
    int count = 0;
    int previous = -1;
    long schemaOffset = 0;
    int states = 0;
    for (int i = 0; i < offsets.size(); i++) {
      FramedFile.Block block = content.blocks().get(i);
      if (block.type() == SCHEMA) {
        schemaOffset = offsets.get(i);
        states = states(block.payload());
      } else if (block.type() == ENTRIES && block.scope() > previous) {
        previous = block.scope();
        count++;
        groups.writeVarInt(block.scope());
        groups.writeVarInt(1);
        groups.writeVarLong(1);
        groups.writeVarLong(offsets.get(i));
      }
    }
    ByteWriter footer = new ByteWriter();
    footer.writeVarLong(schemaOffset);
    footer.writeVarInt(0);
    footer.writeVarInt(LAST_GROUP);
    if (content.version() == 1) {
      footer.writeBoolean(true);
    }
    footer.writeVarInt(states);
    for (int i = 0; i < states; i++) {
      footer.writeVarLong(1);
      footer.writeVarLong(1);
    }
    footer.writeVarInt(count);
    footer.writeBytes(groups.view());
    return footer.toByteArray();
  }

  private static int states(byte[] schema) {
    try {
      ByteReader in = new ByteReader(schema);
      SnapshotOrigin.read(in);
      return Schema.read(in).states().size();
    } catch (StreambedException e) {
      return 0;
    }
  }
}
