package io.streambed.localcopy;

import io.streambed.localcopy.LocalCopy.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Which copies there are, which checkpoints need them, and how much they take. It touches no disk:
 * the caller deletes the copies that a method returns, and then tells whether that succeeded.
 *
 * <p>Invariant: no copy begins or grows while all copies, those that are not deleted yet included,
 * would have more bytes than the limit.
 *
 * <p>Threading: any thread.
 */
final class CopyLedger {
  private final long maxBytes;
  private final Map<UUID, LocalCopy> copies = new HashMap<>();

  /** The size of all copies. */
  private long bytes;

  private boolean closed;

  CopyLedger(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Adds a copy that an earlier process has left. As far as is known no checkpoint needs it. */
  synchronized void addFound(UUID fileId, long length) {
    LocalCopy copy = new LocalCopy(fileId, false);
    copy.bytes = length;
    copy.phase = Phase.COMPLETE;
    copies.put(fileId, copy);
    bytes += length;
  }

  /**
   * Begins the copy of a stream.
   *
   * @return the copy, which the caller writes and then marks as complete; null if there is none to
   *     make: it is there already, and is kept for this checkpoint too, or the checkpoint has ended
   */
  synchronized LocalCopy begin(CopyingWriter checkpoint, UUID fileId, boolean shared) {
    if (closed || checkpoint.ended) {
      return null;
    }
    if (copies.containsKey(fileId)) {
      keep(checkpoint, fileId);
      return null;
    }
    LocalCopy copy = new LocalCopy(fileId, shared);
    copy.checkpoints.add(checkpoint.checkpointId());
    copies.put(fileId, copy);
    return copy;
  }

  /** Keeps a copy for one more checkpoint, if there is one. */
  synchronized void keep(CopyingWriter checkpoint, UUID fileId) {
    LocalCopy copy = copies.get(fileId);
    if (copy != null && !checkpoint.ended) {
      copy.checkpoints.add(checkpoint.checkpointId());
    }
  }

  /** Whether all copies would take more than the limit if they grew by so many bytes. */
  synchronized boolean isFull(long more) {
    return more > maxBytes - bytes;
  }

  /** Whether the copy may grow by so many bytes; they are counted if so. */
  synchronized boolean grow(LocalCopy copy, long more) {
    if (!isBeingWritten(copy) || isFull(more)) {
      return false;
    }
    copy.bytes += more;
    bytes += more;
    return true;
  }

  /** Whether a copy is to be written on: nobody has removed it. */
  synchronized boolean isBeingWritten(LocalCopy copy) {
    return !closed && copy.phase == Phase.BEING_WRITTEN && copies.get(copy.fileId) == copy;
  }

  /** All of a copy is written; this changes nothing if the copy was removed meanwhile. */
  synchronized void markComplete(LocalCopy copy) {
    if (copy.phase == Phase.BEING_WRITTEN) {
      copy.phase = Phase.COMPLETE;
    }
  }

  /** Whether there is a complete copy of a stream. */
  synchronized boolean has(UUID fileId) {
    LocalCopy copy = copies.get(fileId);
    return copy != null && copy.phase == Phase.COMPLETE;
  }

  /**
   * Keeps the copies of one checkpoint only, and of those no more than the limit allows. Nothing is
   * being written yet.
   */
  synchronized List<LocalCopy> retainOnly(long checkpointId, Set<UUID> needed) {
    copies.values().forEach(copy -> copy.checkpoints.clear());
    note(checkpointId, needed);
    List<LocalCopy> removed = remove(copy -> copy.checkpoints.isEmpty());
    long[] kept = {0};
    removed.addAll(
        remove(
            copy -> {
              if (copy.bytes > maxBytes - kept[0]) {
                return true;
              }
              kept[0] += copy.bytes;
              return false;
            }));
    return removed;
  }

  /** A checkpoint is complete, and none before it is needed any more. */
  synchronized List<LocalCopy> completed(CopyingWriter checkpoint, Set<UUID> needed) {
    checkpoint.ended = true;
    long completed = checkpoint.checkpointId();
    copies.values().forEach(copy -> copy.checkpoints.removeIf(id -> id <= completed));
    note(completed, needed);
    return remove(copy -> copy.phase == Phase.UNDELETED || copy.checkpoints.isEmpty());
  }

  /**
   * A checkpoint will not be complete. Its copies of shared files stay until another one is: that
   * may refer to them.
   */
  synchronized List<LocalCopy> givenUp(CopyingWriter checkpoint) {
    checkpoint.ended = true;
    return remove(
        copy ->
            !copy.shared
                && copy.checkpoints.remove(checkpoint.checkpointId())
                && copy.checkpoints.isEmpty());
  }

  private void note(long checkpointId, Set<UUID> needed) {
    for (UUID fileId : needed) {
      LocalCopy copy = copies.get(fileId);
      if (copy != null) {
        copy.checkpoints.add(checkpointId);
      }
    }
  }

  /**
   * Gives the copies that are to be deleted now. Their bytes count until that was done. None once
   * this is closed, since another process may have them by then.
   */
  synchronized List<LocalCopy> remove(Predicate<LocalCopy> which) {
    List<LocalCopy> removed = new ArrayList<>();
    if (!closed) {
      for (LocalCopy copy : copies.values()) {
        if (copy.phase != Phase.BEING_DELETED && which.test(copy)) {
          copy.phase = Phase.BEING_DELETED;
          removed.add(copy);
        }
      }
    }
    return removed;
  }

  /** There is no file of a copy any more: its bytes are free. */
  synchronized void forget(LocalCopy copy) {
    if (copies.remove(copy.fileId, copy)) {
      bytes -= copy.bytes;
    }
  }

  /** As {@link #forget(LocalCopy)}, of the complete copy of a stream, if there is one. */
  synchronized void forgetComplete(UUID fileId) {
    if (has(fileId)) {
      forget(copies.get(fileId));
    }
  }

  /** The file of a copy could not be deleted. */
  synchronized void keepUndeleted(LocalCopy copy) {
    copy.phase = Phase.UNDELETED;
  }

  /** No copy is begun or removed any more; false if that was so already. */
  synchronized boolean close() {
    boolean first = !closed;
    closed = true;
    return first;
  }
}
