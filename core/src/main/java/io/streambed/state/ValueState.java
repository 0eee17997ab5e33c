package io.streambed.state;

/**
 * One value.
 *
 * @param <V> the type of the value
 */
public interface ValueState<V> extends State {
  /**
   * The value.
   *
   * @return the value, or a copy of the descriptor's default (null unless given) if there is none
   */
  V value();

  /**
   * Replaces the value.
   *
   * @param value the new value; null clears
   */
  void update(V value);

  /**
   * The value, which is then cleared: what a timer does that gives a result and begins anew.
   *
   * @return as of {@link #value()}
   */
  default V getAndClear() {
    V value = value();
    clear();
    return value;
  }
}
