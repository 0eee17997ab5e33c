package io.streambed.checkpoint;

import io.streambed.snapshot.StreamHandle.Shared;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Which checkpoints of a job refer to which shared files, and so when a file may go. A pure state
 * machine: it opens and deletes nothing, but answers each event with the files that nobody refers
 * to from then on.
 *
 * <pre>
 * begin -> pending --confirm--> complete --subsume--> gone
 *             |                     ^
 *             +------abort--> gone  +-- restored
 * </pre>
 *
 * <p>A pending checkpoint holds what it uploaded and what it was allowed to reuse; a complete one
 * what its metadata refers to. A file is reused only from a complete checkpoint: what a pending one
 * uploaded goes with it if it is aborted. References are not counted but looked for, among the few
 * checkpoints there are, so that no count can be wrong.
 *
 * <p>Ids of checkpoints ascend. Of one that has ended nothing is remembered: what comes late for it
 * refers to nothing.
 *
 * <p>Threading: one thread at a time. Cost: each call looks at each file it concerns once for each
 * pending and complete checkpoint.
 */
public final class SharedFileRegistry {
  private final Map<Long, Map<UUID, Shared>> pending = new HashMap<>();
  private final Map<Long, Map<UUID, Shared>> complete = new HashMap<>();
  private long last;

  /** Knows no checkpoint. */
  public SharedFileRegistry() {}

  /** A copy, to go on from one state in several ways. */
  SharedFileRegistry(SharedFileRegistry other) {
    other.pending.forEach((id, files) -> pending.put(id, new LinkedHashMap<>(files)));
    complete.putAll(other.complete);
    last = other.last;
  }

  /**
   * A complete checkpoint that was there before.
   *
   * @param checkpoint its id, of no checkpoint known
   * @param files what it refers to
   * @throws IllegalArgumentException if the id is known
   */
  public void restored(long checkpoint, Collection<Shared> files) {
    if (pending.containsKey(checkpoint) || complete.containsKey(checkpoint)) {
      throw new IllegalArgumentException("checkpoint " + checkpoint + " is restored twice");
    }
    last = Math.max(last, checkpoint);
    complete.put(checkpoint, byId(files));
  }

  /**
   * A checkpoint begins; it refers to nothing yet.
   *
   * @param checkpoint its id, greater than every one before
   * @throws IllegalArgumentException if the id does not ascend
   */
  public void begin(long checkpoint) {
    if (checkpoint <= last) {
      throw new IllegalArgumentException(
          "checkpoint " + checkpoint + " begins after " + last + ": ids ascend");
    }
    last = checkpoint;
    pending.put(checkpoint, new LinkedHashMap<>());
  }

  /**
   * A file was uploaded.
   *
   * @param checkpoint the one that uploaded it
   * @param file the file, of an id never registered before
   * @return the file itself if the checkpoint has ended meanwhile, otherwise nothing
   * @throws IllegalArgumentException if the file is known, or the checkpoint has not begun
   */
  public List<Shared> register(long checkpoint, Shared file) {
    checkBegun(checkpoint);
    if (isReferred(file.fileId())) {
      throw new IllegalArgumentException(
          "shared file " + file.fileId() + " is registered twice: an id is used once");
    }
    Map<UUID, Shared> held = pending.get(checkpoint);
    if (held == null) {
      return List.of(file);
    }
    held.put(file.fileId(), file);
    return List.of();
  }

  /**
   * A checkpoint asks to refer to a file instead of uploading it.
   *
   * @param checkpoint the one that asks
   * @param file the file
   * @return true if a complete checkpoint refers to exactly this file; it is then held for the one
   *     that asks. False too if that one has ended, or holds another file of this id
   * @throws IllegalArgumentException if the checkpoint has not begun
   */
  public boolean reuse(long checkpoint, Shared file) {
    checkBegun(checkpoint);
    Map<UUID, Shared> held = pending.get(checkpoint);
    if (held == null
        || complete.values().stream().noneMatch(files -> file.equals(files.get(file.fileId())))) {
      return false;
    }
    // One id stands for one content: another one of that id would not be what is referred to.
    Shared before = held.putIfAbsent(file.fileId(), file);
    return before == null || before.equals(file);
  }

  /**
   * A pending checkpoint became complete.
   *
   * @param checkpoint its id
   * @param referenced what its metadata refers to: files that it uploaded or was allowed to reuse
   * @return files to delete: what it uploaded or held without need
   * @throws IllegalStateException if it is not pending
   * @throws IllegalArgumentException if it does not hold a file; nothing is changed then
   */
  public List<Shared> confirm(long checkpoint, Collection<Shared> referenced) {
    Map<UUID, Shared> held = pending.get(checkpoint);
    if (held == null) {
      throw new IllegalStateException("checkpoint " + checkpoint + " is complete but not pending");
    }
    for (Shared file : referenced) {
      if (!file.equals(held.get(file.fileId()))) {
        throw new IllegalArgumentException(
            "checkpoint " + checkpoint + " refers to " + file + ", which it does not hold");
      }
    }
    pending.remove(checkpoint);
    complete.put(checkpoint, byId(referenced));
    return unreferred(held);
  }

  /**
   * A checkpoint is given up.
   *
   * @param checkpoint its id
   * @return files to delete; nothing if it has ended or is complete
   * @throws IllegalArgumentException if it has not begun
   */
  public List<Shared> abort(long checkpoint) {
    checkBegun(checkpoint);
    Map<UUID, Shared> held = pending.remove(checkpoint);
    return held == null ? List.of() : unreferred(held);
  }

  /**
   * A complete checkpoint is no longer kept.
   *
   * @param checkpoint its id
   * @return files to delete; nothing if it was subsumed or aborted before
   * @throws IllegalStateException if it is pending
   * @throws IllegalArgumentException if it has not begun
   */
  public List<Shared> subsume(long checkpoint) {
    checkBegun(checkpoint);
    if (pending.containsKey(checkpoint)) {
      throw new IllegalStateException(
          "checkpoint " + checkpoint + " is pending: it can be aborted, not subsumed");
    }
    Map<UUID, Shared> files = complete.remove(checkpoint);
    return files == null ? List.of() : unreferred(files);
  }

  /** Whether a pending or complete checkpoint refers to it. */
  boolean isReferred(UUID fileId) {
    return Stream.concat(pending.values().stream(), complete.values().stream())
        .anyMatch(files -> files.containsKey(fileId));
  }

  private List<Shared> unreferred(Map<UUID, Shared> files) {
    return files.values().stream().filter(file -> !isReferred(file.fileId())).toList();
  }

  private static Map<UUID, Shared> byId(Collection<Shared> files) {
    Map<UUID, Shared> byId = new LinkedHashMap<>();
    files.forEach(file -> byId.put(file.fileId(), file));
    return byId;
  }

  private void checkBegun(long checkpoint) {
    if (checkpoint > last) {
      throw new IllegalArgumentException("checkpoint " + checkpoint + " has not begun");
    }
  }
}
