package io.streambed.heap;

/**
 * A map that outgrew its dense form. It takes the order of hashes and copies itself by the segment.
 * With half of the entries that fit into a dense map it becomes one again.
 */
final class SegmentedMap extends InnerMap {
  private final SegmentedHash hash;

  /** Where the last look-up or insertion went; used by the owner's thread only. */
  private Segment found;

  private SegmentedMap(SegmentedHash hash) {
    super(hash.epoch);
    this.hash = hash;
  }

  /** The entries of a dense map, whose values are not copied. */
  static SegmentedMap of(DenseMap dense, Layout layout, Epochs epochs) {
    SegmentedMap map = new SegmentedMap(new SegmentedHash(layout, epochs.current(), 1));
    dense.forEach((from, entry) -> map.adopt(from, entry, layout, epochs));
    return map;
  }

  @Override
  SegmentedMap copy(int newEpoch) {
    SegmentedMap copy = new SegmentedMap(hash.copy(newEpoch));
    copy.found = found;
    return copy;
  }

  @Override
  int size() {
    return (int) hash.size();
  }

  @Override
  int find(int keyHash, long bits, Object userKey) {
    Segment segment = hash.segment(0, keyHash);
    found = segment;
    return segment.find(keyHash, bits, userKey, null);
  }

  @Override
  int add(int keyHash, long bits, Object userKey, Epochs epochs) {
    found = hash.segmentWithRoom(0, keyHash, epochs);
    int slot = ~found.find(keyHash, bits, userKey, null);
    found.claim(slot, keyHash, bits, userKey, null);
    hash.added();
    return slot;
  }

  @Override
  boolean makeWritable(int slot, Epochs epochs) {
    if (found.epoch > epochs.maxFrozen) {
      return false;
    }
    found = hash.writableSegment(0, found.hash(slot), epochs);
    return true;
  }

  @Override
  void remove(int slot, Epochs epochs) {
    hash.remove(found, slot, 0, found.hash(slot), epochs);
    // It may have been joined to another.
    found = null;
  }

  @Override
  int hash(int slot) {
    return found.hash(slot);
  }

  /** Whether the entries are so few that the map is to become dense. */
  boolean small() {
    return hash.size() <= DenseMap.MAX_ENTRIES / 2;
  }

  @Override
  long capacity() {
    return hash.capacity();
  }

  @Override
  long word(int slot) {
    return hash.layout.longKeys() ? found.longKey(slot) : found.hash(slot);
  }

  @Override
  Object userKey(int slot) {
    return hash.layout.longKeys() ? null : found.key(slot);
  }

  @Override
  boolean isNull(int slot) {
    return found.isNull(slot);
  }

  @Override
  long longValue(int slot) {
    return found.longValue(slot);
  }

  @Override
  void setLongValue(int slot, long value, boolean isNull) {
    found.setLongValue(slot, value);
    found.setNull(slot, isNull);
  }

  @Override
  Object value(int slot) {
    return found.value(slot);
  }

  @Override
  void setValue(int slot, Object value) {
    found.setValue(slot, value);
  }

  @Override
  int valueEpoch(int slot) {
    return found.valueEpoch(slot);
  }

  @Override
  void setValueEpoch(int slot, int valueEpoch) {
    found.setValueEpoch(slot, valueEpoch);
  }

  @Override
  long stamp(int slot) {
    return found.stamp(slot);
  }

  @Override
  void setStamp(int slot, long stamp) {
    found.setStamp(slot, stamp);
  }

  @Override
  Walk walk() {
    // The walk reads through an object of its own: look-ups of the owner must not move its place.
    SegmentedMap own = new SegmentedMap(hash);
    SegmentedHash.Slots slots = hash.slots(0);
    return new Walk() {
      @Override
      boolean advance() {
        at = own;
        boolean more = slots.advance();
        own.found = slots.segment;
        slot = slots.slot;
        return more;
      }
    };
  }

  @Override
  long nextPart(long position) {
    return hash.nextPosition(0, position);
  }

  @Override
  int part(long position) {
    return Math.max(1, hash.segment(0, (int) position).size);
  }

  @Override
  boolean hasOlder(long position, long oldestLive) {
    return hash.segment(0, (int) position).hasOlder(oldestLive);
  }

  @Override
  void removeOlder(long position, long oldestLive, Epochs epochs) {
    hash.sweep(0, (int) position, oldestLive, epochs);
    // It may have been joined to another.
    found = null;
  }

  /** For walks in the order of hashes: goes to the segment of a hash taken as unsigned. */
  void seek(long position) {
    found = hash.segment(0, (int) position);
  }

  /** The first position behind the segment of a position, 2^32 after the last. */
  long nextPosition(long position) {
    return hash.nextPosition(0, position);
  }

  /** The number of slots in the segment that was gone to. */
  int slots() {
    return found.capacity();
  }

  /** Whether a slot there has an entry. */
  boolean isOccupied(int slot) {
    return found.occupied(slot);
  }

  @Override
  void checkInvariants() {
    hash.checkInvariants();
  }
}
