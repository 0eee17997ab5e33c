package io.streambed.keyed;

/**
 * Is told of each key that is going to be current.
 *
 * @param <K> the type of the keys
 */
@FunctionalInterface
public interface KeySelectionListener<K> {
  /**
   * Called before a key becomes current: state is still that of the key before.
   *
   * @param newKey the key that will be current
   */
  void keySelected(K newKey);
}
