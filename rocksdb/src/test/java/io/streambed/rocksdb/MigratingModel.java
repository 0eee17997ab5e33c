package io.streambed.rocksdb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@link MigratingTables} are to hold. */
final class MigratingModel {
  static final int KEYS = 40;

  record Cell(long key, String namespace) {}

  /**
   * A value, an element or what is in an entry of a map.
   *
   * @param number null only in maps
   */
  record Stamped(Long number, long stamp) {}

  final Map<Cell, Stamped> values = new HashMap<>();
  final Map<Cell, List<Stamped>> lists = new HashMap<>();
  final Map<Cell, Map<Integer, Stamped>> maps = new HashMap<>();
  private long stamp;

  long nextStamp() {
    return ++stamp;
  }

  MigratingModel copy() {
    MigratingModel copy = new MigratingModel();
    copy.values.putAll(values);
    lists.forEach((cell, list) -> copy.lists.put(cell, new ArrayList<>(list)));
    maps.forEach((cell, map) -> copy.maps.put(cell, new HashMap<>(map)));
    copy.stamp = stamp;
    return copy;
  }

  Map<Cell, List<Long>> listNumbers() {
    Map<Cell, List<Long>> numbers = new HashMap<>();
    lists.forEach((cell, list) -> numbers.put(cell, list.stream().map(Stamped::number).toList()));
    return numbers;
  }

  void removeOlder(long oldestLive) {
    values.values().removeIf(value -> value.stamp() < oldestLive);
    lists.values().forEach(list -> list.removeIf(element -> element.stamp() < oldestLive));
    lists.values().removeIf(List::isEmpty);
    maps.values().forEach(map -> map.values().removeIf(entry -> entry.stamp() < oldestLive));
    maps.values().removeIf(Map::isEmpty);
  }
}
