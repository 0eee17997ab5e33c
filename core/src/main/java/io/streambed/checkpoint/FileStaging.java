package io.streambed.checkpoint;

import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StagedFiles;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.UUID;

/** The files that one store writes outside of a checkpoint, in the job's directory. */
final class FileStaging implements StagedFiles {
  private final FileClaim claim;
  private final long number;
  private final StreamLedger ledger = new StreamLedger("the staging of shared files");

  /**
   * A staging of a claim.
   *
   * @param number that of the registry
   */
  FileStaging(FileClaim claim, long number) {
    this.claim = claim;
    this.number = number;
  }

  @Override
  public SnapshotOutput create(String purpose) throws IOException {
    StreamLedger.checkPurpose(purpose);
    claim.makeShared();
    UUID fileId = claim.newId();
    SharedDirectory shared = claim.shared();
    SharedContent content = new SharedContent(shared, fileId, file -> shared.stage(number, file));
    return ledger.opened(
        new CheckpointOutput("the stream of shared file " + fileId, fileId, content, ledger));
  }

  @Override
  public void release(StreamHandle.Shared file) {
    ledger.forget(file);
    claim.release(() -> claim.shared().release(number, file));
  }

  @Override
  public void close() {
    ledger.discard();
    claim.release(this::end);
  }

  private void end() {
    ledger.closeStreams();
    claim.forget(this);
    claim.shared().release(number);
  }
}
