package io.streambed.heap;

import io.streambed.error.InvariantViolationException;
import java.util.Arrays;

/**
 * A small map in the order of insertion: its entries lie side by side in one lane of 64-bit words
 * and, where user keys or values are objects, one lane of objects ({@link DenseShape}). A slot is
 * the number of an entry, counted from 0 in the order of insertion.
 *
 * <p>Maps with room for up to {@link #MAX_TAGGED} entries keep a tag of 8 bits of each hash within
 * this object, so that most absent user keys are known without a look at the lanes. Larger maps
 * have an index: open addressing with linear probing from the mixed hash to the entry's number plus
 * one, 0 where free, at most half full.
 *
 * <p>A removed entry keeps its number and is marked dead; its objects are let go. When an insertion
 * finds the lanes full, {@link #withRoom} makes a new map: with the dead entries left out if they
 * are a quarter or more, else with longer lanes. When a removal leaves few entries in long lanes
 * ({@link #sparse}), {@link #compacted} makes a shorter map. So the arrays of a map never change
 * their length, a number means the same entry as long as {@link #numbering} is the same, and a walk
 * may go on in arrays that the table no longer uses.
 *
 * <p>Invariants: entries {@code size} of {@code used} are not dead; each of them has its tag, or is
 * in the index once, reached from its home slot without crossing a free one; at most {@link
 * #MAX_ENTRIES} are used.
 *
 * <p>Cost: a new map with 64-bit keys and values takes 64 bytes and 48 for the lane of two entries.
 * The longest pause is the copy of a frozen map before its first change: 128 KB for 8,192 entries
 * of 64-bit keys and values, 32 KB for their index, 64 KB where they have timestamps.
 */
final class DenseMap extends InnerMap {
  static final int MAX_ENTRIES = 8192;
  static final int MAX_TAGGED = 16;
  private static final int MIN_CAPACITY = 2;

  private static final long EACH_BYTE = 0x0101010101010101L;
  private static final long LOW_BITS = 0x7F * EACH_BYTE;
  private static final byte DEAD = 1;
  private static final byte NULL = 2;

  /** The same for maps in which a number means the same entry. */
  final int numbering;

  private final DenseShape shape;
  private final long[] longs;
  private final Object[] objects;
  private final short[] index;

  /** What is special about an entry, {@link #DEAD} or {@link #NULL}; made when the first one is. */
  private byte[] marks;

  /** The tags of the first eight entries, the first one lowest; where there is no index. */
  private long tags;

  /** The tags of eight more. */
  private long moreTags;

  private int used;
  private int size;

  DenseMap(DenseShape shape, int epoch, int numbering) {
    this(shape, epoch, numbering, MIN_CAPACITY);
  }

  private DenseMap(DenseShape shape, int epoch, int numbering, int capacity) {
    super(epoch);
    this.shape = shape;
    this.numbering = numbering;
    this.longs = new long[capacity * shape.longs()];
    this.objects = shape.objects() == 0 ? null : new Object[capacity * shape.objects()];
    // The next power of two, doubled: at most half of the index is taken.
    this.index = capacity <= MAX_TAGGED ? null : new short[4 * Integer.highestOneBit(capacity - 1)];
  }

  private DenseMap(DenseMap other, int epoch) {
    super(epoch);
    this.shape = other.shape;
    this.numbering = other.numbering;
    this.longs = other.longs.clone();
    this.objects = other.objects == null ? null : other.objects.clone();
    this.index = other.index == null ? null : other.index.clone();
    this.marks = other.marks == null ? null : other.marks.clone();
    this.tags = other.tags;
    this.moreTags = other.moreTags;
    this.used = other.used;
    this.size = other.size;
  }

  @Override
  DenseMap copy(int newEpoch) {
    return new DenseMap(this, newEpoch);
  }

  @Override
  int size() {
    return size;
  }

  /** The number of entries with those that are dead: all numbers are below. */
  int used() {
    return used;
  }

  /** The entries of a map that has become small. */
  static DenseMap of(
      SegmentedMap map, DenseShape shape, Layout layout, Epochs epochs, int numbering) {
    DenseMap dense =
        new DenseMap(shape, epochs.current(), numbering, fitting(withSomeRoom(map.size())));
    map.forEach((from, slot) -> dense.adopt(from, slot, layout, epochs));
    return dense;
  }

  @Override
  long capacity() {
    return room();
  }

  private int room() {
    return longs.length / shape.longs();
  }

  boolean full() {
    return used * shape.longs() == longs.length;
  }

