package io.streambed.key;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;

/**
 * The current key of a keyed store and what every access needs of it: group, hash, 64 bits, encoded
 * form. Each is computed on first use and kept until the key changes, so that one key set is hashed
 * and encoded at most once however many states are read.
 *
 * <p>Threading: the store's thread only. Cost: a field read once computed; {@link #key()} makes an
 * object of a key that is kept as 64 bits.
 *
 * @param <K> the type of the keys
 */
public final class KeyContext<K> {
  /** In place of a key group: the current key's is yet to be computed, or there is no key. */
  private static final int UNKNOWN = -1;

  private static final int NO_KEY = -2;

  private static final Serializer<Long> LONGS = Serializers.longs();

  private final Serializer<K> serializer;
  private final KeyHasher<K> hasher;
  private final LongLane<K> lane;

  /** Whether keys are converted and hashed as {@link #LONGS} does it: then it is done here. */
  private final boolean longs;

  private final int maxParallelism;
  private final KeyGroupRange range;
  private final int firstKeyGroup;

  /**
   * The number of key groups of the range; 0 once the store is closed: then no key group is owned,
   * and what tells so finds out why.
   */
  private int keyGroups;

  private final ByteWriter scratch = new ByteWriter();
  private final ByteView encoded = new ByteView();

  /** The current key where it is kept as an object; not where 64 bits are all of it. */
  private K key;

  private long bits;
  private int keyGroup = NO_KEY;
  private int hash;
  private boolean hashed;
  private boolean isEncoded;

  /**
   * A context without a current key.
   *
   * @param serializer the keys' serializer, with a key hasher
   * @param maxParallelism number of key groups of the job
   * @param range the key groups of this store
   * @throws IllegalArgumentException if the serializer's type may not be a key
   */
  public KeyContext(Serializer<K> serializer, int maxParallelism, KeyGroupRange range) {
    KeyGroups.checkParallelism(maxParallelism, 1);
    if (range.last() >= maxParallelism) {
      throw new IllegalArgumentException(
          "key groups " + range + " with a max parallelism of " + maxParallelism);
    }
    // What cannot be kept of the serializer, such as too deep a nesting, fails here, not in the
    // first
    // snapshot.
    serializer.snapshot();
    this.serializer = serializer;
    this.hasher = serializer.keyHasher();
    if (hasher == null) {
      throw new IllegalArgumentException(
          "values of serializer "
              + serializer.snapshot()
              + " cannot be keys: their hash or equality is not specified");
    }
    this.lane = serializer.longLane();
    this.longs = lane == LONGS.longLane() && hasher == LONGS.keyHasher();
    this.maxParallelism = maxParallelism;
    this.range = range;
    this.firstKeyGroup = range.first();
    this.keyGroups = range.size();
  }

  /**
   * Sets the current key.
   *
   * @param newKey the key, not null; not to be changed while it is current or in state
   */
  public void setKey(K newKey) {
    if (newKey == null) {
      throw new NullPointerException("a key must not be null");
    }
    // No reference is stored where 64 bits do: each store would cost the collector's barrier, whose
    // fence keeps the processor from overlapping this key's cache misses with the last one's.
    if (longs) {
      bits = (Long) newKey;
      // Not yet checked. Computed here it keeps what reads state small enough to be inlined.
      keyGroup = KeyGroups.assign(Long.hashCode(bits), maxParallelism);
    } else {
      if (lane != null) {
        bits = lane.toLong(newKey);
      } else {
        key = newKey;
      }
      keyGroup = UNKNOWN;
      hashed = false;
    }
    isEncoded = false;
  }

  /**
   * Makes each of many keys current in turn; what was current before is so again afterwards.
   *
   * @param keys the keys, none null
   * @param action run once for each, while it is current
   */
  public void forEach(Iterable<? extends K> keys, Runnable action) {
    K before = keyIfSet();
    try {
      for (K each : keys) {
        setKey(each);
        action.run();
      }
    } finally {
      if (before == null) {
        clearKey();
      } else {
        setKey(before);
      }
    }
  }

  /**
   * The store is closed: from now on {@link #keyGroup()}, which every access to a key's state asks
   * for, fails. Idempotent.
   */
  public void close() {
    clearKey();
    keyGroups = 0;
  }

