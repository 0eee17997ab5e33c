package io.streambed.localcopy;

import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.snapshot.SharedFiles;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Passes a checkpoint on to its storage, and copies its streams to the local disk beside that. */
final class CopyingWriter implements CheckpointWriter {
  private final LocalCopies copies;
  private final CheckpointWriter writer;

  /** Whether it is complete, and cannot be given up any more. */
  private volatile boolean committed;

  /** Whether no copy is begun any more for this checkpoint; guarded by the ledger. */
  boolean ended;

  CopyingWriter(LocalCopies copies, CheckpointWriter writer) {
    this.copies = copies;
    this.writer = writer;
  }

  @Override
  public long checkpointId() {
    return writer.checkpointId();
  }

  @Override
  public String location() {
    return writer.location();
  }

  @Override
  public SnapshotOutput create(String purpose) throws IOException {
    return copied(writer.create(purpose), false);
  }

  private SnapshotOutput copied(SnapshotOutput out, boolean shared) {
    WrittenCopy copy = new WrittenCopy(copies, this, out.fileId(), shared);
    return new CopyingOutput(out, copy, copy::finish);
  }

  @Override
  public SharedFiles shared() {
    SharedFiles shared = writer.shared();
    return shared == null ? null : new CopiedFiles(shared);
  }

  @Override
  public CheckpointMetadata commit(
      long timestampMillis, List<OperatorSnapshot> operators, Set<Long> retain) {
    CheckpointMetadata metadata = writer.commit(timestampMillis, operators, retain);
    committed = true;
    copies.completed(this, metadata);
    return metadata;
  }

  @Override
  public void discard() {
    writer.discard();
    if (!committed) {
      copies.givenUp(this);
    }
  }

  /** The files that checkpoints share. */
  private final class CopiedFiles implements SharedFiles {
    private final SharedFiles shared;

    CopiedFiles(SharedFiles shared) {
      this.shared = shared;
    }

    @Override
    public int smallBytes() {
      return shared.smallBytes();
    }

    @Override
    public SnapshotOutput create(String purpose) throws IOException {
      return copied(shared.create(purpose), true);
    }

    @Override
    public SnapshotOutput create(String purpose, Path source) throws IOException {
      return new CopyingOutput(
          shared.create(purpose, source),
          null,
          handle -> copies.take(CopyingWriter.this, handle, source));
    }

    @Override
    public boolean reuse(StreamHandle.Shared file) {
      boolean may = shared.reuse(file);
      if (may) {
        copies.ledger().keep(CopyingWriter.this, file.fileId());
      }
      return may;
    }

    @Override
    public boolean reuse(StreamHandle.Shared file, Path source) {
      boolean may = shared.reuse(file, source);
      if (may) {
        copies.take(CopyingWriter.this, file, source);
      }
      return may;
    }
  }
}
