package io.streambed.flink.snapshot;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.flink.runtime.checkpoint.filemerging.FileMergingSnapshotManager;
import org.apache.flink.runtime.state.PlaceholderStreamStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;

/**
 * The shared files of one subtask's checkpoints, and which of them a new checkpoint may refer to:
 * those that the JobManager is sure to keep until the new one has arrived there.
 *
 * <p>The JobManager deletes a file as soon as no retained checkpoint refers to it. It may have
 * completed checkpoints that this subtask has not been told of yet, and may complete others while
 * the new one is being written. So a file must be in the last checkpoint whose completion was
 * notified, and in each one that was begun after that and not given up. One that is still being
 * written counts as having no file. An unconfirmed checkpoint alone is not enough: if it is
 * aborted, Flink deletes what it wrote.
 *
 * <p>A file that is referred to is kept here, and handed to the JobManager, as a placeholder. It
 * stands for the handle that the JobManager has. With a handle of its own, a checkpoint that is
 * given up before it is registered would delete the file.
 *
 * <p>Threading: any thread.
 */
public final class ReusableFiles {
  /** The files of each checkpoint, by their identity: the confirmed one and those after it. */
  private final NavigableMap<Long, Map<UUID, PlaceholderStreamStateHandle>> checkpoints =
      new TreeMap<>();

  /** The last one that is known to be complete, or -1. */
  private long confirmed = -1;

  /** Those of a subtask that was not restored from files. */
  public ReusableFiles() {}

  /** A file of a checkpoint that this subtask was restored from. */
  synchronized void restored(long checkpointId, UUID fileId, StreamStateHandle handle) {
    checkpoints
        .computeIfAbsent(checkpointId, id -> new HashMap<>())
        .put(fileId, placeholder(handle));
    confirmed = Math.max(confirmed, checkpointId);
  }

  private static PlaceholderStreamStateHandle placeholder(StreamStateHandle handle) {
    return new PlaceholderStreamStateHandle(
        handle.getStreamStateHandleID(),
        handle.getStateSize(),
        FileMergingSnapshotManager.isFileMergingHandle(handle));
  }

  /** A checkpoint begins; ids ascend. Until it ends or is confirmed it limits later ones. */
  synchronized void begin(long checkpointId) {
    checkpoints.put(checkpointId, new HashMap<>());
  }

  /**
   * A checkpoint is written as a whole. Until then it has no file on which a later one may count.
   *
   * @param named all shared files that its handle names, by their identity
   */
  synchronized void written(long checkpointId, Map<UUID, StreamStateHandle> named) {
    Map<UUID, PlaceholderStreamStateHandle> own = checkpoints.get(checkpointId);
    if (own != null) {
      named.forEach((fileId, handle) -> own.put(fileId, placeholder(handle)));
    }
  }

  /**
   * Lets a checkpoint refer to a file of an earlier one, if the JobManager is sure to keep it.
   *
   * @param accepted asked last
   * @return what to hand to the JobManager, or null if the file has to be written anew
   */
  synchronized PlaceholderStreamStateHandle reuse(
      long checkpointId, UUID fileId, Predicate<StreamStateHandle> accepted) {
    if (!checkpoints.containsKey(checkpointId)
        || confirmed >= checkpointId
        || !checkpoints.containsKey(confirmed)) {
      return null;
    }
    for (var files : checkpoints.subMap(confirmed, true, checkpointId, false).values()) {
      if (!files.containsKey(fileId)) {
        return null;
      }
    }
    PlaceholderStreamStateHandle kept = checkpoints.get(confirmed).get(fileId);
    return accepted.test(kept) ? kept : null;
  }

  /**
   * A checkpoint is complete. Ids that are unknown here are passed over: those of savepoints, and
   * of checkpoints that a later one has subsumed.
   */
  synchronized void complete(long checkpointId) {
    if (checkpoints.containsKey(checkpointId)) {
      confirmed = checkpointId;
      checkpoints.headMap(checkpointId).clear();
    }
  }

  /** A checkpoint was given up, here or at the JobManager; nothing happens if it is complete. */
  synchronized void forget(long checkpointId) {
    if (checkpointId != confirmed) {
      checkpoints.remove(checkpointId);
    }
  }

  /** How many checkpoints are remembered. */
  synchronized int size() {
    return checkpoints.size();
  }
}