  /**
   * Checks that the store is not closed, where an access does not ask for the key group.
   *
   * @throws IllegalStateException if it is
   */
  public void requireOpen() {
    if (keyGroups == 0) {
      throw new IllegalStateException("the store is closed: its state can not be used any more");
    }
  }

  /** Forgets the current key: state is not to be used until one is set. */
  public void clearKey() {
    key = null;
    keyGroup = NO_KEY;
    hashed = false;
    isEncoded = false;
  }

  /**
   * Sets the current key's group where the caller knows it already.
   *
   * @param newKeyGroup the key group that {@link KeyGroups#assign} gives for the current key
   * @throws IllegalArgumentException if it belongs to another store's range
   * @throws IllegalStateException if no key was set
   */
  public void setKeyGroup(int newKeyGroup) {
    requireKey();
    keyGroup = checkOwned(newKeyGroup);
  }

  /**
   * The current key.
   *
   * @return the object that was set, or an equal one if keys have a {@link #lane()}
   * @throws IllegalStateException if none was set
   */
  public K key() {
    requireKey();
    return lane == null ? key : lane.fromLong(bits);
  }

  private void requireKey() {
    if (keyGroup == NO_KEY) {
      throw new IllegalStateException(
          "no current key: set one before keyed state or a timer is used. In a job, a key is current"
              + " while an element or a timer is handled, not while a function is opened or a"
              + " broadcast element is handled");
    }
  }

  /**
   * Whether a key was set.
   *
   * @return true if {@link #key()} gives one
   */
  public boolean hasKey() {
    return keyGroup != NO_KEY;
  }

  /**
   * The current key for messages.
   *
   * @return what {@link #key()} gives, or null if none was set
   */
  public K keyIfSet() {
    return hasKey() ? key() : null;
  }

  /**
   * The current key's group.
   *
   * @return a group of {@link #range()}
   * @throws IllegalArgumentException if the key belongs to another store's range
   * @throws IllegalStateException if no key was set, or the store is closed
   */
  public int keyGroup() {
    int group = keyGroup;
    return isOwned(group) ? group : computeKeyGroup();
  }

  private boolean isOwned(int group) {
    return Integer.compareUnsigned(group - firstKeyGroup, keyGroups) < 0;
  }

  private int computeKeyGroup() {
    requireOpen();
    requireKey();
    return keyGroup = checkOwned(KeyGroups.assign(hash(), maxParallelism));
  }

  private int checkOwned(int group) {
    if (!isOwned(group)) {
      requireOpen();
      throw new IllegalArgumentException(
          "key " + key() + " is of key group " + group + ", this store owns " + range);
    }
    return group;
  }

  /**
   * The current key's specified hash.
   *
   * @return what the key hasher gives
   */
  public int hash() {
    if (longs) {
      requireKey();
      return Long.hashCode(bits);
    }
    if (!hashed) {
      hash = hasher.hash(key());
      hashed = true;
    }
    return hash;
  }

  /**
   * The current key in 64 bits.
   *
   * @return what {@link #lane()} gives for it; nothing of meaning without a lane or a key
   */
  public long bits() {
    return bits;
  }

  /**
   * The current key's bytes.
   *
   * @return a view valid until the key changes
   */
  public ByteView encoded() {
    if (!isEncoded) {
      scratch.trim(ByteWriter.KEPT_BYTES);
      ByteView bytes = serializer.encode(key(), scratch);
      if (bytes.array() != scratch.array()) {
        // A bridge's own buffer is overwritten by the next value it encodes.
        scratch.reset();
        scratch.writeBytes(bytes);
        bytes = scratch.view();
      }
      encoded.set(bytes.array(), bytes.offset(), bytes.length());
      isEncoded = true;
    }
    return encoded;
  }

  /**
   * The keys' serializer.
   *
   * @return the one given
   */
  public Serializer<K> serializer() {
    return serializer;
  }

  /**
   * The keys' conversion to 64 bits.
   *
   * @return the lane, or null if keys are objects only
   */
  public LongLane<K> lane() {
    return lane;
  }

  /**
   * The keys' hasher.
   *
   * @return never null
   */
  public KeyHasher<K> hasher() {
    return hasher;
  }

  /**
   * Number of key groups of the job.
   *
   * @return the max parallelism
   */
  public int maxParallelism() {
    return maxParallelism;
  }

  /**
   * The key groups of this store.
   *
   * @return the range
   */
  public KeyGroupRange range() {
    return range;
  }
}