  /** Whether a full map has come to the end: it is to become segmented. */
  boolean atLimit() {
    return used == MAX_ENTRIES && !worthCompacting();
  }

  private boolean worthCompacting() {
    return 4 * (used - size) >= room();
  }

  /**
   * The same entries in a new map with room for more. This one stays as it is.
   *
   * @param newNumbering what is the {@link #numbering} of the result if dead entries are left out
   */
  DenseMap withRoom(int newEpoch, int newNumbering) {
    return worthCompacting() ? compacted(newEpoch, newNumbering) : longer(newEpoch);
  }

  private DenseMap longer(int newEpoch) {
    DenseMap longer = new DenseMap(shape, newEpoch, numbering, following(room()));
    System.arraycopy(longs, 0, longer.longs, 0, longs.length);
    if (objects != null) {
      System.arraycopy(objects, 0, longer.objects, 0, objects.length);
    }
    longer.marks = marks == null ? null : Arrays.copyOf(marks, longer.room());
    longer.used = used;
    longer.size = size;
    longer.indexAll();
    return longer;
  }

  /** Whether so few entries are left that a map of less than half the room could have them. */
  boolean sparse() {
    return 2 * fitting(size) < room();
  }

  /** The entries that are not dead in a map of their own, with room for a third more. */
  DenseMap compacted(int newEpoch, int newNumbering) {
    int capacity = fitting(withSomeRoom(size));
    DenseMap compacted = new DenseMap(shape, newEpoch, newNumbering, capacity);
    forEach((at, entry) -> compacted.append(this, entry));
    compacted.indexAll();
    return compacted;
  }

  /** The capacities: 2, 4, 8, then 12, 16, 24, 32, 48 and so on. */
  private static int following(int capacity) {
    if (capacity < 8) {
      return 2 * capacity;
    }
    int power = Integer.highestOneBit(capacity);
    return capacity == power ? power + power / 2 : 2 * power;
  }

  private static int withSomeRoom(int entries) {
    return entries + Math.max(1, entries / 3);
  }

  /** The least capacity for some entries. */
  private static int fitting(int entries) {
    int power = Integer.highestOneBit(Math.max(1, entries - 1));
    int between = power + power / 2;
    return power >= 8 && entries <= between ? between : 2 * power;
  }

  private void append(DenseMap from, int entry) {
    int width = shape.longs();
    System.arraycopy(from.longs, entry * width, longs, used * width, width);
    if (objects != null) {
      width = shape.objects();
      System.arraycopy(from.objects, entry * width, objects, used * width, width);
    }
    if (from.hasMark(entry, NULL)) {
      mark(used, NULL);
    }
    used++;
    size++;
  }

  private void indexAll() {
    forEach((at, entry) -> enter(hash(entry), entry));
  }

  private void enter(int hash, int entry) {
    if (index == null) {
      long tag = tag(hash) << (entry << 3);
      if (entry < Long.BYTES) {
        tags |= tag;
      } else {
        moreTags |= tag;
      }
      return;
    }
    int mask = index.length - 1;
    int at = hash & mask;
    while (index[at] != 0) {
      at = (at + 1) & mask;
    }
    index[at] = (short) (entry + 1);
  }

  @Override
  int hash(int entry) {
    long word = word(entry);
    return shape.longKeys() ? Hashing.mix(word) : (int) word;
  }

  @Override
  long word(int slot) {
    return longs[slot * shape.longs()];
  }

  @Override
  Object userKey(int slot) {
    return shape.longKeys() ? null : objects[slot * shape.objects()];
  }

  boolean isDead(int entry) {
    return marks != null && hasMark(entry, DEAD);
  }

  private boolean hasMark(int entry, byte mark) {
    return marks != null && (marks[entry] & mark) != 0;
  }

  private void mark(int entry, byte mark) {
    if (marks == null) {
      marks = new byte[room()];
    }
    marks[entry] |= mark;
  }

  @Override
  int find(int hash, long bits, Object userKey) {
    return index == null ? match(hash, bits, userKey) : probe(hash, bits, userKey);
  }

  private int match(int hash, long word, Object userKey) {
    long wanted = tag(hash) * EACH_BYTE;
    int entry = match(tags ^ wanted, 0, word, userKey);
    return entry >= 0 || used <= Long.BYTES
        ? entry
        : match(moreTags ^ wanted, Long.BYTES, word, userKey);
  }

