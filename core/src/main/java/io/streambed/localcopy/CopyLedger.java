package io.streambed.localcopy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Which copies there are, which checkpoints need them, and how much they take. It touches no disk:
 * what a method gives back as removed is forgotten here, and the caller deletes it.
 *
 * <p>Invariant: the copies together never have more bytes than the limit, but for those that were
 * found at the start.
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

  /** An earlier process has left a copy, which no checkpoint needs as far as is known. */
  synchronized void found(UUID fileId, long length) {
    LocalCopy copy = new LocalCopy(fileId, false);
    copy.bytes = length;
    copy.whole = true;
    copies.put(fileId, copy);
    bytes += length;
  }

  /**
   * Begins the copy of a stream.
   *
   * @return what is to be written and then said to be whole; null if there is none to make: it is
   *     there already, and is kept for this checkpoint too, or the checkpoint has ended
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
    if (copies.get(copy.fileId) != copy || isFull(more)) {
      return false;
    }
    copy.bytes += more;
    bytes += more;
    return true;
  }

  synchronized void whole(LocalCopy copy) {
    copy.whole = true;
  }

  /** Whether there is a whole copy of a stream. */
  synchronized boolean has(UUID fileId) {
    LocalCopy copy = copies.get(fileId);
    return copy != null && copy.whole;
  }

  /** Nothing is being written, and only the streams of this checkpoint are needed. */
  synchronized List<LocalCopy> only(long checkpointId, Set<UUID> needed) {
    copies.values().forEach(copy -> copy.checkpoints.clear());
    note(checkpointId, needed);
    return remove(copy -> copy.checkpoints.isEmpty());
  }

  /** A checkpoint is complete, and none before it is needed any more. */
  synchronized List<LocalCopy> completed(CopyingWriter checkpoint, Set<UUID> needed) {
    checkpoint.ended = true;
    long completed = checkpoint.checkpointId();
    copies.values().forEach(copy -> copy.checkpoints.removeIf(id -> id <= completed));
    note(completed, needed);
    return remove(copy -> copy.checkpoints.isEmpty());
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

  /** Forgets copies; none once this is closed, since another process may have them by then. */
  synchronized List<LocalCopy> remove(Predicate<LocalCopy> which) {
    List<LocalCopy> removed = new ArrayList<>();
    if (!closed) {
      for (LocalCopy copy : List.copyOf(copies.values())) {
        if (which.test(copy)) {
          copies.remove(copy.fileId);
          bytes -= copy.bytes;
          removed.add(copy);
        }
      }
    }
    return removed;
  }

  /** No copy is begun or removed any more; false if that was so already. */
  synchronized boolean close() {
    boolean first = !closed;
    closed = true;
    return first;
  }
}
