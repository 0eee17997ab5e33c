package io.streambed.checkpoint;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.CorruptionException;
import io.streambed.error.ForeignFileException;
import io.streambed.error.FormatVersionException;
import io.streambed.error.MalformedDataException;
import io.streambed.file.BlockReader;
import io.streambed.file.BlockWriter;
import io.streambed.file.Compression;
import io.streambed.file.FileIdentity;
import io.streambed.file.FileInput;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.SnapshotType;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Version 2 of the file {@code _metadata}: a block file of format {@code META}, uncompressed.
 *
 * <pre>
 * file     := subtask* footer        for each operator in the footer's order, each of its subtasks
 * subtask  := a block of type 1, scope = index of the operator
 *             keyed:varint { keyed handle }  operator:varint { operator handle }
 * footer   := job checkpointId:varlong timestampMillis:u64 type:u8 attempt:varlong
 *             operators:varint { operatorId:text parallelism:varint maxParallelism:varint }
 * job      := name:text id:16
 * </pre>
 *
 * <p>The handles' grammars are with {@link KeyedStateHandle}, {@link OperatorStateHandle} and
 * {@link io.streambed.snapshot.StreamHandle}. In version 1 a handle of keyed state is that of a
 * container, without the tag before it. Text is UTF-8 with its length in bytes as a varint before
 * it.
 */
public final class MetadataFormat {
  /** The format's name in the file's header. */
  public static final String FORMAT = "META";

  /** The version written. */
  public static final int VERSION = 2;

  private static final int OLDEST_VERSION = 1;

  private static final int SUBTASK = 1;

  private MetadataFormat() {}

  /** What a list of checkpoints remembers of a written file. */
  record Written(long length, int checksum, UUID fileId) {}

  /**
   * Writes a file.
   *
   * @param out where to, from its beginning; neither synced nor closed
   * @param metadata what it holds
   * @param fileId the file's identity, not used before
   * @throws IOException if the stream fails
   */
  static Written write(OutputStream out, CheckpointMetadata metadata, UUID fileId)
      throws IOException {
    FileIdentity identity = new FileIdentity(FORMAT, VERSION, fileId);
    ByteWriter bytes = new ByteWriter(1 << 10);
    try (BlockWriter blocks = new BlockWriter(out, identity, Compression.NONE)) {
      for (int i = 0; i < metadata.operators().size(); i++) {
        for (SubtaskState subtask : metadata.operators().get(i).subtasks()) {
          writeSubtask(bytes.reset(), subtask);
          blocks.write(SUBTASK, i, bytes.view());
        }
      }
      writeFooter(bytes.reset(), metadata);
      blocks.finish(bytes.view());
      return new Written(blocks.length(), blocks.checksum(), fileId);
    }
  }

  /**
   * Reads a file. Memory: the metadata, inline streams included, and one block; never more than a
   * small multiple of the file.
   *
   * @param in the file, closed by this call
   * @return what it holds
   * @throws ForeignFileException if it is no metadata
   * @throws FormatVersionException if it is of another version
   * @throws CorruptionException if it is damaged
   * @throws IOException if the storage fails
   */
  public static CheckpointMetadata read(FileInput in) throws IOException {
    return read(in, null);
  }

  /** Reads a file, which must be the one that was written then, if that is not null. */
  static CheckpointMetadata read(FileInput in, Written written) throws IOException {
    UUID fileId = written == null ? null : written.fileId;
    long length = written == null ? -1 : written.length;
    try (BlockReader blocks =
        BlockReader.open(in, FORMAT, OLDEST_VERSION, VERSION, fileId, length)) {
      // Else a small file could hold much more than there is memory.
      expect(in, "compression none", "compression " + blocks.compression());
      if (written != null) {
        expect(in, "checksum " + written.checksum, "checksum " + BlockReader.checksum(in));
      }
      return read(in.name(), blocks);
    }
  }

