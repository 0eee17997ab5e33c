package io.streambed.localcopy;

import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.CorruptionException;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of a checkpoint, read from the local copies where those are as they were written, and
 * from the checkpoint's storage otherwise. A copy is read to its end and compared with its handle
 * before anything of it is given out, so that no restore has to be begun anew for a damaged copy.
 * Cost: one more reading of each local file that is not linked.
 *
 * <p>Threading: any thread. Whoever needs a copy that another thread is comparing waits for it.
 */
public final class LocalInputs implements SnapshotInputs {
  private static final Logger LOG = LoggerFactory.getLogger(LocalInputs.class);
  private static final int BUFFER_BYTES = 1 << 18;

  private final LocalCopies copies;
  private final FileSystem files;
  private final OpenedCheckpoint checkpoint;
  private final Map<UUID, Verification> verifications = new ConcurrentHashMap<>();

  LocalInputs(LocalCopies copies, FileSystem files, OpenedCheckpoint checkpoint) {
    this.copies = copies;
    this.files = files;
    this.checkpoint = checkpoint;
  }

  /**
   * From where the state was read that one subtask wrote. Only what lies in files counts; the
   * metadata of the checkpoint holds the rest.
   *
   * @param operatorId the operator
   * @param subtask the subtask that wrote, from 0
   * @param localBytes the size of the files that were read from local copies
   * @param storageBytes the size of those that were read from the checkpoint's storage
   * @param reason why the first of the files read from the storage was not read from its copy;
   *     empty if all were read from local copies
   */
  public record SubtaskSource(
      String operatorId, int subtask, long localBytes, long storageBytes, String reason) {}

  /**
   * From where the state was read so far.
   *
   * @return a new list, of the subtasks some files of which were read
   */
  public List<SubtaskSource> reads() {
    List<SubtaskSource> reads = new ArrayList<>();
    for (OperatorSnapshot operator : checkpoint.metadata().operators()) {
      for (int subtask = 0; subtask < operator.subtasks().size(); subtask++) {
        read(operator.operatorId(), subtask, operator.subtasks().get(subtask), reads);
      }
    }
    return reads;
  }

  private void read(String operatorId, int subtask, SubtaskState state, List<SubtaskSource> into) {
    long localBytes = 0;
    long storageBytes = 0;
    String reason = "";
    boolean any = false;
    for (StreamHandle handle : state.streams().toList()) {
      Verification copy = verifications.get(handle.fileId());
      if (copy == null || copy.outcome == null) {
        continue;
      }
      any = true;
      if (copy.isUsable()) {
        localBytes += handle.length();
      } else {
        storageBytes += handle.length();
        reason = reason.isEmpty() ? copy.outcome : reason;
      }
    }
    if (any) {
      into.add(new SubtaskSource(operatorId, subtask, localBytes, storageBytes, reason));
    }
  }

  @Override
  public FileInput open(StreamHandle handle) throws IOException {
    if (isUsable(handle)) {
      Verification copy = verifications.get(handle.fileId());
      try {
        return new CopyInput(
            files.open(copies.pathOf(handle.fileId())), handle, checkpoint, copy::lose);
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        // A later checkpoint that does not need it is complete by now, or the disk fails.
        copy.lose(e.toString());
      }
    }
    return checkpoint.inputs().open(handle);
  }

  @Override
  public boolean linkVerified(StreamHandle handle, Path target) throws IOException {
    if (!isUsable(handle)) {
      return false;
    }
    try {
      return files.link(copies.pathOf(handle.fileId()), target);
    } catch (IOException e) {
      // The copy is gone or its disk fails. Whoever asks opens the stream next, and is given the
      // storage's.
      return false;
    }
  }

  /** Links the file in the checkpoint's storage; of a sound copy {@link #open} gives the bytes. */
  @Override
  public boolean link(StreamHandle handle, Path target) throws IOException {
    return !isUsable(handle) && checkpoint.inputs().link(handle, target);
  }

  private boolean isUsable(StreamHandle handle) throws IOException {
    if (handle instanceof StreamHandle.Inline) {
      return false;
    }
    return verifications.computeIfAbsent(handle.fileId(), id -> new Verification(handle)).usable();
  }

  /** What was found when a copy was compared with its handle. */
  private final class Verification {
    private static final String USABLE = "";
    private final StreamHandle handle;

    /** Empty if the copy can be used, else why not; null before it was compared. */
    private volatile String outcome;

    Verification(StreamHandle handle) {
      this.handle = handle;
    }

    boolean isUsable() {
      return USABLE.equals(outcome);
    }

    synchronized boolean usable() throws IOException {
      if (outcome == null) {
        outcome = verify();
      }
      return isUsable();
    }

    /** The copy was sound, and cannot be read any more. */
    synchronized void lose(String reason) {
      if (isUsable()) {
        outcome =
            "the local copy "
                + copies.pathOf(handle.fileId())
                + " cannot be read any more: "
                + reason;
      }
    }

    private String verify() throws IOException {
      Path path = copies.pathOf(handle.fileId());
      if (!copies.ledger().has(handle.fileId())) {
        return "there is no local copy " + path;
      }
      String damage;
      try (FileInput in = files.open(path)) {
        damage = compare(in);
      } catch (CorruptionException e) {
        damage = "it became shorter while it was read";
      } catch (NoSuchFileException e) {
        // Somebody has deleted it: the next checkpoint makes it anew if it needs it.
        copies.discard(handle.fileId());
        return "there is no local copy " + path;
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          // The task is being stopped, and nothing is wrong with the disk.
          throw e;
        }
        LOG.warn("The local copy {} cannot be read, and is not used: {}", path, e.toString());
        return "the local copy " + path + " cannot be read: " + e;
      }
      if (damage.isEmpty()) {
        return USABLE;
      }
      LOG.warn(
          "The local copy {} is damaged, or is not of this checkpoint: {}. It is deleted, and {} is"
              + " read instead.",
          path,
          damage,
          checkpoint.location());
      copies.discard(handle.fileId());
      return "the local copy " + path + " is damaged: " + damage;
    }

    private String compare(FileInput in) throws IOException {
      if (in.length() != handle.length()) {
        return "it has " + in.length() + " bytes instead of " + handle.length();
      }
      CRC32C crc = new CRC32C();
      byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(1, in.length()))];
      for (long done = 0; done < handle.length(); ) {
        int part = (int) Math.min(buffer.length, handle.length() - done);
        in.readFully(done, buffer, 0, part);
        crc.update(buffer, 0, part);
        done += part;
      }
      int checksum = (int) crc.getValue();
      return checksum == handle.checksum()
          ? ""
          : "its checksum is "
              + Integer.toHexString(checksum)
              + " instead of "
              + Integer.toHexString(handle.checksum());
    }
  }
}
