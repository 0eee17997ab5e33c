package io.streambed.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.bytes.Names;

/**
 * Where a container comes from, kept in it for people and for errors.
 *
 * @param job the job's name
 * @param operatorId the operator's id
 * @param subtask the subtask's index, from 0
 * @param checkpointId the checkpoint's id
 */
public record SnapshotOrigin(String job, String operatorId, int subtask, long checkpointId) {
  /** Checks the parts. */
  public SnapshotOrigin {
    Names.check("job", job);
    Names.check("operator", operatorId);
  }

  /**
   * Appends this: {@code job:text operatorId:text subtask:varint checkpointId:varlong}.
   *
   * @param out where to append
   */
  public void write(ByteWriter out) {
    out.writeText(job);
    out.writeText(operatorId);
    out.writeVarInt(subtask);
    out.writeVarLong(checkpointId);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param in positioned at its first byte
   * @return the origin
   * @throws io.streambed.error.MalformedDataException if the bytes do not follow the grammar
   */
  public static SnapshotOrigin read(ByteReader in) {
    return new SnapshotOrigin(in.readName(), in.readName(), in.readVarInt(), in.readVarLong());
  }
}
