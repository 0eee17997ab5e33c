package io.streambed.heap;

import io.streambed.error.InvariantViolationException;
import java.util.Arrays;

/**
 * A hash table that grows by splitting one small segment at a time (extendible hashing): a
 * directory indexed by the hash's upper bits points to segments, several slots to the same one
 * where it has not been split as deep.
 *
 * <p>A frozen view holds this object as it was; the owner works on a copy made at its first write
 * in a later epoch ({@link #copy}). The copy shares the directory until that changes, and the
 * segments until each is first written.
 *
 * <p>Cost: one directory look-up and one probe. The longest pause is a split or copy of one
 * segment, or a doubling of the directory, a few bytes for each thousand entries.
 */
final class SegmentedHash {
  /** Beyond this depth a segment grows instead of splitting. */
  private static final int MAX_DEPTH = 24;

  /**
   * The directory doubles only if there are so many entries for each of its slots. Hashes that are
   * too much alike would make it large for nothing: their segment grows instead.
   */
  private static final int MIN_ENTRIES_PER_SLOT = 64;

  final int epoch;
  final Layout layout;
  private Segment[] directory;
  private boolean directoryShared;
  private int depth;
  private int size;

  SegmentedHash(Layout layout, int epoch, int capacity) {
    this.layout = layout;
    this.epoch = epoch;
    this.directory = new Segment[] {new Segment(layout, 0, epoch, capacity)};
  }

  private SegmentedHash(SegmentedHash other, int epoch) {
    this.layout = other.layout;
    this.epoch = epoch;
    this.directory = other.directory;
    this.directoryShared = true;
    this.depth = other.depth;
    this.size = other.size;
  }

  /** The same contents for the owner to write to in a later epoch. */
  SegmentedHash copy(int newEpoch) {
    return new SegmentedHash(this, newEpoch);
  }

  int size() {
    return size;
  }

  Segment segment(int hash) {
    // For depth 0 the shift of 32 would be one of 0; the first shift keeps the index at 0.
    return directory[(hash >>> 1) >>> (31 - depth)];
  }

  /**
   * The hash's segment, copied first if a frozen view may hold it. This must be writable itself.
   */
  Segment writableSegment(int hash, Epochs epochs) {
    Segment segment = segment(hash);
    if (segment.epoch > epochs.maxFrozen) {
      return segment;
    }
    Segment copy = new Segment(segment, epochs.current());
    replace(hash, segment.depth, copy);
    return copy;
  }

  /** Makes room for one more entry with this hash, and gives its segment. */
  Segment segmentWithRoom(int hash, Epochs epochs) {
    Segment segment = writableSegment(hash, epochs);
    while (segment.full()) {
      if (segment.capacity() < Segment.MAX_CAPACITY || !maySplit(segment)) {
        Segment larger = segment.doubled(layout, epochs.current());
        replace(hash, segment.depth, larger);
        return larger;
      }
      split(segment, hash, epochs.current());
      segment = segment(hash);
    }
    return segment;
  }

  private boolean maySplit(Segment segment) {
    return segment.depth < depth
        || depth < MAX_DEPTH && directory.length <= size / MIN_ENTRIES_PER_SLOT;
  }

  /** Counts an entry added to or removed from one of the segments. */
  void sizeChanged(int difference) {
    size += difference;
  }

  private void split(Segment segment, int hash, int newEpoch) {
    if (segment.depth == depth) {
      doubleDirectory();
    }
    int childDepth = segment.depth + 1;
    Segment low = new Segment(layout, childDepth, newEpoch, segment.capacity());
    Segment high = new Segment(layout, childDepth, newEpoch, segment.capacity());
    int bit = 1 << (31 - segment.depth);
    for (int slot = 0; slot < segment.hashes.length; slot++) {
      int found = segment.hashes[slot];
      if (found != 0) {
        ((found & bit) == 0 ? low : high).adopt(segment, slot);
      }
    }
    replace(hash & ~bit, childDepth, low);
    replace(hash | bit, childDepth, high);
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

  /** Points all directory slots that share the hash's upper bits to a segment. */
  private void replace(int hash, int sharedBits, Segment segment) {
    if (directoryShared) {
      directory = directory.clone();
      directoryShared = false;
    }
    int count = 1 << (depth - sharedBits);
    int first = ((hash >>> 1) >>> (31 - depth)) & -count;
    Arrays.fill(directory, first, first + count, segment);
  }

  /**
   * The end of the hash range that a segment covers, for walks in the order of hashes.
   *
   * @param position a hash taken as unsigned
   * @return the first position behind the segment of that hash, 2^32 after the last
   */
  long nextPosition(long position) {
    int segmentDepth = segment((int) position).depth;
    long width = 1L << (32 - segmentDepth);
    return (position & -width) + width;
  }

  /** What is done at each entry. */
  interface Visitor<X extends Exception> {
    void visit(Segment segment, int slot) throws X;
  }

  <X extends Exception> void forEach(Visitor<X> visitor) throws X {
    for (long position = 0; position < 1L << 32; position = nextPosition(position)) {
      Segment segment = segment((int) position);
      for (int slot = 0; slot < segment.hashes.length; slot++) {
        if (segment.hashes[slot] != 0) {
          visitor.visit(segment, slot);
        }
      }
    }
  }

  /** Fails if an invariant is broken. */
  void checkInvariants() {
    int count = 0;
    for (long position = 0; position < 1L << 32; position = nextPosition(position)) {
      Segment segment = segment((int) position);
      segment.checkInvariants();
      count += segment.size;
      for (int hash : segment.hashes) {
        if (hash != 0 && segment(hash) != segment) {
          throw new InvariantViolationException("hash " + hash + " lies in a foreign segment");
        }
      }
    }
    if (count != size) {
      throw new InvariantViolationException(count + " entries, size " + size);
    }
  }
}