  /** Tries the entries whose byte is 0 in the difference of tags. */
  private int match(long difference, int first, long word, Object userKey) {
    long zeros = ~(((difference & LOW_BITS) + LOW_BITS) | difference | LOW_BITS);
    for (; zeros != 0; zeros &= zeros - 1) {
      int entry = first + (Long.numberOfTrailingZeros(zeros) >>> 3);
      if (longs[entry * shape.longs()] == word && isAt(entry, userKey)) {
        return entry;
      }
    }
    return -1;
  }

  /** Eight bits of a hash, never 0. */
  private static long tag(int hash) {
    return Math.max(1, hash >>> 24);
  }

  private int probe(int hash, long word, Object userKey) {
    int width = shape.longs();
    int mask = index.length - 1;
    int at = hash & mask;
    for (int number = index[at]; number != 0; number = index[at]) {
      int entry = number - 1;
      if (longs[entry * width] == word && isAt(entry, userKey)) {
        return entry;
      }
      at = (at + 1) & mask;
    }
    return -1;
  }

  /** Whether an entry with the word of a user key is there and is that user key's. */
  private boolean isAt(int entry, Object userKey) {
    return !isDead(entry) && (shape.longKeys() || objects[entry * shape.objects()].equals(userKey));
  }

  @Override
  int add(int hash, long bits, Object userKey, Epochs epochs) {
    int entry = used;
    longs[entry * shape.longs()] = bits;
    if (!shape.longKeys()) {
      objects[entry * shape.objects()] = userKey;
    }
    enter(hash, entry);
    used++;
    size++;
    return entry;
  }

  @Override
  boolean makeWritable(int slot, Epochs epochs) {
    return false;
  }

  @Override
  void remove(int slot, Epochs epochs) {
    mark(slot, DEAD);
    if (objects != null) {
      int width = shape.objects();
      Arrays.fill(objects, slot * width, (slot + 1) * width, null);
    }
    size--;
  }

  @Override
  long nextPart(long position) {
    return END;
  }

  @Override
  int part(long position) {
    return size;
  }

  @Override
  boolean hasOlder(long position, long oldestLive) {
    for (int entry = 0; entry < used; entry++) {
      if (stamp(entry) < oldestLive && !isDead(entry)) {
        return true;
      }
    }
    return false;
  }

  @Override
  void removeOlder(long position, long oldestLive, Epochs epochs) {
    for (int entry = 0; entry < used; entry++) {
      if (stamp(entry) < oldestLive && !isDead(entry)) {
        remove(entry, epochs);
      }
    }
  }

  @Override
  boolean isNull(int slot) {
    return hasMark(slot, NULL);
  }

  @Override
  long longValue(int slot) {
    return longs[slot * shape.longs() + 1];
  }

  @Override
  void setLongValue(int slot, long value, boolean isNull) {
    longs[slot * shape.longs() + 1] = value;
    if (isNull) {
      mark(slot, NULL);
    } else if (marks != null) {
      marks[slot] &= ~NULL;
    }
  }

  @Override
  Object value(int slot) {
    return objects[shape.objectValueAt(slot)];
  }

  @Override
  void setValue(int slot, Object value) {
    objects[shape.objectValueAt(slot)] = value;
  }

  @Override
  int valueEpoch(int slot) {
    return (int) longs[slot * shape.longs() + shape.epochAt()];
  }

  @Override
  void setValueEpoch(int slot, int valueEpoch) {
    longs[slot * shape.longs() + shape.epochAt()] = valueEpoch;
  }

  @Override
  long stamp(int slot) {
    return longs[slot * shape.longs() + shape.stampAt()];
  }

  @Override
  void setStamp(int slot, long stamp) {
    longs[slot * shape.longs() + shape.stampAt()] = stamp;
  }

  @Override
  Walk walk() {
    return new Walk() {
      @Override
      boolean advance() {
        at = DenseMap.this;
        do {
          slot++;
        } while (slot < used && isDead(slot));
        return slot < used;
      }
    };
  }

  @Override
  void checkInvariants() {
    int alive = 0;
    for (int entry = 0; entry < used; entry++) {
      if (isDead(entry)) {
        continue;
      }
      alive++;
      int found = find(hash(entry), word(entry), userKey(entry));
      if (found != entry) {
        throw new InvariantViolationException("entry " + entry + " is found as " + found);
      }
    }
    if (alive != size || used > room() || used > MAX_ENTRIES) {
      throw new InvariantViolationException(
          alive + " entries, size " + size + ", used " + used + " of " + room());
    }
  }
}