  static void expect(FileInput in, String expected, String actual) {
    if (!expected.equals(actual)) {
      throw new CorruptionException(in.name(), -1, expected, actual);
    }
  }

  private static CheckpointMetadata read(String resource, BlockReader blocks) throws IOException {
    try {
      ByteReader footer = new ByteReader().set(blocks.footer());
      JobIdentity job = readJob(footer);
      long checkpointId = footer.readVarLong();
      long timestampMillis = footer.readLong();
      SnapshotType type = SnapshotType.ofCode(footer.readUnsignedByte());
      long attempt = footer.readVarLong();
      if (type == null) {
        throw new MalformedDataException("a snapshot of unknown type");
      }
      List<OperatorSnapshot> operators = new ArrayList<>();
      int count = footer.readCount(3);
      for (int i = 0; i < count; i++) {
        String id = footer.readName();
        int parallelism = footer.readVarInt();
        int maxParallelism = footer.readVarInt();
        List<SubtaskState> subtasks = readSubtasks(blocks, i, parallelism);
        operators.add(new OperatorSnapshot(id, parallelism, maxParallelism, subtasks));
      }
      footer.expectEnd();
      if (blocks.next() != null) {
        throw new MalformedDataException("a block beyond the last subtask");
      }
      return new CheckpointMetadata(job, checkpointId, timestampMillis, type, attempt, operators);
    } catch (MalformedDataException | IllegalArgumentException e) {
      throw new CorruptionException(resource, -1, "valid metadata", e.getMessage(), e);
    }
  }

  private static List<SubtaskState> readSubtasks(BlockReader blocks, int operator, int parallelism)
      throws IOException {
    List<SubtaskState> subtasks = new ArrayList<>();
    for (int left = parallelism; left > 0; left--) {
      BlockReader.Block block = blocks.next();
      if (block == null || block.type() != SUBTASK || block.scope() != operator) {
        throw new MalformedDataException(
            "no state of subtask " + subtasks.size() + " of operator number " + operator);
      }
      subtasks.add(readSubtask(block.payload(), blocks.version()));
    }
    return subtasks;
  }

  private static void writeFooter(ByteWriter out, CheckpointMetadata metadata) {
    writeJob(out, metadata.job());
    out.writeVarLong(metadata.checkpointId());
    out.writeLong(metadata.timestampMillis());
    out.writeByte(metadata.type().code());
    out.writeVarLong(metadata.attempt());
    out.writeVarInt(metadata.operators().size());
    for (OperatorSnapshot operator : metadata.operators()) {
      out.writeText(operator.operatorId());
      out.writeVarInt(operator.parallelism());
      out.writeVarInt(operator.maxParallelism());
    }
  }

  private static void writeSubtask(ByteWriter out, SubtaskState subtask) {
    out.writeVarInt(subtask.keyed().size());
    subtask.keyed().forEach(handle -> handle.write(out));
    out.writeVarInt(subtask.operator().size());
    subtask.operator().forEach(handle -> handle.write(out));
  }

  private static SubtaskState readSubtask(ByteView payload, int version) {
    ByteReader in = new ByteReader().set(payload);
    List<KeyedStateHandle> keyed = new ArrayList<>();
    for (int left = in.readCount(24); left > 0; left--) {
      keyed.add(version == 1 ? KeyedStateHandle.readContainer(in) : KeyedStateHandle.read(in));
    }
    List<OperatorStateHandle> operator = new ArrayList<>();
    for (int left = in.readCount(23); left > 0; left--) {
      operator.add(OperatorStateHandle.read(in));
    }
    in.expectEnd();
    return new SubtaskState(keyed, operator);
  }

  static void writeJob(ByteWriter out, JobIdentity job) {
    out.writeText(job.name());
    writeId(out, job.id());
  }

  static JobIdentity readJob(ByteReader in) {
    return new JobIdentity(in.readName(), readId(in));
  }

  static void writeId(ByteWriter out, UUID id) {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  static UUID readId(ByteReader in) {
    return new UUID(in.readLong(), in.readLong());
  }
}
