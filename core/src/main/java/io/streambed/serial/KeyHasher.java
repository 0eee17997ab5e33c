package io.streambed.serial;

/**
 * A specified hash of keys: it depends on the value alone, never on the process, the Java version
 * or {@code Object.hashCode()} of a user's type.
 *
 * @param <T> the type of the keys
 */
@FunctionalInterface
public interface KeyHasher<T> {
  /**
   * The key's hash.
   *
   * @param key never null
   * @return 32 bits; equal keys give equal ones
   */
  int hash(T key);
}
