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
  private static final int UNKNOWN = -1;

  private static final LongLane<Long> LONGS = Serializers.longs().longLane();

  private final Serializer<K> serializer;
  private final KeyHasher<K> hasher;
  private final LongLane<K> lane;
  private final int maxParallelism;
  private final KeyGroupRange range;
  private final ByteWriter scratch = new ByteWriter();
  private final ByteView encoded = new ByteView();

  /** The current key where it is kept as an object; not where 64 bits are all of it. */
  private K key;

  private long bits;
  private boolean present;
  private int keyGroup = UNKNOWN;
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
    this.serializer = serializer;
    this.hasher = serializer.keyHasher();
    if (hasher == null) {
      throw new IllegalArgumentException(
          "values of serializer "
              + serializer.snapshot()
              + " cannot be keys: their hash or equality is not specified");
    }
    this.lane = serializer.longLane();
    this.maxParallelism = maxParallelism;
    this.range = range;
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
    if (lane == null) {
      key = newKey;
    } else {
      // No reference is stored: each store would cost the collector's barrier, whose fence keeps
      // the processor from overlapping this key's cache misses with those of the key before.
      bits = lane == LONGS ? (Long) newKey : lane.toLong(newKey);
    }
    present = true;
    keyGroup = UNKNOWN;
    hashed = false;
    isEncoded = false;
  }

  /** Forgets the current key: state is not to be used until one is set. */
  public void clearKey() {
    key = null;
    present = false;
    keyGroup = UNKNOWN;
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
    if (!present) {
      throw new IllegalStateException("no current key: set one before keyed state is used");
    }
  }

  /**
   * Whether a key was set.
   *
   * @return true if {@link #key()} gives one
   */
  public boolean hasKey() {
    return present;
  }

  /**
   * The current key's group.
   *
   * @return a group of {@link #range()}
   * @throws IllegalArgumentException if the key belongs to another store's range
   */
  public int keyGroup() {
    int group = keyGroup;
    return group != UNKNOWN ? group : computeKeyGroup();
  }

  private int computeKeyGroup() {
    return keyGroup = checkOwned(KeyGroups.assign(hash(), maxParallelism));
  }

  private int checkOwned(int group) {
    if (!range.contains(group)) {
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
