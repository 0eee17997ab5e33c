package io.streambed.store;

/**
 * Computes a new value from the old one and an argument.
 *
 * @param <V> the type of the values
 * @param <A> the type of the argument
 */
@FunctionalInterface
public interface Fold<V, A> {
  /**
   * The new value.
   *
   * @param old the value so far, or null if there is none; may be changed and returned
   * @param argument the argument
   * @return the new value, not null
   */
  V apply(V old, A argument);
}
