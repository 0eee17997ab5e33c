package io.streambed.snapshot;

import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.Schema;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.key.KeyGroupRange;
import io.streambed.store.FrozenView;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Writes a frozen view as a container of keyed state. One thread; one file. */
public final class KeyedContainerWriter {
  private final BlockWriter blocks;
  private final Schema schema;
  private final EntryBlockWriter block;
  private final ByteWriter scratch = new ByteWriter();
  private final long[] entries;
  private final long[] bytes;
  private final List<KeyedContainerFormat.Group> groups = new ArrayList<>();

  private List<Long> groupOffsets = new ArrayList<>();
  private long groupEntries;

  private KeyedContainerWriter(BlockWriter blocks, Schema schema) {
    this.blocks = blocks;
    this.schema = schema;
    this.block = new EntryBlockWriter(schema.states());
    this.entries = new long[schema.states().size()];
    this.bytes = new long[schema.states().size()];
  }

  /**
   * Writes a view.
   *
   * @param view the contents
   * @param range the key groups to write
   * @param origin where they come from
   * @param compression of the blocks
   * @param fileId the identity to put into the file, drawn for this one alone
   * @param out the stream; left for the caller to close
   * @return CRC32C of all bytes written
   * @throws IOException if the storage fails or the stream was closed to cancel
   * @throws io.streambed.error.SerializationException if a serializer fails
   * @throws io.streambed.error.LimitExceededException if a key or value is too large
   */
  public static int write(
      FrozenView view,
      KeyGroupRange range,
      SnapshotOrigin origin,
      Compression compression,
      UUID fileId,
      OutputStream out)
      throws IOException {
    FileIdentity identity =
        new FileIdentity(KeyedContainerFormat.NAME, KeyedContainerFormat.VERSION, fileId);
    try (BlockWriter blocks = new BlockWriter(out, identity, compression)) {
      KeyedContainerWriter writer = new KeyedContainerWriter(blocks, view.schema());
      for (int keyGroup = range.first(); keyGroup <= range.last(); keyGroup++) {
        view.read(keyGroup, writer::add);
        writer.endGroup(keyGroup);
      }
      writer.finish(range, origin);
      return blocks.checksum();
    }
  }

  private void add(int keyGroup, int state, Entry entry) throws IOException {
    int start = block.position();
    block.add(state, entry);
    entries[state]++;
    bytes[state] += block.position() - start;
    groupEntries++;
    if (block.position() >= KeyedContainerFormat.BLOCK_BYTES) {
      flush(keyGroup);
    }
  }

  private void flush(int keyGroup) throws IOException {
    groupOffsets.add(blocks.write(KeyedContainerFormat.ENTRIES, keyGroup, block.end()));
    block.reset();
  }

  private void endGroup(int keyGroup) throws IOException {
    if (block.position() > 0) {
      flush(keyGroup);
    }
    if (groupEntries > 0) {
      long[] offsets = groupOffsets.stream().mapToLong(Long::longValue).toArray();
      groups.add(new KeyedContainerFormat.Group(keyGroup, groupEntries, offsets));
      groupOffsets = new ArrayList<>();
      groupEntries = 0;
    }
  }

  private void finish(KeyGroupRange range, SnapshotOrigin origin) throws IOException {
    origin.write(scratch);
    schema.write(scratch);
    long schemaOffset = blocks.write(KeyedContainerFormat.SCHEMA, 0, scratch.view());
    List<StateStatistics> states = new ArrayList<>();
    for (int state = 0; state < entries.length; state++) {
      states.add(new StateStatistics(entries[state], bytes[state]));
    }
    scratch.reset();
    new KeyedContainerFormat.Footer(schemaOffset, range, states, groups).write(scratch);
    blocks.finish(scratch.view());
  }
}
