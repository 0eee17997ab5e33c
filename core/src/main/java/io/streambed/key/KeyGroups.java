package io.streambed.key;

/**
 * The assignment of keys to key groups and of key groups to subtasks. It is Apache Flink's, number
 * for number, so that state can move between the two.
 *
 * <p>A key group is the unit of everything that moves: state is written, addressed, restored and
 * rescaled by key group. Their number is fixed for the life of a job's state: the max parallelism.
 */
public final class KeyGroups {
  /** The largest number of key groups. */
  public static final int MAX_PARALLELISM_LIMIT = 1 << 15;

  private KeyGroups() {}

  /**
   * The key group of a key.
   *
   * @param keyHash what the serializer's key hasher gives
   * @param maxParallelism number of key groups, 1 to {@link #MAX_PARALLELISM_LIMIT}
   * @return from 0 to maxParallelism - 1
   */
  public static int assign(int keyHash, int maxParallelism) {
    int mask = maxParallelism - 1;
    if ((maxParallelism & mask) == 0) {
      // A division would take as long as all the rest. The least int keeps its sign, and is masked.
      return Math.abs(signedMurmur(keyHash)) & mask;
    }
    return murmur(keyHash) % maxParallelism;
  }

  /**
   * The subtask that owns a key group.
   *
   * @param keyGroup the key group
   * @param maxParallelism number of key groups
   * @param parallelism number of subtasks, 1 to maxParallelism
   * @return from 0 to parallelism - 1
   */
  public static int subtaskOf(int keyGroup, int maxParallelism, int parallelism) {
    return keyGroup * parallelism / maxParallelism;
  }

  /**
   * The key groups that a subtask owns.
   *
   * @param maxParallelism number of key groups
   * @param parallelism number of subtasks, 1 to maxParallelism
   * @param subtask from 0 to parallelism - 1
   * @return a range of at least one key group
   */
  public static KeyGroupRange rangeOf(int maxParallelism, int parallelism, int subtask) {
    checkParallelism(maxParallelism, parallelism);
    if (subtask < 0 || subtask >= parallelism) {
      throw new IllegalArgumentException("subtask " + subtask + " not in 0.." + (parallelism - 1));
    }
    int first = (subtask * maxParallelism + parallelism - 1) / parallelism;
    int last = ((subtask + 1) * maxParallelism - 1) / parallelism;
    return new KeyGroupRange(first, last);
  }

  /**
   * Checks a pair of settings.
   *
   * @param maxParallelism number of key groups, 1 to {@link #MAX_PARALLELISM_LIMIT}
   * @param parallelism number of subtasks, 1 to maxParallelism
   * @throws IllegalArgumentException if either is out of its range
   */
  public static void checkParallelism(int maxParallelism, int parallelism) {
    if (maxParallelism < 1 || maxParallelism > MAX_PARALLELISM_LIMIT) {
      throw new IllegalArgumentException(
          "max parallelism " + maxParallelism + " not in 1.." + MAX_PARALLELISM_LIMIT);
    }
    if (parallelism < 1 || parallelism > maxParallelism) {
      throw new IllegalArgumentException(
          "parallelism " + parallelism + " not in 1.." + maxParallelism + ", the max parallelism");
    }
  }

  /**
   * The 32-bit murmur3 hash of one int with seed 0, made non-negative.
   *
   * @param value the key's hash
   * @return from 0 to Integer.MAX_VALUE
   */
  static int murmur(int value) {
    int h = signedMurmur(value);
    return h == Integer.MIN_VALUE ? 0 : Math.abs(h);
  }

  private static int signedMurmur(int value) {
    int k = value * 0xcc9e2d51;
    k = Integer.rotateLeft(k, 15) * 0x1b873593;
    int h = Integer.rotateLeft(k, 13) * 5 + 0xe6546b64;
    h ^= 4;
    h ^= h >>> 16;
    h *= 0x85ebca6b;
    h ^= h >>> 13;
    h *= 0xc2b2ae35;
    return h ^ (h >>> 16);
  }
}
