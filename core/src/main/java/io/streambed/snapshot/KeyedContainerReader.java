package io.streambed.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Schema;
import io.streambed.error.CorruptionException;
import io.streambed.error.LimitExceededException;
import io.streambed.error.MalformedDataException;
import io.streambed.file.BlockReader;
import io.streambed.file.Compression;
import io.streambed.file.FileInput;
import io.streambed.key.KeyGroupRange;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Reads a container of keyed state, by key group. Every block is checked before anything of it is
 * used.
 *
 * <p>Threading: one thread, and one walk at a time: a block is valid until the next is read.
 */
public final class KeyedContainerReader implements EntrySource, Closeable {
  private final BlockReader blocks;
  private final String resource;
  private final KeyedContainerFormat.Footer footer;
  private final SnapshotOrigin origin;
  private final Schema schema;
  private final Map<Integer, KeyedContainerFormat.Group> groups = new HashMap<>();

  private KeyedContainerReader(BlockReader blocks, String resource) throws IOException {
    this.blocks = blocks;
    this.resource = resource;
    ByteReader end = new ByteReader().set(blocks.footer());
    long at = decode(-1, () -> KeyedContainerFormat.Footer.readSchemaOffset(end));
    ByteReader in = new ByteReader().set(blocks.read(at, KeyedContainerFormat.SCHEMA, 0));
    this.origin = decode(at, () -> SnapshotOrigin.read(in));
    this.schema = decode(at, () -> Schema.read(in));
    decode(
        at,
        () -> {
          in.expectEnd();
          return null;
        });
    end.set(blocks.footer());
    this.footer = decode(-1, () -> KeyedContainerFormat.Footer.read(end, blocks.version(), schema));
    footer.groups().forEach(group -> groups.put(group.keyGroup(), group));
  }

  /**
   * Opens a container by its handle.
   *
   * @param handle what the checkpoint's metadata says of it
   * @param inputs where its bytes are
   * @return a reader to be closed
   * @throws CorruptionException if it is damaged or not the one that the handle names
   * @throws io.streambed.error.FormatVersionException if it is of another version
   * @throws IOException if the storage fails
   */
  public static KeyedContainerReader open(KeyedStateHandle.Container handle, SnapshotInputs inputs)
      throws IOException {
    StreamHandle data = handle.data();
    KeyedContainerReader reader = open(inputs.open(data), data.fileId(), data.length());
    if (!reader.range().equals(handle.range())) {
      reader.close();
      throw new CorruptionException(
          reader.resource, -1, "key groups " + handle.range(), "key groups " + reader.range());
    }
    return reader;
  }

  /**
   * Opens a container that is not addressed by a handle of Streambed's own.
   *
   * @param input its bytes; closed with the reader, or here if this throws
   * @param fileId the identity it must have, or null for any
   * @param length the length it must have in bytes, or -1 for any
   * @param compressions known to the caller, beside those of core
   * @return a reader to be closed
   * @throws CorruptionException if it is damaged or another one
   * @throws io.streambed.error.FormatVersionException if it is of another version
   * @throws IOException if the storage fails
   */
  public static KeyedContainerReader open(
      FileInput input, UUID fileId, long length, Compression... compressions) throws IOException {
    String name = input.name();
    BlockReader blocks =
        BlockReader.open(
            input,
            KeyedContainerFormat.NAME,
            KeyedContainerFormat.OLDEST_VERSION,
            KeyedContainerFormat.VERSION,
            fileId,
            length,
            compressions);
    try {
      return new KeyedContainerReader(blocks, name);
    } catch (IOException | RuntimeException e) {
      blocks.close();
      throw e;
    }
  }

  private <T> T decode(long offset, Supplier<T> decoder) {
    try {
      return decoder.get();
    } catch (MalformedDataException e) {
      throw new CorruptionException(
          resource, offset, "a container of keyed state", e.getMessage(), e);
    } catch (LimitExceededException e) {
      throw new LimitExceededException(resource, e);
    }
  }

  /**
   * Where the container comes from.
   *
   * @return job, operator, subtask and checkpoint
   */
  public SnapshotOrigin origin() {
    return origin;
  }

  /**
   * The key groups it covers.
   *
   * @return the range; a key group of it may have no entries
   */
  public KeyGroupRange range() {
    return footer.range();
  }

  /**
   * How much of each state it holds.
   *
   * @return in the order of the schema's states
   */
  public List<StateStatistics> statistics() {
    return footer.states();
  }

  /**
   * How many entries of a key group it holds.
   *
   * @param keyGroup the key group
   * @return number of entries of all states; a run of list elements counts as one
   */
  public long entryCount(int keyGroup) {
    KeyedContainerFormat.Group group = groups.get(keyGroup);
    return group == null ? 0 : group.entries();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public EntryCursor entries(int keyGroup) {
    KeyedContainerFormat.Group group = groups.get(keyGroup);
    return new Cursor(
        group != null ? group : new KeyedContainerFormat.Group(keyGroup, 0, new long[0]));
  }

  /** Reads the blocks of one key group, one at a time. */
  private final class Cursor implements EntryCursor {
    private final KeyedContainerFormat.Group group;
    private int blocksRead;
    private final EntryBlockReader block = EntryBlockReader.of(blocks.version(), schema.states());
    private final Entry entry = new Entry();
    private long offset = -1;
    private long count;

    Cursor(KeyedContainerFormat.Group group) {
      this.group = group;
    }

    @Override
    public boolean advance() throws IOException {
      while (offset < 0 || !advanceInBlock()) {
        if (blocksRead == group.offsets().length) {
          checkCount();
          return false;
        }
        offset = group.offsets()[blocksRead++];
        block.set(blocks.read(offset, KeyedContainerFormat.ENTRIES, group.keyGroup()));
      }
      count++;
      return true;
    }

    private boolean advanceInBlock() {
      try {
        return block.advance(entry);
      } catch (MalformedDataException e) {
        throw new CorruptionException(resource, offset, "whole entries", e.getMessage(), e);
      }
    }

    private void checkCount() {
      if (count != group.entries()) {
        throw new CorruptionException(
            resource,
            -1,
            group.entries() + " entries of key group " + group.keyGroup(),
            count + " entries");
      }
    }

    @Override
    public int state() {
      return block.state;
    }

    @Override
    public Entry entry() {
      return entry;
    }
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
