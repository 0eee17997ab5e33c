package io.streambed.heap;

import io.streambed.error.InvariantViolationException;
import java.util.Arrays;

/**
 * A hash table of one or more groups that grows by splitting one small segment at a time, and
 * shrinks by joining two (extendible hashing). A flat directory points to the segments: its index
 * is the group, then the hash's upper {@code depth} bits; several slots in a row share a segment
 * that has not been split as deep. A group starts with an empty segment that all of them share and
 * that counts as frozen, so that its first write replaces it.
 *
 * <p>Memory follows the entries: after each removal that leaves few of them, two halves of what was
 * split are joined, a segment is halved, or the directory is. Each such step leaves room, so that
 * its cost is paid by the removals and insertions before the next one. Slots are at most twice
 * those of a table in which only the entries that are left were ever put, as far as hashes are
 * spread.
 *
 * <p>After {@link #copy} the two share the directory until either changes it, and the segments
 * until each is first written in a later epoch: one is for a frozen view, the other for the owner.
 *
 * <p>Cost: one directory look-up and one probe. The longest pause is a split, join or copy of one
 * segment, or a copy, doubling or halving of the directory, a few bytes for each five hundred
 * entries that there were. Segments stay below {@link Segment#MAX_CAPACITY} where groups and hashes
 * are spread; where they are not, or while groups are filled one after the other as a restore does
 * it, segments grow instead of the directory, and become smaller when they are split.
 */
final class SegmentedHash {
  /** Beyond this depth a segment grows instead of splitting. */
  private static final int MAX_DEPTH = 24;

  /** The directory doubles only if there are so many entries for each of its slots. */
  private static final int MIN_ENTRIES_PER_SLOT = 16;

  /** The directory is halved if there are fewer entries than this for each of its slots. */
  private static final int FEW_ENTRIES_PER_SLOT = 4;

  /** A segment with more entries is looked at after each so many removals only. */
  private static final int REMOVALS_BETWEEN_LOOKS = 16;

  /** Before all epochs: never to be written in place. */
  private static final int NEVER = -1;

  final int epoch;
  final Layout layout;

  /** What all groups without entries share. */
  private final Segment empty;

  private Segment[] directory;
  private boolean directoryShared;
  private int depth;
  private long size;

  SegmentedHash(Layout layout, int epoch, int groups) {
    this.layout = layout;
    this.epoch = epoch;
    this.directory = new Segment[groups];
    this.empty = new Segment(layout, 0, NEVER, Segment.MIN_CAPACITY);
    Arrays.fill(directory, empty);
  }

  private SegmentedHash(SegmentedHash other, int epoch) {
    this.layout = other.layout;
    this.epoch = epoch;
    this.empty = other.empty;
    this.directory = other.directory;
    this.directoryShared = true;
    this.depth = other.depth;
    this.size = other.size;
  }

  /** The same contents; one of the two goes on being written. */
  SegmentedHash copy(int newEpoch) {
    directoryShared = true;
    return new SegmentedHash(this, newEpoch);
  }

  long size() {
    return size;
  }

  int groups() {
    return directory.length >>> depth;
  }

  private int index(int group, int hash) {
    // For depth 0 the shift of 32 would be one of 0; the first shift makes it one of 31.
    return (group << depth) | ((hash >>> 1) >>> (31 - depth));
  }

  Segment segment(int group, int hash) {
    return directory[index(group, hash)];
  }

  /** The hash's segment, copied first if a frozen view may hold it. */
  Segment writableSegment(int group, int hash, Epochs epochs) {
    return writable(segment(group, hash), group, hash, epochs);
  }

  /** A segment that was found for the hash, copied first if a frozen view may hold it. */
  Segment writable(Segment segment, int group, int hash, Epochs epochs) {
    return segment.epoch > epochs.maxFrozen ? segment : copied(segment, group, hash, epochs);
  }

  private Segment copied(Segment segment, int group, int hash, Epochs epochs) {
    Segment copy = new Segment(segment, epochs.current());
    replace(group, hash, copy);
    return copy;
  }

  /** Makes room for one more entry with this hash, and gives its segment. */
  Segment segmentWithRoom(int group, int hash, Epochs epochs) {
    Segment segment = segment(group, hash);
    if (!segment.full()) {
      return writable(segment, group, hash, epochs);
    }
    do {
      if (segment.capacity() < Segment.MAX_CAPACITY || !maySplit(segment)) {
        segment = segment.resized(epochs.current(), 2 * segment.capacity());
        replace(group, hash, segment);
      } else {
        if (segment.depth == depth) {
          doubleDirectory();
        }
        int bit = 1 << (31 - segment.depth);
        Segment[] halves = segment.split(epochs.current());
        replace(group, hash & ~bit, halves[0]);
        replace(group, hash | bit, halves[1]);
        segment = segment(group, hash);
      }
    } while (segment.full());
    return segment;
  }

  private boolean maySplit(Segment segment) {
    return segment.depth < depth
        || depth < MAX_DEPTH && directory.length <= size / MIN_ENTRIES_PER_SLOT;
  }

  /** Lets go of all entries at once. */
  void clear() {
    directory = new Segment[groups()];
    Arrays.fill(directory, empty);
    directoryShared = false;
    depth = 0;
    size = 0;
  }

  /** Counts an entry added to one of the segments. */
  void added() {
    size++;
  }

