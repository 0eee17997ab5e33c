package io.streambed.checkpoint;

import io.streambed.snapshot.SharedFiles;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Writes one checkpoint or savepoint into a directory of its own. */
final class FileCheckpointWriter implements CheckpointWriter {
  /** To write so few bytes again costs less than to create and sync a file. */
  private static final int SMALL_BYTES = 4 << 10;

  private final FileClaim claim;
  private final long checkpointId;
  private final SnapshotType type;
  private final Path directory;
  private final StreamLedger ledger;

  FileCheckpointWriter(FileClaim claim, long checkpointId, SnapshotType type, Path directory) {
    this.claim = claim;
    this.checkpointId = checkpointId;
    this.type = type;
    this.directory = directory;
    this.ledger = new StreamLedger("the checkpoint in " + directory);
  }

  @Override
  public long checkpointId() {
    return checkpointId;
  }

  @Override
  public String location() {
    return directory.toString();
  }

  @Override
  public SnapshotOutput create(String purpose) {
    StreamLedger.checkPurpose(purpose);
    UUID fileId = claim.newId();
    Path path = directory.resolve(purpose + "-" + fileId + ".data");
    FileContent content = new FileContent(claim.files(), path, fileId, claim.options());
    return ledger.opened(new CheckpointOutput("the stream of " + path, fileId, content, ledger));
  }

  @Override
  public SharedFiles shared() {
    return type == SnapshotType.SAVEPOINT ? null : new JobFiles();
  }

  /** The files of the job, seen by this checkpoint. */
  private final class JobFiles implements SharedFiles {
    @Override
    public int smallBytes() {
      return Math.min(SMALL_BYTES, claim.options().smallFileThresholdBytes());
    }

    @Override
    public SnapshotOutput create(String purpose) throws IOException {
      StreamLedger.checkPurpose(purpose);
      claim.makeShared();
      UUID fileId = claim.newId();
      SharedDirectory shared = claim.shared();
      SharedContent content =
          new SharedContent(shared, fileId, file -> shared.register(checkpointId, file));
      return ledger.opened(
          new CheckpointOutput("the stream of shared file " + fileId, fileId, content, ledger));
    }

    @Override
    public boolean reuse(StreamHandle.Shared file) {
      boolean allowed = claim.shared().reuse(checkpointId, file);
      if (allowed) {
        ledger.reused(file);
      }
      return allowed;
    }
  }

  @Override
  public CheckpointMetadata commit(
      long timestampMillis, List<OperatorSnapshot> operators, Set<Long> retain) {
    CheckpointMetadata metadata =
        new CheckpointMetadata(
            claim.job(), checkpointId, timestampMillis, type, claim.attempt(), operators);
    claim.commit(this, metadata, retain);
    return metadata;
  }

  @Override
  public void discard() {
    claim.discard(this);
  }

  Path directory() {
    return directory;
  }

  StreamLedger ledger() {
    return ledger;
  }
}
