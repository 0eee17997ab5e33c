package io.streambed.keyed;

import java.util.Collection;

/**
 * The internal side of state whose namespaces can be merged, as session windows need it.
 *
 * @param <N> the type of the namespaces
 * @param <SV> the type of what is held: list or accumulator
 */
public interface MergingKind<N, SV> {
  /**
   * Merges what the current key holds under some namespaces into that of one, and removes them
   * there. The current namespace stays, if there is one. If the user's function throws, what was
   * taken from the sources is lost: the task is to be failed.
   *
   * @param target the namespace to merge into; among the sources it is passed over
   * @param sources the namespaces to merge, in this order
   */
  void mergeNamespaces(N target, Collection<N> sources);

  /**
   * What is held, before any result is computed of it.
   *
   * @return list or accumulator, or null if there is nothing
   */
  SV getInternal();

  /**
   * Replaces what is held.
   *
   * @param valueToStore list or accumulator; null clears
   */
  void updateInternal(SV valueToStore);
}