  /**
   * Removes the entry in a slot of the hash's segment, and gives memory back if there are few left:
   * no segment that was found before is good any more.
   */
  void remove(Segment found, int slot, int group, int hash, Epochs epochs) {
    Segment segment = writable(found, group, hash, epochs);
    segment.remove(slot);
    size--;
    int left = segment.size;
    if (left < REMOVALS_BETWEEN_LOOKS || left % REMOVALS_BETWEEN_LOOKS == 0) {
      shrink(group, hash, epochs);
    }
  }

  /**
   * Removes what is older than a time from the hash's segment, and gives memory back.
   *
   * @return whether there was such an entry: then no segment that was found before is good any more
   */
  boolean sweep(int group, int hash, long oldestLive, Epochs epochs) {
    Segment found = segment(group, hash);
    if (!found.hasOlder(oldestLive)) {
      return false;
    }
    Segment segment = writable(found, group, hash, epochs);
    size -= segment.size;
    segment.removeOlder(oldestLive);
    size += segment.size;
    shrink(group, hash, epochs);
    return true;
  }

  private void shrink(int group, int hash, Epochs epochs) {
    Segment segment = segment(group, hash);
    while (segment.depth > 0) {
      Segment buddy = segment(group, hash ^ 1 << (32 - segment.depth));
      if (buddy.depth > segment.depth || !segment.fitsWith(buddy)) {
        break;
      }
      segment = segment.joined(buddy, epochs.current());
      replace(group, hash, segment);
    }
    if (segment.size == 0 && segment.depth == 0) {
      replace(group, hash, empty);
    } else if (segment.sparse()) {
      replace(group, hash, segment.smaller(epochs.current()));
    }
    while (depth > 0 && directory.length > size / FEW_ENTRIES_PER_SLOT) {
      halveDirectory(epochs.current());
    }
  }

  /** Joins the segments that differ in the last bit of the directory, be they small or not. */
  private void halveDirectory(int currentEpoch) {
    Segment[] halved = new Segment[directory.length / 2];
    for (int i = 0; i < halved.length; i++) {
      Segment low = directory[2 * i];
      Segment high = directory[2 * i + 1];
      halved[i] = low == high ? low : low.joined(high, currentEpoch);
    }
    directory = halved;
    directoryShared = false;
    depth--;
  }

  private void doubleDirectory() {
    Segment[] doubled = new Segment[2 * directory.length];
    for (int i = 0; i < directory.length; i++) {
      doubled[2 * i] = directory[i];
      doubled[2 * i + 1] = directory[i];
    }
    directory = doubled;
    directoryShared = false;
    depth++;
  }

  /** Points all directory slots of the group and the hash's upper bits to a segment. */
  private void replace(int group, int hash, Segment segment) {
    if (directoryShared) {
      directory = directory.clone();
      directoryShared = false;
    }
    int count = 1 << (depth - segment.depth);
    int first = index(group, hash) & -count;
    Arrays.fill(directory, first, first + count, segment);
  }

  /**
   * The end of the hash range that a segment covers, for walks over a group in the order of hashes.
   *
   * @param position a hash taken as unsigned
   * @return the first position behind the segment of that hash, 2^32 after the last
   */
  long nextPosition(int group, long position) {
    long width = 1L << (32 - segment(group, (int) position).depth);
    return (position & -width) + width;
  }

  /**
   * The number of slots in all segments, for tests of what is kept. A slot of the directory is a
   * reference, and counted as a fourth of one.
   */
  long capacity() {
    long slots = directory.length / 4;
    for (int group = 0; group < groups(); group++) {
      for (long at = 0; at < 1L << 32; at = nextPosition(group, at)) {
        Segment segment = segment(group, (int) at);
        slots += segment == empty ? 0 : segment.capacity();
      }
    }
    return slots;
  }

  /** A walk over one group; the hash must not change during it. */
  Slots slots(int group) {
    return new Slots(group);
  }

  /** Walks over the entries of one group in the order of segments. */
  final class Slots {
    private final int group;
    private long position;

    /** Where the walk is. */
    Segment segment;

    int slot;

    private Slots(int group) {
      this.group = group;
    }

    /** Moves to the next entry; false at the end. */
    boolean advance() {
      slot++;
      while (true) {
        if (segment != null) {
          for (; slot <= segment.mask; slot++) {
            if (segment.occupied(slot)) {
              return true;
            }
          }
        }
        if (position >= 1L << 32) {
          return false;
        }
        segment = segment(group, (int) position);
        position = nextPosition(group, position);
        slot = 0;
      }
    }
  }

  /** Fails if an invariant is broken. */
  void checkInvariants() {
    long count = 0;
    for (int group = 0; group < groups(); group++) {
      for (long at = 0; at < 1L << 32; at = nextPosition(group, at)) {
        Segment segment = segment(group, (int) at);
        segment.checkInvariants();
        if (segment.epoch == NEVER && segment.size > 0) {
          throw new InvariantViolationException("the segment of empty groups has entries");
        }
        count += segment.size;
      }
      for (Slots slots = slots(group); slots.advance(); ) {
        if (segment(group, slots.segment.hash(slots.slot)) != slots.segment) {
          throw new InvariantViolationException("an entry lies in a foreign segment");
        }
      }
    }
    if (count != size) {
      throw new InvariantViolationException(count + " entries, size " + size);
    }
  }
}
