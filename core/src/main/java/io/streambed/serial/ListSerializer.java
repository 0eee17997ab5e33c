package io.streambed.serial;

import java.util.ArrayList;
import java.util.List;

/** Lists, read as {@link ArrayList}. A key if its elements may be keys. */
final class ListSerializer<E> extends CollectionSerializer<E, List<E>> {
  ListSerializer(Serializer<E> element) {
    super("list", element);
  }

  @Override
  List<E> create(int size) {
    return new ArrayList<>(size);
  }

  @Override
  Serializer<List<E>> over(Serializer<E> otherElement) {
    return new ListSerializer<>(otherElement);
  }

  /** 31 * h + hash of the element, from 1 on. */
  @Override
  public KeyHasher<List<E>> keyHasher() {
    KeyHasher<E> hasher = element.keyHasher();
    if (hasher == null) {
      return null;
    }
    return key -> {
      int hash = 1;
      for (E each : key) {
        hash = 31 * hash + hasher.hash(each);
      }
      return hash;
    };
  }
}
