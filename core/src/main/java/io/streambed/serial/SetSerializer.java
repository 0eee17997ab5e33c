package io.streambed.serial;

import java.util.LinkedHashSet;
import java.util.Set;

/** Sets, read as {@link LinkedHashSet} in the order written. No key: equal sets differ in order. */
final class SetSerializer<E> extends CollectionSerializer<E, Set<E>> {
  SetSerializer(Serializer<E> element) {
    super("set", element);
  }

  @Override
  Set<E> create(int size) {
    return new LinkedHashSet<>(MapSerializer.capacity(size));
  }

  @Override
  Serializer<Set<E>> over(Serializer<E> otherElement) {
    return new SetSerializer<>(otherElement);
  }
}
