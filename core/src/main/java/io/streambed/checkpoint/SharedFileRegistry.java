package io.streambed.checkpoint;

import io.streambed.snapshot.StreamHandle.Shared;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Who refers to which shared files of a job, and so when a file may go. A pure state machine: it
 * opens and deletes nothing, but answers each event with the files that nobody refers to from then
 * on.
 *
 * <pre>
 * register -> pending --confirm--> complete --subsume------------------> gone
 *                |                    |  |                                ^
 *                |                    |  +--lease--> leased ---release----+
 *                |                    +--reuse--> pending of another      |
 *                +--abort--> left behind --reuse--> pending of another    |
 *                                 +--a later one completes----------------+
 * stage ----> staged --reuse--> pending of a checkpoint                   |
 *                +--release-----------------------------------------------+
 * </pre>
 *
 * <p>A file may be in several of these states at once, and is gone when it is in none. References
 * are not counted but looked for, among the few that may hold one, so that no count can be wrong:
 *
 * <ul>
 *   <li>a pending checkpoint holds what it uploaded and what it reuses;
 *   <li>a complete checkpoint holds what its metadata refers to;
 *   <li>an aborted checkpoint leaves behind what it held, so that the next attempt does not upload
 *       it again: until a later checkpoint completes, or {@value #ABORTED_KEPT} later ones are
 *       aborted that held files;
 *   <li>a staging holds what a store wrote outside of a checkpoint, until the store releases it;
 *   <li>a lease holds the files of a complete checkpoint for one who reads them, until released.
 * </ul>
 *
 * <p>A file is registered or staged when it is whole. From then on any checkpoint may reuse it,
 * whoever holds it.
 *
 * <p>Ids of checkpoints ascend. What comes late for one that has ended refers to nothing.
 *
 * <p>Threading: one thread at a time. Cost: each call looks at each file it concerns once for each
 * that may hold it.
 */
public final class SharedFileRegistry {
  /** How many aborted checkpoints leave files behind. */
  static final int ABORTED_KEPT = 4;

  private final Map<Long, Map<UUID, Shared>> pending = new HashMap<>();
  private final Map<Long, Map<UUID, Shared>> complete = new HashMap<>();
  private final TreeMap<Long, Map<UUID, Shared>> aborted = new TreeMap<>();

  /** Stagings and leases. */
  private final Map<Long, Map<UUID, Shared>> holds = new HashMap<>();

  private final int abortedKept;
  private long last;
  private long lastComplete;
  private long lastHold;

  /** Knows no checkpoint. */
  public SharedFileRegistry() {
    this(ABORTED_KEPT);
  }

  /** One that keeps what fewer aborted checkpoints leave behind, for tests. */
  SharedFileRegistry(int abortedKept) {
    this.abortedKept = abortedKept;
  }

  /** A copy, to go on from one state in several ways. */
  SharedFileRegistry(SharedFileRegistry other) {
    this(other.abortedKept);
    other.pending.forEach((id, files) -> pending.put(id, new LinkedHashMap<>(files)));
    complete.putAll(other.complete);
    aborted.putAll(other.aborted);
    other.holds.forEach((id, files) -> holds.put(id, new LinkedHashMap<>(files)));
    last = other.last;
    lastComplete = other.lastComplete;
    lastHold = other.lastHold;
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
    lastComplete = Math.max(lastComplete, checkpoint);
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
   * A checkpoint uploaded a file.
   *
   * @param checkpoint the one that uploaded it
   * @param file the file, whole, of an id never registered or staged before
   * @return the file itself if the checkpoint has ended meanwhile, otherwise nothing
   * @throws IllegalArgumentException if the file is known, or the checkpoint has not begun
   */
  public List<Shared> register(long checkpoint, Shared file) {
    checkBegun(checkpoint);
    return add(pending.get(checkpoint), file);
  }

  /**
   * A checkpoint asks to refer to a file instead of uploading it.
   *
   * @param checkpoint the one that asks
   * @param file the file
   * @return true if exactly this file is held by anyone; the one that asks holds it too from then
   *     on. False if nobody holds it, if the one that asks has ended, or if it holds another file
   *     of this id
   * @throws IllegalArgumentException if the checkpoint has not begun
   */
  public boolean reuse(long checkpoint, Shared file) {
    checkBegun(checkpoint);
    Map<UUID, Shared> held = pending.get(checkpoint);
    if (held == null || !isHeld(files -> file.equals(files.get(file.fileId())))) {
      return false;
    }
    // One id stands for one content: another one of that id would not be what is referred to.
    Shared before = held.putIfAbsent(file.fileId(), file);
    return before == null || before.equals(file);
  }

  /**
   * A pending checkpoint became complete. What earlier aborted ones left behind is not kept any
   * longer: whoever wanted it holds it now.
   *
   * @param checkpoint its id
   * @param referenced what its metadata refers to: files that it uploaded or was allowed to reuse
   * @return files to delete: what it held without need, and what was left behind
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
    Map<UUID, Shared> freed = new LinkedHashMap<>(pending.remove(checkpoint));
    complete.put(checkpoint, byId(referenced));
    lastComplete = Math.max(lastComplete, checkpoint);
    Map<Long, Map<UUID, Shared>> earlier = aborted.headMap(checkpoint);
    earlier.values().forEach(freed::putAll);
    earlier.clear();
    return unreferred(freed);
  }

  /**
   * A checkpoint is given up. It leaves behind what it held, unless a later one is complete.
   *
   * @param checkpoint its id
   * @return files to delete: what another one had left behind long ago, or what this one held; none
   *     if it has ended or is complete
   * @throws IllegalArgumentException if it has not begun
   */
  public List<Shared> abort(long checkpoint) {
    checkBegun(checkpoint);
    Map<UUID, Shared> held = pending.remove(checkpoint);
    if (held == null || held.isEmpty()) {
      return List.of();
    }
    if (checkpoint < lastComplete) {
      return unreferred(held);
    }
    aborted.put(checkpoint, held);
    return aborted.size() > abortedKept
        ? unreferred(aborted.pollFirstEntry().getValue())
        : List.of();
  }

  /**
   * A complete checkpoint is no longer kept.
   *
   * @param checkpoint its id
   * @return files to delete; none if it was subsumed or aborted before
   * @throws IllegalStateException if it is pending
   * @throws IllegalArgumentException if it has not begun
   */
  public List<Shared> subsume(long checkpoint) {
    checkBegun(checkpoint);
    if (pending.containsKey(checkpoint)) {
      throw new IllegalStateException(
          "checkpoint " + checkpoint + " is pending: it can be aborted, not subsumed");
    }
    return unreferred(complete.remove(checkpoint));
  }

  /**
   * A store wants to write files outside of a checkpoint.
   *
   * @return the number of its staging, which holds nothing yet
   */
  public long openStaging() {
    holds.put(++lastHold, new LinkedHashMap<>());
    return lastHold;
  }

  /**
   * A store wrote a file outside of a checkpoint.
   *
   * @param staging the number of its staging
   * @param file the file, whole, of an id never registered or staged before
   * @return the file itself if the staging was released meanwhile, otherwise nothing
   * @throws IllegalArgumentException if the file is known, or there was no such staging
   */
  public List<Shared> stage(long staging, Shared file) {
    checkHold(staging);
    return add(holds.get(staging), file);
  }

  /**
   * One who reads a complete checkpoint wants its files to stay.
   *
   * @param checkpoint its id
   * @return the number of the lease; empty if the checkpoint is not complete, or no longer kept
   */
  public OptionalLong lease(long checkpoint) {
    Map<UUID, Shared> files = complete.get(checkpoint);
    if (files == null) {
      return OptionalLong.empty();
    }
    holds.put(++lastHold, new LinkedHashMap<>(files));
    return OptionalLong.of(lastHold);
  }

  /**
   * A staging or a lease lets go of one file.
   *
   * @param hold its number
   * @param file the file
   * @return the file if nobody else holds it; nothing if the staging or lease did not hold it
   * @throws IllegalArgumentException if there was none of this number
   */
  public List<Shared> release(long hold, Shared file) {
    checkHold(hold);
    Map<UUID, Shared> held = holds.get(hold);
    return held != null && held.remove(file.fileId(), file)
        ? unreferred(byId(List.of(file)))
        : List.of();
  }

  /**
   * A staging or a lease ends.
   *
   * @param hold its number
   * @return files to delete; none if it has ended before
   * @throws IllegalArgumentException if there was none of this number
   */
  public List<Shared> release(long hold) {
    checkHold(hold);
    return unreferred(holds.remove(hold));
  }

  /**
   * Nobody writes checkpoints any more: stagings and leases end, and what aborted checkpoints left
   * behind goes.
   *
   * @return files to delete
   */
  public List<Shared> end() {
    Map<UUID, Shared> freed = new LinkedHashMap<>();
    aborted.values().forEach(freed::putAll);
    holds.values().forEach(freed::putAll);
    aborted.clear();
    holds.clear();
    return unreferred(freed);
  }

  /** Whether anyone holds a file of that id. */
  boolean isReferred(UUID fileId) {
    return isHeld(files -> files.containsKey(fileId));
  }

  private boolean isHeld(Predicate<Map<UUID, Shared>> sought) {
    for (Map<Long, Map<UUID, Shared>> holders : List.of(pending, complete, aborted, holds)) {
      for (Map<UUID, Shared> files : holders.values()) {
        if (sought.test(files)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Adds a new file to one that holds; gives it back if that one has ended. */
  private List<Shared> add(Map<UUID, Shared> held, Shared file) {
    if (isReferred(file.fileId())) {
      throw new IllegalArgumentException(
          "shared file " + file.fileId() + " is registered twice: an id is used once");
    }
    if (held == null) {
      return List.of(file);
    }
    held.put(file.fileId(), file);
    return List.of();
  }

  /** Those of the files that nobody holds; null stands for none. */
  private List<Shared> unreferred(Map<UUID, Shared> files) {
    return files == null
        ? List.of()
        : files.values().stream().filter(file -> !isReferred(file.fileId())).toList();
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

  private void checkHold(long hold) {
    if (hold < 1 || hold > lastHold) {
      throw new IllegalArgumentException("there was no staging or lease " + hold);
    }
  }
}
