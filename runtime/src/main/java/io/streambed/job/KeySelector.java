package io.streambed.job;

import java.io.Serializable;

/**
 * Gives an element's key. It is serializable so that a lambda or method reference tells the type of
 * the keys, of which {@link DataStream#keyBy(KeySelector)} derives the serializer; nothing is ever
 * serialized.
 *
 * @param <T> the type of the elements
 * @param <K> the type of the keys
 */
@FunctionalInterface
public interface KeySelector<T, K> extends Serializable {
  /**
   * The key of an element; used on many threads.
   *
   * @param element the element
   * @return the key, not null; the same for the same element, always
   * @throws Exception if it fails; that fails the subtask that gives the element
   */
  K key(T element) throws Exception;
}
